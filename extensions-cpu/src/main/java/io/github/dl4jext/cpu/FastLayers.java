package io.github.dl4jext.cpu;

import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.Node;
import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Replaces DL4J's layers by layers that compute each thing once: {@link FastDense} for {@code
 * DenseLayer}, {@link FastConvolution} for {@code ConvolutionLayer}. The network learns the same,
 * to the last bit.
 *
 * <pre>{@code
 * MultiLayerNetwork fast = FastLayers.of(net);      // continues net's training
 * fast.fit(data, 10);
 * ModelSerializer.writeModel(FastLayers.plain(fast), file, true);   // DL4J's own layers again
 * }</pre>
 *
 * <p>Other layers stay as they are: those of other types, those of a class that extends one of the
 * two, those that are frozen or within a wrapper, and convolutions whose channels come last.
 *
 * <p><b>The gradient at the inputs.</b> The lowest layers leave out the gradient of the loss with
 * respect to the network's inputs, which {@code fit} never reads. When {@code backpropGradient} is
 * called on such a network, for errors from outside it, the result has null in place of that
 * gradient. If you need it, call {@link #withInputGradient}.
 */
public final class FastLayers {

  private static final String TYPE = "@class";

  private FastLayers() {}

  /**
   * Copies a network, with layers that compute each thing once.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @param <M> its type
   * @return a copy that continues the training, with the weights, the updater's state and the
   *     listeners
   * @throws IllegalArgumentException if it has no layer that could be replaced
   */
  public static <M extends Model> M of(M network) {
    return copy(network, configuration -> replace(configuration, false));
  }

  /**
   * Copies a network as {@link #of(Model)} does; the copy also computes the gradient at its inputs.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @param <M> its type
   * @return a copy that continues the training, with the weights, the updater's state and the
   *     listeners
   * @throws IllegalArgumentException if it has no layer that could be replaced
   */
  public static <M extends Model> M withInputGradient(M network) {
    return copy(network, configuration -> replace(configuration, true));
  }

  /**
   * Copies a network, with DL4J's own layers in place of those of this class.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @param <M> its type
   * @return a copy that continues the training, and can be saved for programs without this library
   */
  public static <M extends Model> M plain(M network) {
    return copy(network, FastLayers::restore);
  }

  /**
   * Replaces the layers in a configuration, which is itself changed.
   *
   * @param configuration the configuration of a {@code MultiLayerNetwork}
   * @return the configuration given
   * @throws IllegalArgumentException if it has no layer that could be replaced
   */
  public static MultiLayerConfiguration of(MultiLayerConfiguration configuration) {
    replace(NetworkConfiguration.of(configuration), false);
    return configuration;
  }

  /**
   * Replaces the layers in a configuration, which is itself changed.
   *
   * @param configuration the configuration of a {@code ComputationGraph}
   * @return the configuration given
   * @throws IllegalArgumentException if it has no layer that could be replaced
   */
  public static ComputationGraphConfiguration of(ComputationGraphConfiguration configuration) {
    replace(NetworkConfiguration.of(configuration), false);
    return configuration;
  }

  private static <M extends Model> M copy(M network, Consumer<NetworkConfiguration> change) {
    return NetworkCopy.from(network).changing(change).carryingOnTraining().build();
  }

  private static void replace(NetworkConfiguration configuration, boolean inputGradient) {
    List<Node> nodes =
        configuration.nodes().stream()
            .filter(node -> node.storedLayer().filter(FastLayers::isReplaceable).isPresent())
            .toList();
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException(
          "fast layers: the network must have a DenseLayer, or a ConvolutionLayer whose channels come"
              + " first, that is neither frozen nor within a wrapper, had none; there would be no"
              + " gain");
    }
    for (Node node : nodes) {
      Layer fast = as(true, node.storedLayer().orElseThrow());
      boolean lowest = node.inputs().isEmpty() && node.preProcessor().isEmpty();
      ((ComputesOnce) fast).setInputGradient(inputGradient || !lowest);
      configuration.replaceLayer(node, fast);
    }
  }

  private static boolean isReplaceable(Layer layer) {
    return isReplaced(layer) || layer instanceof ComputesOnce;
  }

  /** Whether this is one of DL4J's layers that can be replaced. */
  static boolean isReplaced(Layer layer) {
    return layer.getClass() == DenseLayer.class
        || layer.getClass() == ConvolutionLayer.class
            && ((ConvolutionLayer) layer).getCnn2dDataFormat() == CNN2DFormat.NCHW;
  }

  private static void restore(NetworkConfiguration configuration) {
    for (Node node : configuration.nodes()) {
      Layer layer = node.storedLayer().orElse(null);
      if (layer instanceof ComputesOnce) {
        configuration.replaceLayer(node, as(false, layer));
      }
    }
  }

  /** Copies a layer by way of its JSON, in which the class is changed to ours or back to DL4J's. */
  private static Layer as(boolean fast, Layer layer) {
    Class<?> type =
        layer instanceof DenseLayer
            ? fast ? FastDense.class : DenseLayer.class
            : fast ? FastConvolution.class : ConvolutionLayer.class;
    ObjectMapper mapper = NeuralNetConfiguration.mapper();
    try {
      ObjectNode json = (ObjectNode) mapper.readTree(mapper.writeValueAsString(layer));
      json.put(TYPE, type.getName());
      json.remove("inputGradient");
      return mapper.readValue(json.toString(), Layer.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "fast layers: the layer \"" + layer.getLayerName() + "\" cannot be copied", e);
    }
  }
}
