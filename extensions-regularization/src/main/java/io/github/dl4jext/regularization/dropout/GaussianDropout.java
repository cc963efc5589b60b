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
 * Gaussian dropout: {@code y = x (1 + s g)}, where every element draws its own g from the standard
 * normal distribution and {@code s = sqrt(r / (1 - r))}.
 *
 * <p>Its noise has the same mean and variance as that of {@link Dropout}, but no element is lost
 * entirely.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>rate</td><td>[0, 1) or schedule</td><td>none</td><td>share that a dropout of
 * the same variance drops</td></tr></table>
 *
 * <p><b>In training.</b> The mean is kept; the variance of an element grows by {@code x^2 r / (1 -
 * r)}. Outside training nothing changes.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, any floating type.
 *
 * <p><b>Cost.</b> Normal numbers are drawn in the forward pass and again in the backward pass, and
 * each takes eight times as long as one of {@link Dropout}'s random numbers.
 *
 * <p><b>Edges.</b> With a rate of 0 the input stays the same, bit for bit. NaN stays NaN, zero
 * stays zero.
 *
 * <p><b>Check.</b> With rate 0.2, s = 0.5, so that an element of 4 has the standard deviation 2.
 *
 * <p><b>Departs from the paper.</b> The paper's parameter is s; {@code rate} is Keras's. <b>From
 * DL4J.</b> Layers and threads may share an instance.
 *
 * @see <a href="https://jmlr.org/papers/v15/srivastava14a.html">Srivastava et al. (2014), section
 *     10</a>
 */
public final class GaussianDropout extends ActivationNoise {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> RATE =
      Parameter.rate("rate").in("[0, 1)").doc("share that a dropout of the same variance drops");

  private static final Technique<IDropout> TECHNIQUE =
      Technique.of(IDropout.class, "gaussian_dropout")
          .summary("multiplies by a normal number of mean 1 with the variance of dropout")
          .from("https://jmlr.org/papers/v15/srivastava14a.html")
          .taking(RATE)
          .madeBy(GaussianDropout::new);

  /**
   * Multiplies by noise of constant variance.
   *
   * @param rate share that a dropout of the same variance drops, in {@code [0, 1)}
   * @return the dropout
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is null or out of range
   */
  public static GaussianDropout dropping(double rate) {
    return new GaussianDropout(Arguments.of(RATE, rate));
  }

  /**
   * Multiplies by noise of a variance that follows a schedule.
   *
   * @param rate share that a dropout of the same variance drops, in {@code [0, 1)} at each step
   * @return the dropout
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is null or out of range
   */
  public static GaussianDropout dropping(ISchedule rate) {
    return new GaussianDropout(Arguments.of(RATE, rate));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  GaussianDropout(Arguments arguments) {
    super(TECHNIQUE, RATE, arguments);
  }

  @Override
  protected DropoutFormula noise(NoiseSource draws, double rate, DataType type, long... shape) {
    double stddev = Math.sqrt(rate / (1 - rate));
    return DropoutFormula.times(draws.gaussian(type, shape).muli(stddev).addi(1));
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IDropout> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
