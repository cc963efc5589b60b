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
 * Adds layers, and the sum of their output and their input, to the builder of a graph: a residual
 * block, whose skip connection lets gradients pass in deep networks.
 *
 * <p><b>Formula.</b> {@code y = activation(body(x) + shortcut(x))}. The shortcut is x itself if the
 * output of the body has the shape of its input. Otherwise it is a linear projection without bias:
 * a dense layer, a convolution of width 1 over a sequence, or a convolution of 1 x 1 with the
 * stride by which the body makes images smaller. There is no activation unless {@link
 * #withActivation} gives one.
 *
 * <pre>{@code
 * GraphBuilder builder = new NeuralNetConfiguration.Builder().graphBuilder()
 *     .addInputs("in").setInputTypes(InputType.feedForward(100));
 * ResidualBlock.of(new LayerNorm(), new SwiGLU(200), new DenseLayer.Builder().nOut(100).build())
 *     .addTo(builder, "block", "in");
 * builder.addLayer("out", new OutputLayer.Builder().nOut(10).build(), "block").setOutputs("out");
 * }</pre>
 *
 * <p><b>Names.</b> The output of the block has the block's name. The layers of the body are called
 * {@code <name>-1}, {@code <name>-2} and so on, the projection {@code <name>-shortcut}, and the sum
 * {@code <name>-sum} if an activation follows it. All of them are ordinary layers and vertices of
 * DL4J, so the network can be saved, frozen and transferred like any other.
 *
 * <p><b>Errors.</b> The input types of the builder must be set before a block is added. A body
 * whose output cannot be added to its input is refused before the builder is changed; the message
 * gives both shapes.
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
   * Makes a block with the layers of its body.
   *
   * @param body the layers in their order, at least one; copies of them are put into graphs
   * @return a block, which may be added more than once
   * @throws IllegalArgumentException if there is no layer
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
   * Uses the given layer as the projection of the shortcut, even if none is needed.
   *
   * @param layer the layer, whose output must have the shape of the body's output
   * @return a new block that is otherwise the same
   */
  public ResidualBlock withProjection(Layer layer) {
    Objects.requireNonNull(layer, "ResidualBlock: the projection must not be null");
    return new ResidualBlock(body, layer.clone(), activation);
  }

  /**
   * Applies an activation to the sum.
   *
   * @param function the activation, such as {@code Activation.RELU}
   * @return a new block that is otherwise the same
   */
  public ResidualBlock withActivation(Activation function) {
    Objects.requireNonNull(function, "ResidualBlock: the activation must not be null");
    return withActivation(function.getActivationFunction());
  }

  /**
   * Applies an activation to the sum.
   *
   * @param function the activation
   * @return a new block that is otherwise the same
   */
  public ResidualBlock withActivation(IActivation function) {
    Objects.requireNonNull(function, "ResidualBlock: the activation must not be null");
    return new ResidualBlock(body, projection, function);
  }

  /**
   * Adds the block to a graph.
   *
   * @param builder the builder of the graph, with inputs and their types; it is changed
   * @param name the name of the block's output
   * @param input the input, layer or vertex whose output the block takes
   * @return the same builder
   * @throws IllegalArgumentException if a name is empty, already in use or unknown, if the input
   *     types are not set, or if the shapes cannot be added; the builder is then unchanged
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
