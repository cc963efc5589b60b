package io.github.dl4jext.regularization.dropout;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.noise.CounterRandom;
import io.github.dl4jext.network.noise.NoiseSource;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Dropout: {@code y = k x / (1 - r)}, where every element draws its own k, which is 0 with
 * probability r, else 1.
 *
 * <p>No unit can rely on another one being present, so units learn features that are useful on
 * their own. Dropout resembles training many thinned networks and taking their mean.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>rate</td><td>[0, 1) or schedule</td><td>none</td><td>share dropped</td></tr>
 * </table>
 *
 * <p><b>In training.</b> The mean is kept, because the other elements are scaled up. The variance
 * of an element grows by {@code x^2 r / (1 - r)}. Outside training nothing changes.
 *
 * <p><b>Shape and type.</b> Element-wise, any shape, any floating type.
 *
 * <p><b>Edges.</b> With a rate of 0 the input stays the same, bit for bit. NaN stays NaN, dropped
 * or not.
 *
 * <p><b>Check.</b> With rate 0.2 an element of 4 becomes 0 or 5.
 *
 * <p><b>Departs from the paper.</b> It scales in training instead of afterwards, as is usual now.
 * <b>From DL4J.</b> {@code rate} is the share that is <em>dropped</em>, as in Keras and PyTorch;
 * DL4J's {@code Dropout(p)} and {@code dropOut(p)} take the share that is kept. Layers and threads
 * may share an instance.
 *
 * @see <a href="https://jmlr.org/papers/v15/srivastava14a.html">Srivastava et al. (2014)</a>
 */
public final class Dropout extends ActivationNoise {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> RATE =
      Parameter.rate("rate").in("[0, 1)").doc("share of the elements that is dropped");

  private static final Technique<IDropout> TECHNIQUE =
      Technique.of(IDropout.class, "dropout")
          .summary("zero with a probability, else scaled up so that the mean is kept")
          .from("https://jmlr.org/papers/v15/srivastava14a.html")
          .taking(RATE)
          .madeBy(Dropout::new);

  /**
   * Drops a constant share.
   *
   * @param rate share of the elements that is dropped, in {@code [0, 1)}
   * @return the dropout
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is null or out of range
   */
  public static Dropout dropping(double rate) {
    return new Dropout(Arguments.of(RATE, rate));
  }

  /**
   * Drops a share that follows a schedule.
   *
   * @param rate share of the elements that is dropped, in {@code [0, 1)} at each step
   * @return the dropout
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is null or out of range
   */
  public static Dropout dropping(ISchedule rate) {
    return new Dropout(Arguments.of(RATE, rate));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  Dropout(Arguments arguments) {
    super(TECHNIQUE, RATE, arguments);
  }

  @Override
  protected DropoutFormula noise(NoiseSource draws, double rate, DataType type, long... shape) {
    return DropoutFormula.times(draws.bernoulli(type, 1 - rate, shape).muli(1 / (1 - rate)));
  }

  @Override
  public void disturb(INDArray activations, CounterRandom draws, int iteration, int epoch) {
    requireFloatingType(activations);
    double kept = 1 - amount(iteration, epoch);
    // mask and product in one pass, because Monte-Carlo dropout makes many passes
    draws.keep(activations, kept, 1 / kept);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IDropout> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
