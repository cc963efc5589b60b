package io.github.dl4jext.keras;

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
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Mends what DL4J takes for sequences. A dense layer on top, which Keras applies to each step, puts
 * out sequences, where DL4J's import has it put out one row for each step; and what was pooled over
 * time is none any more.
 */
final class Sequences {

  private Sequences() {}

  static void mend(MultiLayerConfiguration network) {
    List<Node> nodes = NetworkConfiguration.of(network).nodes();
    for (Node node : nodes) {
      RnnToFeedForwardPreProcessor steps = steps(node);
      if (steps == null) {
        continue;
      }
      if (isPooled(node, nodes)) {
        network.getInputPreProcessors().remove(node.index());
      } else if (node.isOutput() && node.layer().orElseThrow() instanceof DenseLayer dense) {
        network.getConf(node.index()).setLayer(each(dense, steps));
        network.getInputPreProcessors().remove(node.index());
      }
    }
  }

  static void mend(ComputationGraphConfiguration network) {
    List<Node> nodes = NetworkConfiguration.of(network).nodes();
    for (Node node : nodes) {
      RnnToFeedForwardPreProcessor steps = steps(node);
      if (steps == null
          || !(network.getVertices().get(node.name()) instanceof LayerVertex vertex)) {
        continue;
      }
      if (isPooled(node, nodes)) {
        vertex.setPreProcessor(null);
      } else if (node.isOutput() && node.layer().orElseThrow() instanceof DenseLayer dense) {
        vertex.getLayerConf().setLayer(each(dense, steps));
        vertex.setPreProcessor(null);
      }
    }
  }

  private static @Nullable RnnToFeedForwardPreProcessor steps(Node node) {
    return node.preProcessor().orElse(null) instanceof RnnToFeedForwardPreProcessor steps
        ? steps
        : null;
  }

  private static boolean isPooled(Node node, List<Node> nodes) {
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
          || layer instanceof BatchNormalization)) {
        return false;
      }
    }
    return false;
  }

  private static Layer each(DenseLayer dense, RnnToFeedForwardPreProcessor steps) {
    TimeDistributed each = new TimeDistributed(dense, steps.getRnnDataFormat());
    each.setLayerName(dense.getLayerName());
    return each;
  }
}
