package io.github.dl4jext.layers;

import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeFeedForward;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeRecurrent;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;

/**
 * The output shapes of the layers of a graph that is still being built; the builder is not changed.
 */
final class BuilderShapes {

  private final GraphBuilder builder;
  private final String who;

  /**
   * Views a builder.
   *
   * @param builder a graph's
   * @param who begins every message
   */
  BuilderShapes(GraphBuilder builder, String who) {
    this.builder = Objects.requireNonNull(builder, who + ": the builder must not be null");
    this.who = who;
  }

  private IllegalArgumentException refused(String reason) {
    return new IllegalArgumentException(who + ": " + reason);
  }

  /** Refuses names that inputs, layers or vertices have. */
  void requireNew(List<String> names) {
    for (String name : names) {
      if (builder.getNetworkInputs().contains(name) || builder.getVertices().containsKey(name)) {
        throw refused("its names must be new, but there is \"" + name + "\"");
      }
    }
  }

  /** What an input, a layer or a vertex gives. */
  InputType of(@Nullable String name) {
    int input = builder.getNetworkInputs().indexOf(name);
    if (input >= 0) {
      if (input >= builder.getNetworkInputTypes().size()) {
        throw refused("the builder's setInputTypes must be called before");
      }
      return builder.getNetworkInputTypes().get(input);
    }
    GraphVertex vertex = builder.getVertices().get(name);
    if (vertex == null) {
      throw refused("the input must be in the graph, which has no \"" + name + "\"");
    }
    List<String> from = builder.getVertexInputs().getOrDefault(name, List.of());
    InputType[] inputs = from.stream().map(this::of).toArray(InputType[]::new);
    if (vertex instanceof LayerVertex layer) {
      return through(layer.getLayerConf().getLayer().clone(), layer.getPreProcessor(), inputs[0]);
    }
    try {
      return vertex.getOutputType(0, inputs);
    } catch (InvalidInputTypeException unfit) {
      throw refused("\"" + name + "\" does not fit its inputs: " + unfit.getMessage());
    }
  }

  /** What layers give that are not in the graph yet. */
  InputType through(List<Layer> layers, InputType input) {
    InputType type = input;
    for (Layer layer : layers) {
      Layer configured =
          builder.getGlobalConfiguration().clone().layer(layer.clone()).build().getLayer();
      type = through(configured, null, type);
    }
    return type;
  }

  private InputType through(Layer layer, @Nullable InputPreProcessor stated, InputType input) {
    try {
      InputPreProcessor before = stated == null ? layer.getPreProcessorForInputType(input) : stated;
      InputType type = before == null ? input : before.getOutputType(input);
      layer.setNIn(type, true);
      return layer.getOutputType(0, type);
    } catch (IllegalStateException | UnsupportedOperationException unfit) {
      throw refused(
          layer.getClass().getSimpleName()
              + " does not fit its input "
              + input
              + ": "
              + unfit.getMessage());
    }
  }

  /** Refuses a projection that gives another shape than the body. */
  void requireSame(InputType shortcut, InputType body) {
    if (!isSame(shortcut, body)) {
      throw refused(
          "the projection must give what the body gives, " + body + ", but gives " + shortcut);
    }
  }

  /** A linear layer from one shape to another; null if they are the same. */
  @Nullable Layer projection(InputType from, InputType to) {
    if (isSame(from, to)) {
      return null;
    }
    if (from instanceof InputTypeFeedForward && to instanceof InputTypeFeedForward dense) {
      return new DenseLayer.Builder()
          .nOut(dense.getSize())
          .hasBias(false)
          .activation(Activation.IDENTITY)
          .build();
    }
    if (from instanceof InputTypeRecurrent one
        && to instanceof InputTypeRecurrent other
        && one.getFormat() == other.getFormat()
        && isSameLength(one, other)) {
      return new Convolution1DLayer.Builder()
          .kernelSize(1)
          .nOut(other.getSize())
          .hasBias(false)
          .activation(Activation.IDENTITY)
          .convolutionMode(ConvolutionMode.Same)
          .rnnDataFormat(one.getFormat())
          .build();
    }
    if (from instanceof InputTypeConvolutional one && to instanceof InputTypeConvolutional other) {
      long[] strides = {
        stride(one, other, InputTypeConvolutional::getHeight),
        stride(one, other, InputTypeConvolutional::getWidth)
      };
      if (strides[0] > 0 && strides[1] > 0 && one.getFormat() == other.getFormat()) {
        return new ConvolutionLayer.Builder(1, 1)
            .nOut(other.getChannels())
            .stride((int) strides[0], (int) strides[1])
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .convolutionMode(ConvolutionMode.Same)
            .dataFormat(one.getFormat())
            .build();
      }
    }
    throw refused(
        "the body makes "
            + to
            + " of "
            + from
            + ", for which there is no projection of its own; give one by withProjection"
            + (from instanceof InputTypeRecurrent && to instanceof InputTypeFeedForward
                ? ", or let the body of a series end with a Convolution1DLayer of kernel size 1"
                : ""));
  }

  /** By how much one axis becomes shorter; 0 if no stride does that. */
  private static long stride(
      InputTypeConvolutional from,
      InputTypeConvolutional to,
      ToLongFunction<InputTypeConvolutional> axis) {
    long longer = axis.applyAsLong(from);
    long shorter = axis.applyAsLong(to);
    long stride = (longer + shorter - 1) / shorter;
    return (longer + stride - 1) / stride == shorter ? stride : 0;
  }

  private static boolean isSameLength(InputTypeRecurrent one, InputTypeRecurrent other) {
    return one.getTimeSeriesLength() == other.getTimeSeriesLength()
        || one.getTimeSeriesLength() < 0
        || other.getTimeSeriesLength() < 0;
  }

  private static boolean isSame(InputType one, InputType other) {
    if (one instanceof InputTypeRecurrent a && other instanceof InputTypeRecurrent b) {
      return a.getSize() == b.getSize() && a.getFormat() == b.getFormat() && isSameLength(a, b);
    }
    if (one instanceof InputTypeFeedForward a && other instanceof InputTypeFeedForward b) {
      return a.getSize() == b.getSize();
    }
    return one.equals(other);
  }
}
