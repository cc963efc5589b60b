package io.github.dl4jext.transfer.surgery;

import io.github.dl4jext.network.NetworkLayer;
import io.github.dl4jext.network.ParameterState;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/** What goes from a pretrained network into the one that is built on it. */
final class TransferCopy {

  private TransferCopy() {}

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
    for (TrainingConfig config : NetworkLayer.learning(layer)) {
      if (config instanceof BaseLayer base) {
        base.setIUpdater(updater.clone());
        base.setBiasUpdater(null);
      } else if (config instanceof AbstractSameDiffLayer own) {
        own.setUpdater(updater.clone());
        own.setBiasUpdater(null);
      }
    }
  }

  /** Copies parameters and state of kept layers, and installs the optimizer. */
  static void carry(Model from, Model to, Set<String> layers, TransferOptions<?> options) {
    for (String layer : layers) {
      Map<String, INDArray> targets = parameters(to, layer);
      parameters(from, layer).forEach((name, value) -> targets.get(name).assign(value));
    }
    if (options.keepsState()) {
      List<ParameterState> wanted =
          ParameterState.of(to).stream()
              .filter(state -> layers.contains(state.layerKey()))
              .toList();
      ParameterState.copy(ParameterState.of(from), wanted, ParameterState::key);
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
