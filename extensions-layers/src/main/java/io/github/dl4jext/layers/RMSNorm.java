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
 * Scales each example to a mean square of 1, over its features or over other axes. This is layer
 * normalization without the mean and the bias, which is cheaper and works equally well in
 * transformers.
 *
 * <p><b>Formula.</b> {@code y = gain x / sqrt(mean(x^2) + epsilon)}, with the mean over each group
 * of n elements that differ only in their places along the normalized axes. The gain has one
 * element for each of these places.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>range</th><th>default</th></tr>
 * <tr><td>axes</td><td>the axes that are normalized
 * over</td><td>{@link InputAxis}</td><td>features: each position and each time step
 * separately</td></tr>
 * <tr><td>epsilon</td><td>added to the mean square</td><td>above 0</td><td>1e-6</td></tr>
 * <tr><td>featuresLast</td><td>whether features are the last axis</td><td></td><td>as the network's
 * input type says; false for volumes, whose input types in DL4J do not say it reliably</td></tr>
 * <tr><td>sizes</td><td>the length of each normalized axis</td><td>at least 1</td><td>as the
 * network's
 * input type says; nIn, if features are the only axis</td></tr></table>
 *
 * <p><b>Derivative.</b> With h = x / sqrt(mean(x^2) + epsilon) and d = dy gain: {@code dx = (d - h
 * mean(d h)) / sqrt(mean(x^2) + epsilon)}.
 *
 * <p><b>Shape and type.</b> They are those of {@link LayerNorm}, but the only parameter is {@code
 * g}, the gains. These begin at 1; the decay and constraints that are set for weights do not apply
 * to them. The layer computes in double and stores its results in the network's type.
 *
 * <p><b>Masks.</b> Masked elements are excluded from all means, get no gradient, and are 0 in the
 * output.
 *
 * <p><b>Edges.</b> If the elements of a group are all 0, so are its outputs. A NaN makes its whole
 * group NaN.
 *
 * <p><b>Check.</b> (1, 2, 3, 6) gives (0.2828, 0.5657, 0.8485, 1.6971).
 *
 * <p>The default of epsilon is Keras's; PyTorch uses the machine epsilon of the type, which is
 * 1.2e-7 for float.
 *
 * @see <a href="https://arxiv.org/abs/1910.07467">Zhang and Sennrich, Root Mean Square Layer
 *     Normalization</a>
 */
public final class RMSNorm extends NormalizationLayer {

  private static final long serialVersionUID = 1L;

  /** The axes that are normalized over. */
  public static final Parameter<List<InputAxis>> AXES = NormalizedAxes.AXES;

  /** The number that is added to the mean square. */
  public static final Parameter<Double> EPSILON =
      Parameter.number("epsilon").in("(0, inf)").orElse(1e-6).doc("added to the mean square");

  /** The length of each normalized axis. */
  public static final Parameter<Optional<List<Integer>>> SIZES = NormalizedAxes.SIZES;

  /** Whether features are the last axis of the input. */
  public static final Parameter<Boolean> FEATURES_LAST = ShapeKeepingLayer.FEATURES_LAST;

  private static final Technique<Layer> TECHNIQUE =
      Technique.of(Layer.class, "rms_norm")
          .summary("x / sqrt(mean(x^2) + epsilon) of each example, times a gain")
          .from("https://arxiv.org/abs/1910.07467")
          .taking(AXES, EPSILON, SIZES, FEATURES_LAST)
          .madeBy(RMSNorm::new);

  /** Makes a layer that normalizes over features. */
  public RMSNorm() {
    this(Arguments.none());
  }

  private RMSNorm(Arguments arguments) {
    super(TECHNIQUE, arguments);
    NormalizedAxes.check(TECHNIQUE, get(AXES), get(SIZES));
  }

  @JsonCreator
  private static RMSNorm read(@JsonProperty("arguments") Arguments arguments) {
    return (RMSNorm) StoredLayer.restore(TECHNIQUE, arguments);
  }

  /**
   * Returns a layer that normalizes over several axes together.
   *
   * @param axes the axes, at least one, and each of them once
   * @return a new layer that is otherwise the same
   * @throws io.github.dl4jext.spi.InvalidArgumentException if there is no axis, or one is repeated
   */
  public RMSNorm over(InputAxis... axes) {
    Objects.requireNonNull(axes, "rms_norm: axes must be given, was null");
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
  public <V> RMSNorm with(Parameter<V> parameter, V value) {
    RMSNorm other = having(parameter, value);
    NormalizedAxes.check(TECHNIQUE, other.get(AXES), other.get(SIZES));
    return other;
  }

  @Override
  Technique<Layer> technique() {
    return TECHNIQUE;
  }

  @Override
  boolean isCentred() {
    return false;
  }

  @Override
  boolean hasBias() {
    return false;
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
