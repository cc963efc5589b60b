package io.github.dl4jext.regularization.constraints;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.function.DoubleUnaryOperator;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Min-max norm: after each step the norm of a unit's weights is moved into an interval, all the way
 * or a share of it, {@code w <- w (c clip(|w|, a, b) + (1 - c) |w|) / |w|}.
 *
 * <p>It acts like {@link MaxNorm}, and also keeps units from dying out. With a rate below 1 the
 * norm moves towards the interval by degrees.
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
 * the interval no bit changes; a norm that is outside by no more than the rounding error of its
 * type (1.2e-7 for floats) does not change.
 *
 * <p><b>Edges.</b> Zeros have no direction and stay zeros, although their norm is below {@code
 * min}. A unit with NaN or an infinity among its weights does not change, and neither do frozen
 * layers.
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

  public static final Parameter<Double> MIN =
      Parameter.number("min")
          .in("[0, inf)")
          .doc("least norm of the incoming weights of a unit, except for zeros");
  public static final Parameter<Double> MAX =
      Parameter.number("max")
          .in("(0, inf)")
          .doc("largest norm of the incoming weights of a unit, at least min");
  public static final Parameter<Double> RATE =
      Parameter.number("rate")
          .in("(0, 1]")
          .orElse(1)
          .doc("share of the way into the interval, per step");

  private static final Technique<LayerConstraint> TECHNIQUE =
      Technique.of(LayerConstraint.class, "min_max_norm")
          .summary("Moves the norm of the incoming weights of a unit into an interval")
          .from("https://keras.io/api/layers/constraints/")
          .taking(MIN, MAX, RATE)
          .madeBy(MinMaxNorm::new);

  /**
   * Moves norms into the interval at once.
   *
   * @param min least norm of the incoming weights of a unit, in {@code [0, inf)}
   * @param max largest norm, in {@code (0, inf)}, at least {@code min}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public MinMaxNorm(double min, double max) {
    this(min, max, RATE.defaultOf());
  }

  /**
   * Moves norms a share of the way into the interval at each step.
   *
   * @param min least norm of the incoming weights of a unit, in {@code [0, inf)}
   * @param max largest norm, in {@code (0, inf)}, at least {@code min}
   * @param rate share of the way, per step, in {@code (0, 1]}; 1 by default
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public MinMaxNorm(double min, double max, double rate) {
    this(checked(min, max, rate));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  MinMaxNorm(Arguments arguments) {
    super(TECHNIQUE, arguments);
    checked(get(MIN), get(MAX), get(RATE));
  }

  private static Arguments checked(double min, double max, double rate) {
    TECHNIQUE
        .check(MIN, min)
        .check(MAX, max)
        .that(!(min > max), "max", "at least min, which is " + min, max)
        .check(RATE, rate)
        .done();
    return Arguments.of(MIN, min).with(MAX, max).with(RATE, rate);
  }

  @Override
  DoubleUnaryOperator wanted() {
    double min = get(MIN);
    double max = get(MAX);
    double rate = get(RATE);
    return norm -> {
      double inside = norm == 0 ? 0 : Math.max(min, Math.min(norm, max));
      return rate == 1 ? inside : norm + rate * (inside - norm);
    };
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<LayerConstraint> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
