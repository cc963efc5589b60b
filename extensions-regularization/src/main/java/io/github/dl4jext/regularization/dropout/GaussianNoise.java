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
 * Gaussian noise: {@code y = x + s g}, where every element draws its own g from the standard normal
 * distribution.
 *
 * <p>On inputs it stands for more data, of which each example is a little different every time.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>s</td><td>stddev</td><td>[0, inf) or schedule</td><td>none</td><td>that of x</td></tr>
 * </table>
 *
 * <p><b>In training.</b> The mean is kept, the variance grows by {@code s^2}; the gradient passes
 * as it is. Otherwise nothing happens.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, any floating type.
 *
 * <p><b>Edges.</b> A standard deviation of 0 leaves the input bit for bit. NaN and infinities stay.
 *
 * <p><b>Check.</b> With stddev 0.5, 95 % of what an element of 4 becomes lies in [3.02, 4.98].
 *
 * <p><b>Departs from Keras.</b> The standard deviation may be a schedule. <b>From DL4J.</b> Layers
 * and threads may share an instance.
 *
 * @see <a href="https://doi.org/10.1162/neco.1995.7.1.108">Bishop (1995)</a>
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
public final class GaussianNoise extends ActivationNoise {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "gaussian_noise";

  private static final Parameter<ISchedule> STDDEV =
      Parameter.rate("stddev").in("[0, inf)").doc("standard deviation of what is added");

  @NumberOrSchedule.Json private final ISchedule stddev;

  /**
   * Adds noise that stays the same.
   *
   * @param stddev standard deviation of what is added, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public GaussianNoise(double stddev) {
    this(new FixedSchedule(stddev));
  }

  /**
   * Adds noise that changes.
   *
   * @param stddev standard deviation of what is added, in {@code [0, inf)} at each step
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  @JsonCreator
  public GaussianNoise(
      @JsonProperty(value = "stddev", required = true) @NumberOrSchedule.Json ISchedule stddev) {
    Checks.of(NAME).check(STDDEV, stddev).done();
    this.stddev = stddev;
  }

  @Override
  protected double amount(int iteration, int epoch) {
    return NumberOrSchedule.at(STDDEV, stddev, iteration, epoch);
  }

  @Override
  protected DropoutFormula noise(NoiseSource draws, double amount, long... shape) {
    return DropoutFormula.plus(draws.gaussian(shape).muli(amount));
  }

  @Override
  public GaussianNoise clone() {
    return new GaussianNoise(stddev.clone());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GaussianNoise that && that.stddev.equals(stddev);
  }

  @Override
  public int hashCode() {
    return stddev.hashCode();
  }

  @Override
  public String toString() {
    return "GaussianNoise(stddev=" + NumberOrSchedule.shown(stddev) + ")";
  }

  /** Makes {@link GaussianNoise} by the name {@code gaussian_noise}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<IDropout> {

    /** States what the plugin is. */
    public Provider() {
      super(
          IDropout.class,
          NAME,
          "plus a normal number",
          "https://doi.org/10.1162/neco.1995.7.1.108");
      parameters(STDDEV);
    }

    @Override
    public IDropout create(Arguments arguments) {
      return new GaussianNoise(arguments.get(STDDEV));
    }
  }
}
