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
 * Gaussian noise: {@code y = x + s g}, where every element draws its own g from the standard normal
 * distribution.
 *
 * <p>On inputs it acts like more data: each example is a little different every time.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>s</td><td>stddev</td><td>[0, inf) or schedule</td><td>none</td><td>that of x</td></tr>
 * </table>
 *
 * <p><b>In training.</b> The mean is kept, and the variance grows by {@code s^2}. The gradient does
 * not change. Outside training nothing changes.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, any floating type.
 *
 * <p><b>Edges.</b> With a standard deviation of 0 the input stays the same, bit for bit. NaN and
 * infinities stay.
 *
 * <p><b>Check.</b> With stddev 0.5, an element of 4 becomes a number in [3.02, 4.98] in 95 % of the
 * draws.
 *
 * <p><b>Departs from Keras.</b> The standard deviation may be a schedule. <b>From DL4J.</b> Layers
 * and threads may share an instance.
 *
 * @see <a href="https://doi.org/10.1162/neco.1995.7.1.108">Bishop (1995)</a>
 */
public final class GaussianNoise extends ActivationNoise {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> STDDEV =
      Parameter.rate("stddev").in("[0, inf)").doc("standard deviation of the number that is added");

  private static final Technique<IDropout> TECHNIQUE =
      Technique.of(IDropout.class, "gaussian_noise")
          .summary("adds a normal number")
          .from("https://doi.org/10.1162/neco.1995.7.1.108")
          .taking(STDDEV)
          .madeBy(GaussianNoise::new);

  /**
   * Adds noise of constant standard deviation.
   *
   * @param stddev standard deviation of the number that is added, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is out of range
   */
  public GaussianNoise(double stddev) {
    this(Arguments.of(STDDEV, stddev));
  }

  /**
   * Adds noise whose standard deviation follows a schedule.
   *
   * @param stddev standard deviation of the number that is added, in {@code [0, inf)} at each step
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is null
   */
  public GaussianNoise(ISchedule stddev) {
    this(Arguments.of(STDDEV, stddev));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  GaussianNoise(Arguments arguments) {
    super(TECHNIQUE, STDDEV, arguments);
  }

  @Override
  protected DropoutFormula noise(NoiseSource draws, double stddev, DataType type, long... shape) {
    return DropoutFormula.plus(draws.gaussian(type, shape).muli(stddev));
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IDropout> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
