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
 * Scales each example to a mean square of 1, over its features or over other axes: layer
 * normalization without the mean and the bias, which is cheaper and works as well in transformers.
 *
 * <p><b>Formula.</b> {@code y = gain x / sqrt(mean(x^2) + epsilon)}, with the mean over the n
 * elements that differ in the normalized axes only. The gain has an element for each place in these
 * axes.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>range</th><th>default</th></tr>
 * <tr><td>axes</td><td>what is normalized over</td><td>{@link InputAxis}</td><td>features: each
 * position and each time step by itself</td></tr>
 * <tr><td>epsilon</td><td>added to the mean square</td><td>above 0</td><td>1e-6</td></tr>
 * <tr><td>featuresLast</td><td>whether features are the last axis</td><td></td><td>as the network's
 * input type says; false for volumes, of which DL4J's types say nothing sure</td></tr>
 * <tr><td>sizes</td><td>how long each of the axes is</td><td>at least 1</td><td>as the network's
 * input type says; where features are the only axis, nIn says it</td></tr></table>
 *
 * <p><b>Derivative.</b> With h = x / sqrt(mean(x^2) + epsilon) and d = dy gain: {@code dx = (d - h
 * mean(d h)) / sqrt(mean(x^2) + epsilon)}.
 *
 * <p><b>Shape and type.</b> Those of {@link LayerNorm}; the only parameter is {@code g}, the gains,
 * which begin at 1, and nothing decays or constrains them that is meant for weights. It computes in
 * double and stores the network's type.
 *
 * <p><b>Masks.</b> What is masked is no part of any mean, gets no gradient, and is 0 in the output.
 *
 * <p><b>Edges.</b> Where all is 0 the output is 0. NaN in a group makes all of it NaN.
 *
 * <p>For (1, 2, 3, 6) it gives (0.2828, 0.5657, 0.8485, 1.6971).
 *
 * <p>The default of epsilon is Keras's; PyTorch takes the type's machine epsilon, 1.2e-7 of floats.
 *
 * @see <a href="https://arxiv.org/abs/1910.07467">Zhang and Sennrich, Root Mean Square Layer
 *     Normalization</a>
 */
public final class RMSNorm extends NormalizationLayer {

  private static final long serialVersionUID = 1L;

  /** What is normalized over. */
  public static final Parameter<List<InputAxis>> AXES = NormalizedAxes.AXES;

  /** What is added to the mean square. */
  public static final Parameter<Double> EPSILON =
      Parameter.number("epsilon").in("(0, inf)").orElse(1e-6).doc("added to the mean square");

  /** How long each of the axes is. */
  public static final Parameter<Optional<List<Integer>>> SIZES = NormalizedAxes.SIZES;

  /** Whether features are the last axis. */
  public static final Parameter<Boolean> FEATURES_LAST = ShapeKeepingLayer.FEATURES_LAST;

  private static final Technique<Layer> TECHNIQUE =
      Technique.of(Layer.class, "rms_norm")
          .summary("x / sqrt(mean(x^2) + epsilon) of each example, times a gain")
          .from("https://arxiv.org/abs/1910.07467")
          .taking(AXES, EPSILON, SIZES, FEATURES_LAST)
          .madeBy(RMSNorm::new);

  /** Normalizes over features. */
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
   * Normalizes over these axes together.
   *
   * @param axes at least one, each once
   * @return another layer, which is as this one else
   */
  public RMSNorm over(InputAxis... axes) {
    Objects.requireNonNull(axes, "rms_norm: axes must be given, was null");
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

  /** Finds it by name. */
  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Layer> {

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
