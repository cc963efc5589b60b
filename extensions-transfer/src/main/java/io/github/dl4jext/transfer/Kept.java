package io.github.dl4jext.transfer;

import io.github.dl4jext.spi.ParameterState;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/** What goes from a pretrained network into the one that is built on it. */
final class Kept {

  private Kept() {}

  /** The settings for new layers: those of a kept one, and DL4J's defaults for the rest. */
  static NeuralNetConfiguration.Builder base(
      NeuralNetConfiguration like, DataType type, IUpdater updater, TransferOptions<?> options) {
    NeuralNetConfiguration.Builder base =
        new NeuralNetConfiguration.Builder()
            .seed(options.seedOr(like.getSeed()))
            .dataType(type)
            .miniBatch(like.isMiniBatch())
            .optimizationAlgo(like.getOptimizationAlgo());
    IUpdater own = options.updater() == null ? updater : options.updater();
    return own == null ? base : base.updater(own.clone());
  }

  /** Counters, seeds and updaters of all layers, as the new training begins with them. */
  static void begin(Collection<NeuralNetConfiguration> confs, TransferOptions<?> options) {
    for (NeuralNetConfiguration conf : confs) {
      conf.setSeed(options.seedOr(conf.getSeed()));
      if (!options.keepsCounters()) {
        conf.setIterationCount(0);
        conf.setEpochCount(0);
      }
      if (options.updater() != null) {
        learnBy(options.updater(), conf.getLayer());
      }
    }
  }

  private static void learnBy(IUpdater updater, Layer layer) {
    if (layer instanceof BaseWrapperLayer wrapper) {
      learnBy(updater, wrapper.getUnderlying());
    } else if (layer instanceof Bidirectional both) {
      learnBy(updater, both.getFwd());
      learnBy(updater, both.getBwd());
    } else if (layer instanceof BaseLayer base) {
      base.setIUpdater(updater.clone());
      base.setBiasUpdater(null);
    }
  }

  /** Copies parameters and state of kept layers, and installs the optimizer. */
  static void carry(Model from, Model to, Set<String> layers, TransferOptions<?> options) {
    for (String layer : layers) {
      Map<String, INDArray> targets = parameters(to, layer);
      parameters(from, layer).forEach((name, value) -> targets.get(name).assign(value));
    }
    if (options.keepsState()) {
      Map<String, Map<String, INDArray>> before = new HashMap<>();
      ParameterState.of(from).forEach(state -> before.put(state.key(), state.arrays()));
      for (ParameterState state : ParameterState.of(to)) {
        Map<String, INDArray> old = before.getOrDefault(state.key(), Map.of());
        if (layers.contains(state.layerKey()) && old.keySet().equals(state.arrays().keySet())) {
          state.arrays().forEach((name, view) -> view.assign(old.get(name)));
        }
      }
    }
    if (options.optimizer() != null) {
      options.optimizer().configure(to);
    }
  }

  private static Map<String, INDArray> parameters(Model model, String layer) {
    Map<String, INDArray> table =
        model instanceof MultiLayerNetwork net
            ? net.getLayer(Integer.parseInt(layer)).paramTable()
            : ((ComputationGraph) model).getVertex(layer).paramTable(false);
    return table == null ? Map.of() : table;
  }
}
