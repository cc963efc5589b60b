package io.github.dl4jext.regularization.dropout;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.CounterRandom;
import io.github.dl4jext.network.NoiseSource;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Dropout: {@code y = k x / (1 - r)}, where every element draws its own k, which is 0 with
 * probability r, else 1.
 *
 * <p>No unit can rely on another one being there, so they learn features that are of use alone. It
 * is like training many thinned networks whose mean is taken.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>rate</td><td>[0, 1) or schedule</td><td>none</td><td>share dropped</td></tr>
 * </table>
 *
 * <p><b>In training.</b> The mean is kept, because what is left is scaled up; the variance of an
 * element grows by {@code x^2 r / (1 - r)}. Otherwise nothing happens.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, any floating type.
 *
 * <p><b>Edges.</b> A rate of 0 leaves the input bit for bit. NaN stays NaN, dropped or not.
 *
 * <p><b>Check.</b> With rate 0.2 an element of 4 becomes 0 or 5.
 *
 * <p><b>Departs from the paper.</b> It scales in training instead of in use, as everybody does now.
 * <b>From DL4J.</b> {@code rate} is the share that is <em>dropped</em>, as in Keras and PyTorch;
 * DL4J's {@code Dropout(p)} and {@code dropOut(p)} take the share that is kept. Layers and threads
 * may share an instance.
 *
 * @see <a href="https://jmlr.org/papers/v15/srivastava14a.html">Srivastava et al. (2014)</a>
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
public final class Dropout extends ActivationNoise {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "dropout";

  private static final Parameter<ISchedule> RATE =
      Parameter.rate("rate").in("[0, 1)").doc("share of the elements that is dropped");

  @NumberOrSchedule.Json private final ISchedule rate;

  /**
   * Drops a share that stays the same.
   *
   * @param rate share of the elements that is dropped, in {@code [0, 1)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public Dropout(double rate) {
    this(new FixedSchedule(rate));
  }

  /**
   * Drops a share that changes.
   *
   * @param rate share of the elements that is dropped, in {@code [0, 1)} at each step
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  @JsonCreator
  public Dropout(
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
    return DropoutFormula.times(draws.kept(1 - amount, shape).muli(1 / (1 - amount)));
  }

  @Override
  public void disturb(INDArray activations, CounterRandom draws, int iteration, int epoch) {
    requireFloatingType(activations);
    double amount = amount(iteration, epoch);
    // mask and product in one pass, which Monte-Carlo dropout makes many of
    draws.keep(activations, 1 - amount, 1 / (1 - amount));
  }

  @Override
  public Dropout clone() {
    return new Dropout(rate.clone());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dropout that && that.rate.equals(rate);
  }

  @Override
  public int hashCode() {
    return rate.hashCode();
  }

  @Override
  public String toString() {
    return "Dropout(rate=" + NumberOrSchedule.shown(rate) + ")";
  }

  /** Makes {@link Dropout} by the name {@code dropout}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<IDropout> {

    /** States what the plugin is. */
    public Provider() {
      super(
          IDropout.class,
          NAME,
          "zero with a probability, else scaled up so that the mean is kept",
          "https://jmlr.org/papers/v15/srivastava14a.html");
      parameters(RATE);
    }

    @Override
    public IDropout create(Arguments arguments) {
      return new Dropout(arguments.get(RATE));
    }
  }
}
