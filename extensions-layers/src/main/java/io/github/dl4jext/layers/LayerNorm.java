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
 * Normalizes each example separately, over its features or over other axes, so that training does
 * not depend on the size of minibatches, and prediction computes the same as training.
 *
 * <p><b>Formula.</b> {@code y = gain (x - m) / sqrt(v + epsilon) + bias}, with the mean m and the
 * variance v (divided by n) of each group of n elements that differ only in their places along the
 * normalized axes. Gain and bias have one element for each of these places.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>range</th><th>default</th></tr>
 * <tr><td>axes</td><td>the axes that are normalized
 * over</td><td>{@link InputAxis}</td><td>features: each position and each time step
 * separately</td></tr>
 * <tr><td>epsilon</td><td>added to the variance</td><td>above 0</td><td>1e-5</td></tr>
 * <tr><td>featuresLast</td><td>whether features are the last axis</td><td></td><td>as the network's
 * input type says; false for volumes, whose input types in DL4J do not say it reliably</td></tr>
 * <tr><td>sizes</td><td>the length of each normalized axis</td><td>at least 1</td><td>as the
 * network's
 * input type says; nIn, if features are the only axis</td></tr></table>
 *
 * <p>PyTorch's {@code LayerNorm([C, H, W])} is {@code over(FEATURES, HEIGHT, WIDTH)} here, and its
 * {@code LayerNorm([H, W])} is {@code over(HEIGHT, WIDTH)}. Keras's {@code axis=-1} is the default
 * here.
 *
 * <p><b>Derivative.</b> With h = (x - m) / sqrt(v + epsilon) and d = dy gain: {@code dx = (d -
 * mean(d) - h mean(d h)) / sqrt(v + epsilon)}.
 *
 * <p><b>Shape and type.</b> {@code [N, C]}, {@code [N, C, T]}, {@code [N, C, H, W]}, {@code [N, C,
 * D, H, W]}, or the same with features last; the output has the shape of the input. The parameters
 * are {@code g}, the gains, and {@code b}, the biases: vectors in the order features, depth,
 * height, width, regardless of the order in memory. Gains begin at 1 and biases at 0; the decay and
 * constraints that are set for weights or biases do not apply to them. The layer computes in double
 * and stores its results in the network's type.
 *
 * <p><b>Masks.</b> Masked elements are excluded from all means, get no gradient, and are 0 in the
 * output.
 *
 * <p><b>Edges.</b> If the elements of a group are all equal, its outputs are the biases. A NaN
 * makes its whole group NaN.
 *
 * <p><b>Check.</b> (1, 2, 3, 6) gives (-1.0690, -0.5345, 0, 1.6036).
 *
 * <p><b>Departs from DL4J's</b> {@code hasLayerNorm}, which exists for two types of layer only,
 * acts before the activation, and has no epsilon.
 *
 * @see <a href="https://arxiv.org/abs/1607.06450">Ba, Kiros and Hinton, Layer Normalization</a>
 */
public final class LayerNorm extends NormalizationLayer {

  private static final long serialVersionUID = 1L;

  /** The axes that are normalized over. */
  public static final Parameter<List<InputAxis>> AXES = NormalizedAxes.AXES;

  /** The number that is added to the variance. */
  public static final Parameter<Double> EPSILON =
      Parameter.number("epsilon").in("(0, inf)").orElse(1e-5).doc("added to the variance");

  /** The length of each normalized axis. */
  public static final Parameter<Optional<List<Integer>>> SIZES = NormalizedAxes.SIZES;

  /** Whether features are the last axis of the input. */
  public static final Parameter<Boolean> FEATURES_LAST = ShapeKeepingLayer.FEATURES_LAST;

  private static final Technique<Layer> TECHNIQUE =
      Technique.of(Layer.class, "layer_norm")
          .summary(
              "(x - mean) / sqrt(variance + epsilon) of each example, times a gain, plus a bias")
          .from("https://arxiv.org/abs/1607.06450")
          .taking(AXES, EPSILON, SIZES, FEATURES_LAST)
          .madeBy(LayerNorm::new);

  /** Makes a layer that normalizes over features. */
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
   * Returns a layer that normalizes over several axes together.
   *
   * @param axes the axes, at least one, and each of them once
   * @return a new layer that is otherwise the same
   * @throws io.github.dl4jext.spi.InvalidArgumentException if there is no axis, or one is repeated
   */
  public LayerNorm over(InputAxis... axes) {
    Objects.requireNonNull(axes, "layer_norm: axes must be given, was null");
    return with(AXES, List.of(axes));
  }

  /**
   * Returns a layer with another value for a parameter.
   *
   * @param parameter a parameter of this class
   * @param value its value
   * @param <V> the type of the value
   * @return a new layer that is otherwise the same
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the layer has no such parameter, or
   *     the value is out of range
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

  /** Provides this layer by its name. */
  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Layer> {

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
