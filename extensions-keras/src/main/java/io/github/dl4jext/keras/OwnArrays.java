package io.github.dl4jext.keras;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;

/**
 * Gives activation layers (and PReLU) of a graph arrays of their own. DL4J's write into the array
 * that they are given, unless they train: whatever else is connected to it, as the shortcut of a
 * residual block is, gets the activated values, and an input of the network is overwritten.
 */
final class OwnArrays {

  private OwnArrays() {}

  static void giveTo(ComputationGraphConfiguration network) {
    Map<String, GraphVertex> vertices = network.getVertices();
    Map<String, List<String>> inputs = network.getVertexInputs();
    new LinkedHashMap<>(inputs)
        .forEach(
            (name, before) -> {
              if (vertices.get(name) instanceof LayerVertex vertex
                  && writesIntoItsInput(vertex.getLayerConf().getLayer())
                  && !isItsOwn(before.get(0), network)) {
                String copy = name + "_input_copy";
                vertices.put(copy, new ScaleVertex(1));
                inputs.put(copy, new ArrayList<>(before));
                inputs.put(name, new ArrayList<>(List.of(copy)));
              }
            });
  }

  private static boolean writesIntoItsInput(Layer layer) {
    return layer instanceof ActivationLayer || layer instanceof PReLULayer;
  }

  /** Whether a layer makes an array, and nobody but one layer is given it. */
  private static boolean isItsOwn(String input, ComputationGraphConfiguration network) {
    long consumers =
        network.getVertexInputs().values().stream().filter(names -> names.contains(input)).count();
    return consumers == 1
        && !network.getNetworkOutputs().contains(input)
        && network.getVertices().get(input) instanceof LayerVertex vertex
        && vertex.getLayerConf().getLayer() instanceof BaseLayer
        && !(vertex.getLayerConf().getLayer() instanceof DropoutLayer)
        && !writesIntoItsInput(vertex.getLayerConf().getLayer());
  }
}
