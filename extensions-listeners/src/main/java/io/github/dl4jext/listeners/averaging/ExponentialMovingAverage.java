package io.github.dl4jext.listeners.averaging;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.io.IOException;
import java.io.ObjectInputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Averages the weights over the last steps, with old weights fading out: {@code a <- d a + (1 - d)
 * w} after every update, where a is the average and w are the weights.
 *
 * <p>The last weights of a training depend on its last few batches too. The average generalizes
 * better. It costs two more vectors, and does not change the training itself.
 *
 * <pre>{@code
 * ExponentialMovingAverage ema = new ExponentialMovingAverage(0.999);
 * network.addListeners(ema);
 * network.fit(batches, 20);
 * MultiLayerNetwork averaged = ema.averaged(network, batches);
 * }</pre>
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>d</td><td>decay</td><td>[0, 1)</td><td>0.999</td><td>per iteration; 1 / (1 - d) is about
 * the number of steps averaged over</td></tr>
 * <tr><td>-</td><td>warmup</td><td>true, false</td><td>false</td><td>-</td></tr></table>
 *
 * <p><b>Update at step t.</b> The average begins as the weights after the first update, so that no
 * correction for bias is needed. With {@code warmup} the decay at the t-th update after the first
 * is {@code min(d, (1 + t) / (10 + t))}, as in TensorFlow, so that early weights are soon
 * forgotten. The average is computed as {@code a + (1 - d) (w - a)}, so that weights that do not
 * move (frozen layers) are kept to the last bit.
 *
 * <p><b>Batch normalization.</b> {@code averaged(network)} uses the average of the statistics, as
 * timm does. If DL4J stores the logarithm of the deviation, this is a geometric mean. Frozen layers
 * keep their statistics. {@link WeightAverage} describes this in detail, and saving and threads.
 *
 * <p><b>Edges.</b> d = 0 gives the last weights.
 *
 * <p><b>Check.</b> d = 0.9, weights 1, 2, 3 after three updates: 1.29.
 *
 * <p><b>Departs from PyTorch.</b> {@code AveragedModel} copies the statistics of batch
 * normalization instead of averaging them.
 *
 * @see <a href="https://doi.org/10.1137/0330046">Polyak, Juditsky (1992)</a>
 */
public final class ExponentialMovingAverage extends WeightAverage {

  private static final long serialVersionUID = 1L;

  public static final Parameter<Double> DECAY =
      Parameter.number("decay")
          .in("[0, 1)")
          .orElse(0.999)
          .doc("share of the average that stays at each iteration");
  public static final Parameter<Boolean> WARMUP =
      Parameter.flag("warmup").orElse(false).doc("whether the decay starts low");

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "exponential_moving_average")
          .summary("Averages the weights over the last steps, old ones fading out")
          .from("https://doi.org/10.1137/0330046")
          .alsoNamed("ema")
          .taking(DECAY, WARMUP)
          .madeBy(a -> new ExponentialMovingAverage(a.get(DECAY), a.get(WARMUP)));

  private final double decay;
  private final boolean warmup;

  /** Takes the defaults. */
  public ExponentialMovingAverage() {
    this(DECAY.defaultOf());
  }

  /**
   * Averages with the decay given, from the first step on.
   *
   * @param decay share of the average that stays at each iteration, in {@code [0, 1)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is out of range
   */
  public ExponentialMovingAverage(double decay) {
    this(decay, false);
  }

  /**
   * Averages with the decay given, which may start low.
   *
   * @param decay share of the average that stays at each iteration, in {@code [0, 1)}
   * @param warmup whether the decay starts low
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the decay is out of range
   */
  public ExponentialMovingAverage(double decay, boolean warmup) {
    this.decay = decay;
    this.warmup = warmup;
    check();
  }

  private void check() {
    TECHNIQUE.checks().check(DECAY, decay).check(WARMUP, warmup).done();
  }

  /** Checks stored values again. */
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    check();
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    take(model, count -> 1 - decayAt(count));
  }

  private double decayAt(long count) {
    return warmup ? Math.min(decay, (1.0 + count) / (10.0 + count)) : decay;
  }

  @Override
  String name() {
    return TECHNIQUE.name();
  }

  @Override
  boolean averagesStatistics() {
    return true;
  }

  @Override
  public String toString() {
    return "ExponentialMovingAverage(decay=" + decay + ", warmup=" + warmup + ")";
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
