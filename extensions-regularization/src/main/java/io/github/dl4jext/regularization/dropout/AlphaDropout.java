package io.github.dl4jext.regularization.dropout;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.NoiseSource;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Alpha dropout: {@code y = a (k x + (1 - k) s) + b}, where every element draws its own k, which is
 * 0 with probability r, else 1, and s = -1.7580993 is what SELU tends to far below zero.
 *
 * <p>For networks of SELU, which normalize themselves as long as activations have mean 0 and
 * variance 1. Plain dropout changes the variance; this one keeps both.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>rate</td><td>[0, 1) or schedule</td><td>none</td><td>share dropped</td></tr>
 * </table>
 *
 * <p><b>In training.</b> With q = 1 - r, {@code a = (q + s^2 q r)^(-1/2)} and {@code b = -a r s}
 * give mean 0 and variance 1 if x had them. Otherwise nothing happens.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, any floating type.
 *
 * <p><b>Edges.</b> A rate of 0 leaves the input bit for bit. NaN stays NaN, dropped or not.
 *
 * <p><b>Check.</b> With rate 0.1, a = 0.9212845 and b = 0.1619710, so that an element of 1 becomes
 * 1.0832555 or, dropped, -1.4577387.
 *
 * <p><b>Departs from the paper.</b> Nothing. <b>From DL4J.</b> {@code rate} is the share that is
 * dropped; a schedule survives JSON, where that of DL4J's {@code AlphaDropout} is lost.
 *
 * @see <a href="https://arxiv.org/abs/1706.02515">Klambauer et al. (2017)</a>
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
public final class AlphaDropout extends ActivationNoise {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "alpha_dropout";

  /** Minus SELU's scale times its alpha. */
  private static final double SATURATION = -1.0507009873554805 * 1.6732632423543772;

  private static final Parameter<ISchedule> RATE =
      Parameter.rate("rate").in("[0, 1)").doc("share of the elements that is dropped");

  @NumberOrSchedule.Json private final ISchedule rate;

  /**
   * Drops a share that stays the same.
   *
   * @param rate share of the elements that is dropped, in {@code [0, 1)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public AlphaDropout(double rate) {
    this(new FixedSchedule(rate));
  }

  /**
   * Drops a share that changes.
   *
   * @param rate share of the elements that is dropped, in {@code [0, 1)} at each step
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  @JsonCreator
  public AlphaDropout(
      @JsonProperty(value = "rate", required = true) @NumberOrSchedule.Json ISchedule rate) {
    Checks.of(NAME).check(RATE, rate).done();
    this.rate = rate;
  }

  @Override
  protected double amount(int iteration, int epoch) {
    return NumberOrSchedule.at(RATE, rate, iteration, epoch);
  }

  @Override
  protected DropoutFormula noise(NoiseSource draws, double amount, long... shape) {
    double kept = 1 - amount;
    double a = 1 / Math.sqrt(kept + SATURATION * SATURATION * kept * amount);
    double b = -a * amount * SATURATION;
    // a (k x + (1 - k) s) + b = (a k) x + (a s + b) - s (a k)
    return DropoutFormula.times(draws.kept(kept, shape).muli(a))
        .andPlus(factor -> factor.muli(-SATURATION).addi(a * SATURATION + b));
  }

  @Override
  public AlphaDropout clone() {
    return new AlphaDropout(rate.clone());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AlphaDropout that && that.rate.equals(rate);
  }

  @Override
  public int hashCode() {
    return rate.hashCode();
  }

  @Override
  public String toString() {
    return "AlphaDropout(rate=" + NumberOrSchedule.shown(rate) + ")";
  }

  /** Makes {@link AlphaDropout} by the name {@code alpha_dropout}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<IDropout> {

    /** States what the plugin is. */
    public Provider() {
      super(
          IDropout.class,
          NAME,
          "activations of SELU set to its lower limit with a probability, then scaled to mean 0 and variance 1",
          "https://arxiv.org/abs/1706.02515");
      parameters(RATE);
    }

    @Override
    public IDropout create(Arguments arguments) {
      return new AlphaDropout(arguments.get(RATE));
    }
  }
}
