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
 * Gaussian dropout: {@code y = x (1 + s g)}, where every element draws its own g from the standard
 * normal distribution and {@code s = sqrt(r / (1 - r))}.
 *
 * <p>Noise of the same mean and variance as that of {@link Dropout}, but nothing is ever wholly
 * lost.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>rate</td><td>[0, 1) or schedule</td><td>none</td><td>share that a dropout of
 * the same variance drops</td></tr></table>
 *
 * <p><b>In training.</b> The mean is kept; the variance of an element grows by {@code x^2 r / (1 -
 * r)}. Otherwise nothing happens.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, any floating type.
 *
 * <p><b>Cost.</b> Normal numbers are drawn in the forward and again in the backward pass, at eight
 * times the price of {@link Dropout}'s coins.
 *
 * <p><b>Edges.</b> A rate of 0 leaves the input bit for bit. NaN stays NaN, zero stays zero.
 *
 * <p><b>Check.</b> With rate 0.2, s = 0.5, so that an element of 4 has the standard deviation 2.
 *
 * <p><b>Departs from the paper.</b> It gives s; {@code rate} is Keras's way to say it. <b>From
 * DL4J.</b> Layers and threads may share an instance.
 *
 * @see <a href="https://jmlr.org/papers/v15/srivastava14a.html">Srivastava et al. (2014), section
 *     10</a>
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
public final class GaussianDropout extends ActivationNoise {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "gaussian_dropout";

  private static final Parameter<ISchedule> RATE =
      Parameter.rate("rate").in("[0, 1)").doc("share that a dropout of the same variance drops");

  @NumberOrSchedule.Json private final ISchedule rate;

  /**
   * Multiplies by noise that stays the same.
   *
   * @param rate share that a dropout of the same variance drops, in {@code [0, 1)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public GaussianDropout(double rate) {
    this(new FixedSchedule(rate));
  }

  /**
   * Multiplies by noise that changes.
   *
   * @param rate share that a dropout of the same variance drops, in {@code [0, 1)} at each step
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  @JsonCreator
  public GaussianDropout(
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
    double stddev = Math.sqrt(amount / (1 - amount));
    return DropoutFormula.times(draws.gaussian(shape).muli(stddev).addi(1));
  }

  @Override
  public GaussianDropout clone() {
    return new GaussianDropout(rate.clone());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GaussianDropout that && that.rate.equals(rate);
  }

  @Override
  public int hashCode() {
    return rate.hashCode();
  }

  @Override
  public String toString() {
    return "GaussianDropout(rate=" + NumberOrSchedule.shown(rate) + ")";
  }

  /** Makes {@link GaussianDropout} by the name {@code gaussian_dropout}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<IDropout> {

    /** States what the plugin is. */
    public Provider() {
      super(
          IDropout.class,
          NAME,
          "times a normal number of mean 1 and of the variance that dropout has",
          "https://jmlr.org/papers/v15/srivastava14a.html");
      parameters(RATE);
    }

    @Override
    public IDropout create(Arguments arguments) {
      return new GaussianDropout(arguments.get(RATE));
    }
  }
}
