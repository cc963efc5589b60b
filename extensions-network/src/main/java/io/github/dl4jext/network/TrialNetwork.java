package io.github.dl4jext.network;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A network to try something on: weights, updater state and counters are those of another one, and
 * it shares nothing with that. DL4J's own {@code clone()} shares the updaters, and with them the
 * learning rates.
 */
public final class TrialNetwork {

  private final Model model;

  private TrialNetwork(Model model) {
    this.model = model;
  }

  public static TrialNetwork of(String plugin, Model original) {
    if (original instanceof MultiLayerNetwork net) {
      requireInitialised(plugin, net.params());
      return new TrialNetwork(copy(net));
    }
    if (original instanceof ComputationGraph graph) {
      requireInitialised(plugin, graph.params());
      return new TrialNetwork(copy(graph));
    }
    throw new IllegalArgumentException(
        plugin
            + ": model must be a MultiLayerNetwork or a ComputationGraph, was "
            + (original == null ? "null" : original.getClass().getName()));
  }

  private static void requireInitialised(String plugin, INDArray params) {
    if (params == null || params.isEmpty()) {
      throw new IllegalStateException(
          plugin + ": the network must be initialised; call init() first");
    }
  }

  private static MultiLayerNetwork copy(MultiLayerNetwork net) {
    MultiLayerConfiguration conf =
        MultiLayerConfiguration.fromJson(net.getLayerWiseConfigurations().toJson());
    conf.setIterationCount(net.getIterationCount());
    conf.setEpochCount(net.getEpochCount());
    MultiLayerNetwork copy = new MultiLayerNetwork(conf);
    copy.init(net.params().dup(), false);
    Layer[] layers = copy.getLayers();
    for (int i = 0; i < layers.length; i++) {
      if (net.getLayer(i) instanceof FrozenLayer && !(layers[i] instanceof FrozenLayer)) {
        layers[i] = new FrozenLayer(layers[i]);
      }
    }
    if (net.getUpdater(false) != null && net.getUpdater().getStateViewArray() != null) {
      copy.getUpdater().getStateViewArray().assign(net.getUpdater().getStateViewArray());
    }
    return copy;
  }

  private static ComputationGraph copy(ComputationGraph graph) {
    ComputationGraphConfiguration conf =
        ComputationGraphConfiguration.fromJson(graph.getConfiguration().toJson());
    conf.setIterationCount(graph.getConfiguration().getIterationCount());
    conf.setEpochCount(graph.getConfiguration().getEpochCount());
    ComputationGraph copy = new ComputationGraph(conf);
    copy.init(graph.params().dup(), false);
    for (Layer layer : graph.getLayers()) {
      String name = layer.conf().getLayer().getLayerName();
      if (layer instanceof FrozenLayer && !(copy.getLayer(name) instanceof FrozenLayer)) {
        copy.getVertex(name).setLayerAsFrozen();
      }
    }
    if (graph.getUpdater(false) != null && graph.getUpdater().getStateViewArray() != null) {
      copy.getUpdater().getStateViewArray().assign(graph.getUpdater().getStateViewArray());
    }
    return copy;
  }

  public Model model() {
    return model;
  }

  public void listeners(TrainingListener... listeners) {
    model.setListeners(listeners);
  }

  /** Learns from one minibatch; the loss is the one before the step. */
  public double fit(Object minibatch) {
    if (model instanceof MultiLayerNetwork net) {
      if (minibatch instanceof DataSet data) {
        net.fit(data);
      } else {
        net.fit((MultiDataSet) minibatch);
      }
    } else if (minibatch instanceof DataSet data) {
      ((ComputationGraph) model).fit(data);
    } else {
      ((ComputationGraph) model).fit((MultiDataSet) minibatch);
    }
    return model.score();
  }
}
