package io.github.dl4jext.layers;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;

/**
 * Adds layers to the builder of a graph, and the sum of their output and their input: a residual
 * block, or skip connection, through which gradients pass in deep networks.
 *
 * <p><b>Formula.</b> {@code y = activation(body(x) + shortcut(x))}. The shortcut is x itself where
 * the body gives the shape that it takes; where it does not, it is a linear projection without
 * bias: a dense layer, a convolution of width 1 over a series, or a convolution of 1 x 1 with the
 * stride by which the body makes images smaller. Without {@link #withActivation} there is none.
 *
 * <pre>{@code
 * GraphBuilder builder = new NeuralNetConfiguration.Builder().graphBuilder()
 *     .addInputs("in").setInputTypes(InputType.feedForward(100));
 * ResidualBlock.of(new LayerNorm(), new SwiGLU(200), new DenseLayer.Builder().nOut(100).build())
 *     .addTo(builder, "block", "in");
 * builder.addLayer("out", new OutputLayer.Builder().nOut(10).build(), "block").setOutputs("out");
 * }</pre>
 *
 * <p><b>Names.</b> What the block gives has the block's name. Its layers are called {@code
 * <name>-1}, {@code <name>-2} and so on, the projection {@code <name>-shortcut}, and the sum {@code
 * <name>-sum} where an activation follows. All are vertices of DL4J, so that the network is saved,
 * frozen and transferred as any other.
 *
 * <p><b>Errors.</b> The builder's input types must be set before. A body whose output cannot be
 * added to its input is refused, with both shapes, before the builder is changed.
 *
 * @see <a href="https://arxiv.org/abs/1512.03385">He and others, Deep Residual Learning for Image
 *     Recognition</a>
 */
public final class ResidualBlock {

  private final List<Layer> body;
  private final @Nullable Layer projection;
  private final @Nullable IActivation activation;

  private ResidualBlock(
      List<Layer> body, @Nullable Layer projection, @Nullable IActivation activation) {
    this.body = body;
    this.projection = projection;
    this.activation = activation;
  }

  /**
   * Takes the layers of the body.
   *
   * @param body at least one layer, in order; copies are put into graphs
   * @return a block that may be added more than once
   */
  public static ResidualBlock of(Layer... body) {
    Objects.requireNonNull(body, "residual block: body must be given, was null");
    for (Layer layer : body) {
      Objects.requireNonNull(layer, "ResidualBlock: a layer of the body must not be null");
    }
    if (body.length == 0) {
      throw new IllegalArgumentException("ResidualBlock: body must have a layer, had none");
    }
    return new ResidualBlock(copies(List.of(body)), null, null);
  }

  private static List<Layer> copies(List<Layer> layers) {
    return layers.stream().map(Layer::clone).toList();
  }

  /**
   * Puts a layer of one's own into the shortcut, always.
   *
   * @param layer gives the shape that the body gives
   * @return another block, which is as this one else
   */
  public ResidualBlock withProjection(Layer layer) {
    Objects.requireNonNull(layer, "ResidualBlock: the projection must not be null");
    return new ResidualBlock(body, layer.clone(), activation);
  }

  /**
   * Puts an activation behind the sum.
   *
   * @param function such as {@code Activation.RELU}
   * @return another block, which is as this one else
   */
  public ResidualBlock withActivation(Activation function) {
    Objects.requireNonNull(function, "ResidualBlock: the activation must not be null");
    return withActivation(function.getActivationFunction());
  }

  /**
   * Puts an activation behind the sum.
   *
   * @param function the activation
   * @return another block, which is as this one else
   */
  public ResidualBlock withActivation(IActivation function) {
    Objects.requireNonNull(function, "ResidualBlock: the activation must not be null");
    return new ResidualBlock(body, projection, function);
  }

  /**
   * Adds the block to a graph.
   *
   * @param builder the graph's, with inputs and their types; it is changed
   * @param name what the output of the block is called
   * @param input the input, layer or vertex whose output the block takes
   * @return the same builder
   * @throws IllegalArgumentException if a name is taken or unknown, the input types are not set, or
   *     the shapes cannot be added; the builder is then as it was
   */
  public GraphBuilder addTo(GraphBuilder builder, String name, String input) {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("ResidualBlock: the name must not be empty");
    }
    BuilderShapes shapes = new BuilderShapes(builder, "ResidualBlock \"" + name + "\"");
    List<String> names =
        IntStream.rangeClosed(1, body.size()).mapToObj(number -> name + "-" + number).toList();
    String beside = name + "-shortcut";
    String sum = activation == null ? name : name + "-sum";
    shapes.requireNew(names);
    shapes.requireNew(List.of(beside, sum, name));
    InputType from = shapes.of(input);
    InputType to = shapes.through(body, from);
    Layer shortcut = projection == null ? shapes.projection(from, to) : projection;
    if (shortcut != null) {
      shapes.requireSame(shapes.through(List.of(shortcut), from), to);
    }
    String last = input;
    for (int i = 0; i < names.size(); i++) {
      builder.addLayer(names.get(i), body.get(i).clone(), last);
      last = names.get(i);
    }
    if (shortcut != null) {
      builder.addLayer(beside, shortcut.clone(), input);
    }
    builder.addVertex(
        sum,
        new ElementWiseVertex(ElementWiseVertex.Op.Add),
        last,
        shortcut == null ? input : beside);
    if (activation != null) {
      builder.addLayer(name, new ActivationLayer(activation), sum);
    }
    return builder;
  }
}
