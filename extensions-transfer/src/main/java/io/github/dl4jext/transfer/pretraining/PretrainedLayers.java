package io.github.dl4jext.transfer.pretraining;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Copies the parameters of pretrained layers into a network that will be trained on labels.
 *
 * <p>Only parameters are copied: the target keeps its own activations, dropout and updaters. Shapes
 * must agree; if one does not, nothing is copied.
 */
public final class PretrainedLayers {

  private PretrainedLayers() {}

  /**
   * Copies into the first layers of a stack.
   *
   * @param pretrained the pretrained layers
   * @param target a network whose first layers have the same shapes
   * @throws IllegalArgumentException if the target has fewer layers, or lacks a parameter, or has
   *     one of another shape
   */
  public static void copy(MultiLayerNetwork pretrained, MultiLayerNetwork target) {
    Objects.requireNonNull(pretrained, "pretrained layers: pretrained must be given, was null");
    Objects.requireNonNull(target, "pretrained layers: target must be given, was null");
    if (pretrained.getnLayers() > target.getnLayers()) {
      throw new IllegalArgumentException(
          pretrained.getnLayers()
              + " pretrained layers do not go into a network of "
              + target.getnLayers());
    }
    copy(pretrained, Arrays.copyOf(target.getLayers(), pretrained.getnLayers()));
  }

  /**
   * Copies into layers of a graph.
   *
   * @param pretrained the pretrained layers
   * @param target a graph
   * @param layers the names of the layers of the graph, in the order of the pretrained ones
   * @throws IllegalArgumentException if there are more or fewer names than pretrained layers, a
   *     layer does not exist, or a parameter is missing or has another shape
   */
  public static void copy(MultiLayerNetwork pretrained, ComputationGraph target, String... layers) {
    Objects.requireNonNull(pretrained, "pretrained layers: pretrained must be given, was null");
    Objects.requireNonNull(target, "pretrained layers: target must be given, was null");
    Objects.requireNonNull(layers, "pretrained layers: layers must be given, was null");
    if (pretrained.getnLayers() != layers.length) {
      throw new IllegalArgumentException(
          pretrained.getnLayers() + " pretrained layers need as many names, were " + layers.length);
    }
    for (String name : layers) {
      if (target.getVertex(name) == null || !target.getVertex(name).hasLayer()) {
        throw new IllegalArgumentException("the graph has no layer `" + name + "`");
      }
    }
    copy(pretrained, Arrays.stream(layers).map(target::getLayer).toArray(Layer[]::new));
  }

  private static void copy(MultiLayerNetwork pretrained, Layer... targets) {
    for (int i = 0; i < targets.length; i++) {
      Map<String, INDArray> into = targets[i].paramTable();
      for (Map.Entry<String, INDArray> entry : pretrained.getLayer(i).paramTable().entrySet()) {
        requireFit(i, entry.getKey(), entry.getValue(), into.get(entry.getKey()));
      }
    }
    for (int i = 0; i < targets.length; i++) {
      Map<String, INDArray> into = targets[i].paramTable();
      pretrained
          .getLayer(i)
          .paramTable()
          .forEach(
              (key, value) -> {
                INDArray target = Objects.requireNonNull(into.get(key), key);
                target.assign(value.castTo(target.dataType()));
              });
    }
  }

  private static void requireFit(int layer, String key, INDArray from, @Nullable INDArray into) {
    if (into == null || !Arrays.equals(from.shape(), into.shape())) {
      throw new IllegalArgumentException(
          "pretrained layer "
              + layer
              + ": "
              + key
              + " is "
              + Arrays.toString(from.shape())
              + ", but that of the target is "
              + (into == null ? "missing" : Arrays.toString(into.shape())));
    }
  }
}
