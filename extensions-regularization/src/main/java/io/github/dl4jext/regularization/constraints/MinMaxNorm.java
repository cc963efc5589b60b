package io.github.dl4jext.regularization.constraints;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Min-max norm: after each step the norm of a unit's weights is moved into an interval, all the way
 * or a share of it, {@code w <- w (c clip(|w|, a, b) + (1 - c) |w|) / |w|}.
 *
 * <p>Like {@link MaxNorm}, and keeps units from dying out as well. With a rate below 1 it pulls
 * instead of cutting.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>a</td><td>min</td><td>[0, inf)</td><td>required</td><td>norm</td></tr>
 * <tr><td>b</td><td>max</td><td>(0, inf), at least a</td><td>required</td><td>norm</td></tr>
 * <tr><td>c</td><td>rate</td><td>(0, 1]</td><td>1</td><td>share of the way per
 * step</td></tr></table>
 *
 * <p><b>Units.</b> As for {@link MaxNorm}.
 *
 * <p><b>Shape and type.</b> Any layer with weights, in place. Norms are summed in double. Inside
 * the interval no bit changes; a norm that is outside by no more than the rounding of its type
 * (1.2e-7 of a float) is left as it is.
 *
 * <p><b>Edges.</b> Zeros have no direction and stay zeros, below {@code min} as they are. A unit
 * with NaN or an infinity among its weights is left as it is. Frozen layers are not touched.
 *
 * <p><b>Check.</b> a = 0.5, b = 2, c = 0.1, |w| = 4: |w| = 3.8 after a step.
 *
 * <p><b>Departs from Keras.</b> The axis comes from the layer; Keras's default is 0. No 1e-7 is
 * added to the norm. <b>From DL4J:</b> with a rate below 1 the norm explodes in {@code
 * MinMaxNormConstraint} (14.6 instead of 3.8 above), and it shrinks weights inside the interval.
 *
 * @see <a href="https://keras.io/api/layers/constraints/#minmaxnorm-class">Keras</a>
 */
public final class MinMaxNorm extends NormConstraint {

  private static final long serialVersionUID = 1L;

  /** The default of {@code rate}. */
  public static final double DEFAULT_RATE = 1;

  private static final String NAME = "min_max_norm";

  private static final Parameter<Double> MIN =
      Parameter.number("min")
          .in("[0, inf)")
          .doc("least norm of the incoming weights of a unit, but for zeros");
  private static final Parameter<Double> MAX =
      Parameter.number("max")
          .in("(0, inf)")
          .doc("largest norm of the incoming weights of a unit, at least min");
  private static final Parameter<Double> RATE =
      Parameter.number("rate")
          .in("(0, 1]")
          .orElse(DEFAULT_RATE)
          .doc("share of the way into the interval, per step");

  private final double min;
  private final double max;
  private final double rate;

  /**
   * Moves norms into the interval at once.
   *
   * @param min least norm of the incoming weights of a unit, in {@code [0, inf)}
   * @param max largest norm, in {@code (0, inf)}, at least {@code min}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public MinMaxNorm(double min, double max) {
    this(min, max, DEFAULT_RATE);
  }

  /**
   * Moves norms a share of the way into the interval.
   *
   * @param min least norm of the incoming weights of a unit, in {@code [0, inf)}
   * @param max largest norm, in {@code (0, inf)}, at least {@code min}
   * @param rate share of the way, per step, in {@code (0, 1]}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public MinMaxNorm(double min, double max, double rate) {
    this(min, max, rate, null);
  }

  @JsonCreator
  private MinMaxNorm(
      @JsonProperty(value = "min", required = true) double min,
      @JsonProperty(value = "max", required = true) double max,
      @JsonProperty(value = "rate", required = true) double rate,
      @JsonProperty("params") Set<String> params) {
    super(params);
    Checks.of(NAME)
        .check(MIN, min)
        .check(MAX, max)
        .that(!(min > max), "max", "at least min, which is " + min, max)
        .check(RATE, rate)
        .done();
    this.min = min;
    this.max = max;
    this.rate = rate;
  }

  @Override
  double wanted(double norm) {
    double inside = norm == 0 ? 0 : Math.max(min, Math.min(norm, max));
    return rate == 1 ? inside : norm + rate * (inside - norm);
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other)
        && ((MinMaxNorm) other).min == min
        && ((MinMaxNorm) other).max == max
        && ((MinMaxNorm) other).rate == rate;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), min, max, rate);
  }

  @Override
  public String toString() {
    return "MinMaxNorm(min=" + min + ", max=" + max + ", rate=" + rate + ")" + named();
  }

  /** Makes {@link MinMaxNorm} by the name {@code min_max_norm}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<LayerConstraint> {

    /** States what the plugin is. */
    public Provider() {
      super(
          LayerConstraint.class,
          NAME,
          "Moves the norm of the incoming weights of a unit into an interval",
          "https://keras.io/api/layers/constraints/");
      parameters(MIN, MAX, RATE);
    }

    @Override
    public LayerConstraint create(Arguments arguments) {
      return new MinMaxNorm(arguments.get(MIN), arguments.get(MAX), arguments.get(RATE));
    }
  }
}
