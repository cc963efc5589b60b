package io.github.dl4jext.regularization.dropout;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.noise.NoiseSource;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Alpha dropout: {@code y = a (k x + (1 - k) s) + b}, where every element draws its own k, which is
 * 0 with probability r, else 1, and s = -1.7580993 is what SELU tends to far below zero.
 *
 * <p>It is for networks with SELU, which normalize themselves as long as activations have mean 0
 * and variance 1. Plain dropout changes the variance; alpha dropout keeps both.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>rate</td><td>[0, 1) or schedule</td><td>none</td><td>share dropped</td></tr>
 * </table>
 *
 * <p><b>In training.</b> With q = 1 - r, {@code a = (q + s^2 q r)^(-1/2)} and {@code b = -a r s}
 * give mean 0 and variance 1 if x had them. Outside training nothing changes.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, any floating type.
 *
 * <p><b>Edges.</b> With a rate of 0 the input stays the same, bit for bit. NaN stays NaN, dropped
 * or not.
 *
 * <p><b>Check.</b> With rate 0.1, a = 0.9212845 and b = 0.1619710, so that an element of 1 becomes
 * 1.0832555 or, dropped, -1.4577387.
 *
 * <p><b>Departs from the paper.</b> Nothing. <b>From DL4J.</b> {@code rate} is the share that is
 * dropped. JSON keeps a schedule, whereas DL4J's {@code AlphaDropout} loses it.
 *
 * @see <a href="https://arxiv.org/abs/1706.02515">Klambauer et al. (2017)</a>
 */
public final class AlphaDropout extends ActivationNoise {

  private static final long serialVersionUID = 1L;

  /** Minus SELU's scale times its alpha. */
  private static final double SATURATION = -1.0507009873554805 * 1.6732632423543772;

  public static final Parameter<ISchedule> RATE =
      Parameter.rate("rate").in("[0, 1)").doc("share of the elements that is dropped");

  private static final Technique<IDropout> TECHNIQUE =
      Technique.of(IDropout.class, "alpha_dropout")
          .summary(
              "activations of SELU set to its lower limit with a probability, then scaled to mean 0 and variance 1")
          .from("https://arxiv.org/abs/1706.02515")
          .taking(RATE)
          .madeBy(AlphaDropout::new);

  /**
   * Drops a constant share.
   *
   * @param rate share of the elements that is dropped, in {@code [0, 1)}
   * @return the dropout
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is null or out of range
   */
  public static AlphaDropout dropping(double rate) {
    return new AlphaDropout(Arguments.of(RATE, rate));
  }

  /**
   * Drops a share that follows a schedule.
   *
   * @param rate share of the elements that is dropped, in {@code [0, 1)} at each step
   * @return the dropout
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is null or out of range
   */
  public static AlphaDropout dropping(ISchedule rate) {
    return new AlphaDropout(Arguments.of(RATE, rate));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  AlphaDropout(Arguments arguments) {
    super(TECHNIQUE, RATE, arguments);
  }

  @Override
  protected DropoutFormula noise(NoiseSource draws, double rate, DataType type, long... shape) {
    return formula(draws, rate, type, shape);
  }

  /**
   * Returns the formula, with one k for each number of the shape, which is repeated along
   * dimensions of size 1.
   */
  static DropoutFormula formula(NoiseSource draws, double rate, DataType type, long... shape) {
    double kept = 1 - rate;
    double a = 1 / Math.sqrt(kept + SATURATION * SATURATION * kept * rate);
    double b = -a * rate * SATURATION;
    // a (k x + (1 - k) s) + b = (a k) x + (a s + b) - s (a k)
    return DropoutFormula.times(draws.bernoulli(type, kept, shape).muli(a))
        .andPlus(factor -> factor.muli(-SATURATION).addi(a * SATURATION + b));
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IDropout> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
