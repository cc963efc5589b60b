package io.github.dl4jext.listeners.averaging;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network as another one is, with other weights. DL4J's own {@code clone()} of a graph shares the
 * list of listeners, so that taking them off the clone takes them off the original, and forgets how
 * far training was.
 */
final class NetworkCopy {

  private NetworkCopy() {}

  /** Takes the weights as they are, without a copy, and applies the constraints to them. */
  static MultiLayerNetwork of(MultiLayerNetwork network, INDArray weights) {
    MultiLayerNetwork copy = new MultiLayerNetwork(network.getLayerWiseConfigurations().clone());
    copy.init(weights, false);
    Layer[] layers = copy.getLayers();
    for (int i = 0; i < layers.length; i++) {
      if (network.getLayer(i) instanceof FrozenLayer && !(layers[i] instanceof FrozenLayer)) {
        layers[i] = new FrozenLayer(layers[i]);
      }
    }
    copy.applyConstraints(network.getIterationCount(), network.getEpochCount());
    return copy;
  }

  /** Takes the weights as they are, without a copy, and applies the constraints to them. */
  static ComputationGraph of(ComputationGraph network, INDArray weights) {
    ComputationGraphConfiguration configuration = network.getConfiguration().clone();
    configuration.setIterationCount(network.getIterationCount());
    configuration.setEpochCount(network.getEpochCount());
    ComputationGraph copy = new ComputationGraph(configuration);
    copy.init(weights, false);
    for (Layer layer : network.getLayers()) {
      String name = layer.conf().getLayer().getLayerName();
      if (layer instanceof FrozenLayer && !(copy.getLayer(name) instanceof FrozenLayer)) {
        copy.getVertex(name).setLayerAsFrozen();
      }
    }
    copy.applyConstraints(network.getIterationCount(), network.getEpochCount());
    return copy;
  }
}
