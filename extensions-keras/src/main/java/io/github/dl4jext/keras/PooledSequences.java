package io.github.dl4jext.keras;

import io.github.dl4jext.layers.GroupNorm;
import io.github.dl4jext.layers.LayerNorm;
import io.github.dl4jext.layers.RMSNorm;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;

/**
 * Takes away what makes rows of sequences where there are none any more: DL4J takes what was pooled
 * over time for sequences still, and would give a layer on top of it the loss of sequences.
 */
final class PooledSequences {

  private PooledSequences() {}

  static void mend(MultiLayerConfiguration network) {
    List<Node> nodes = NetworkConfiguration.of(network).nodes();
    for (Node node : nodes) {
      if (isPooled(node, nodes)) {
        network.getInputPreProcessors().remove(node.index());
      }
    }
  }

  static void mend(ComputationGraphConfiguration network) {
    List<Node> nodes = NetworkConfiguration.of(network).nodes();
    for (Node node : nodes) {
      if (isPooled(node, nodes)
          && network.getVertices().get(node.name()) instanceof LayerVertex vertex) {
        vertex.setPreProcessor(null);
      }
    }
  }

  private static boolean isPooled(Node node, List<Node> nodes) {
    if (!(node.preProcessor().orElse(null) instanceof RnnToFeedForwardPreProcessor)) {
      return false;
    }
    Map<String, Node> byName = new HashMap<>();
    nodes.forEach(each -> byName.put(each.name(), each));
    Node before = node;
    while (before != null && before.inputs().size() == 1) {
      before = byName.get(before.inputs().get(0));
      Layer layer = before == null ? null : before.layer().orElse(null);
      if (layer instanceof GlobalPoolingLayer) {
        return true;
      }
      if (!(layer instanceof DropoutLayer
          || layer instanceof ActivationLayer
          || layer instanceof BatchNormalization
          || layer instanceof LayerNorm
          || layer instanceof GroupNorm
          || layer instanceof RMSNorm)) {
        return false;
      }
    }
    return false;
  }
}
