package io.github.dl4jext.layers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Normalizes each example by itself, over its features or over other axes, so that training does
 * not depend on the size of minibatches, and prediction computes the same as training.
 *
 * <p><b>Formula.</b> {@code y = gain (x - m) / sqrt(v + epsilon) + bias}, with the mean m and the
 * variance v (divided by n) of the n elements that differ in the normalized axes only. Gain and
 * bias have an element for each place in these axes.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>range</th><th>default</th></tr>
 * <tr><td>axes</td><td>what is normalized over</td><td>{@link InputAxis}</td><td>features: each
 * position and each time step by itself</td></tr>
 * <tr><td>epsilon</td><td>added to the variance</td><td>above 0</td><td>1e-5</td></tr>
 * <tr><td>featuresLast</td><td>whether features are the last axis</td><td></td><td>as the network's
 * input type says; false for volumes, of which DL4J's types say nothing sure</td></tr>
 * <tr><td>sizes</td><td>how long each of the axes is</td><td>at least 1</td><td>as the network's
 * input type says; where features are the only axis, nIn says it</td></tr></table>
 *
 * <p>PyTorch's {@code LayerNorm([C, H, W])} is {@code over(FEATURES, HEIGHT, WIDTH)}, its {@code
 * LayerNorm([H, W])} is {@code over(HEIGHT, WIDTH)}. Keras's {@code axis=-1} is the default.
 *
 * <p><b>Derivative.</b> With h = (x - m) / sqrt(v + epsilon) and d = dy gain: {@code dx = (d -
 * mean(d) - h mean(d h)) / sqrt(v + epsilon)}.
 *
 * <p><b>Shape and type.</b> {@code [N, C]}, {@code [N, C, T]}, {@code [N, C, H, W]}, {@code [N, C,
 * D, H, W]}, also with features last; the output has the shape of the input. Parameters are {@code
 * g}, the gains, and {@code b}, the biases: vectors in the order features, depth, height, width,
 * whatever the order in memory. They begin at 1 and 0, and nothing decays or constrains them that
 * is meant for weights or biases. It computes in double and stores the network's type.
 *
 * <p><b>Masks.</b> What is masked is no part of any mean, gets no gradient, and is 0 in the output.
 *
 * <p><b>Edges.</b> A group whose elements are all equal becomes the bias. NaN in a group makes all
 * of it NaN.
 *
 * <p>For (1, 2, 3, 6) it gives (-1.0690, -0.5345, 0, 1.6036).
 *
 * <p><b>Departs from DL4J's</b> {@code hasLayerNorm}, which is a flag of two layers, acts before
 * the activation, and has no epsilon.
 *
 * @see <a href="https://arxiv.org/abs/1607.06450">Ba, Kiros and Hinton, Layer Normalization</a>
 */
public final class LayerNorm extends NormalizationLayer {

  private static final long serialVersionUID = 1L;

  /** What is normalized over. */
  public static final Parameter<List<InputAxis>> AXES = NormalizedAxes.AXES;

  /** What is added to the variance. */
  public static final Parameter<Double> EPSILON =
      Parameter.number("epsilon").in("(0, inf)").orElse(1e-5).doc("added to the variance");

  /** How long each of the axes is. */
  public static final Parameter<Optional<List<Integer>>> SIZES = NormalizedAxes.SIZES;

  /** Whether features are the last axis. */
  public static final Parameter<Boolean> FEATURES_LAST = ShapeKeepingLayer.FEATURES_LAST;

  private static final Technique<Layer> TECHNIQUE =
      Technique.of(Layer.class, "layer_norm")
          .summary(
              "(x - mean) / sqrt(variance + epsilon) of each example, times a gain, plus a bias")
          .from("https://arxiv.org/abs/1607.06450")
          .taking(AXES, EPSILON, SIZES, FEATURES_LAST)
          .madeBy(LayerNorm::new);

  /** Normalizes over features. */
  public LayerNorm() {
    this(Arguments.none());
  }

  private LayerNorm(Arguments arguments) {
    super(TECHNIQUE, arguments);
    NormalizedAxes.check(TECHNIQUE, get(AXES), get(SIZES));
  }

  @JsonCreator
  private static LayerNorm read(@JsonProperty("arguments") Arguments arguments) {
    return (LayerNorm) StoredLayer.restore(TECHNIQUE, arguments);
  }

  /**
   * Normalizes over these axes together.
   *
   * @param axes at least one, each once
   * @return another layer, which is as this one else
   */
  public LayerNorm over(InputAxis... axes) {
    Objects.requireNonNull(axes, "layer_norm: axes must be given, was null");
    return with(AXES, List.of(axes));
  }

  /**
   * Takes another value for a parameter.
   *
   * @param parameter one of this class
   * @param value its value
   * @param <V> its type
   * @return another layer, which is as this one else
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the layer cannot take it
   */
  public <V> LayerNorm with(Parameter<V> parameter, V value) {
    LayerNorm other = having(parameter, value);
    NormalizedAxes.check(TECHNIQUE, other.get(AXES), other.get(SIZES));
    return other;
  }

  @Override
  Technique<Layer> technique() {
    return TECHNIQUE;
  }

  @Override
  boolean isCentred() {
    return true;
  }

  @Override
  boolean hasBias() {
    return true;
  }

  @Override
  double epsilon() {
    return get(EPSILON);
  }

  @Override
  long places() {
    return NormalizedAxes.places(get(AXES), get(SIZES), nIn);
  }

  @Override
  Grouping grouping(ExampleShape shape) {
    return NormalizedAxes.grouping(this, get(AXES), get(SIZES), shape);
  }

  @Override
  void fit(ExampleShape shape, boolean override) {
    set(SIZES, NormalizedAxes.sizes(this, get(AXES), get(SIZES), shape, override));
  }

  /** Finds it by name. */
  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Layer> {

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
