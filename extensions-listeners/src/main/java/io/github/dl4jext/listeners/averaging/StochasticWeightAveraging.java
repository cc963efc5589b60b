package io.github.dl4jext.listeners.averaging;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.monitoring.EpochWatch;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.io.IOException;
import java.io.ObjectInputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Averages the weights stochastically: takes the plain mean of the weights at every n-th step or
 * epoch, from a chosen step or epoch on, {@code a <- a + (w - a) / k} for the k-th weights taken.
 *
 * <p>Late in training with a constant or cyclical rate the weights wander around a flat minimum;
 * their mean is nearer to its middle, and generalizes better than any of them. It costs two more
 * vectors, and does not change the training itself.
 *
 * <pre>{@code
 * StochasticWeightAveraging swa = StochasticWeightAveraging.everyEpoch(15);
 * network.addListeners(swa);
 * network.fit(batches, 20);
 * MultiLayerNetwork averaged = swa.averaged(network, batches);
 * }</pre>
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>-</td><td>startStep</td><td>[0, inf)</td><td>0</td><td>iterations, counted from 0</td>
 * </tr>
 * <tr><td>n</td><td>every</td><td>[1, inf)</td><td>1</td><td>iterations</td></tr>
 * <tr><td>-</td><td>startEpoch</td><td>[0, inf)</td><td>0</td><td>epochs, counted from 0</td></tr>
 * <tr><td>n</td><td>everyEpochs</td><td>[0, inf)</td><td>0</td><td>epochs; 0 takes weights by
 * iterations</td></tr></table>
 *
 * <p><b>Update.</b> Weights are taken after the update of iteration {@code startStep}, {@code
 * startStep + every}, ... in epoch {@code startEpoch} or later. If {@code everyEpochs} is above 0,
 * they are taken at the end of epoch {@code startEpoch}, {@code startEpoch + everyEpochs}, ...
 * instead. Iterations and epochs are those that the network counts, also after it was restored.
 *
 * <p><b>Batch normalization.</b> {@code averaged(network)} refuses a network with batch
 * normalization that is not frozen, because the mean of the statistics does not fit the mean of
 * weights that are far apart; use {@code averaged(network, data)}. {@link WeightAverage} describes
 * this in detail, and saving and threads.
 *
 * <p><b>Edges.</b> Before {@code startStep} and {@code startEpoch} there is no average, and {@code
 * averaged} throws {@code IllegalStateException}. {@code ParallelWrapper} reports no epochs, and a
 * warning says so: take weights by iterations there, or train with {@code ParallelTraining}.
 *
 * <p><b>Check.</b> Defaults, weights 1, 2, 6 after three updates: 3.
 *
 * <p><b>Departs from the paper.</b> Nothing; the learning rate is left to the schedule.
 *
 * @see <a href="https://arxiv.org/abs/1803.05407">Izmailov, Podoprikhin, Garipov, Vetrov, Wilson
 *     (2018)</a>
 */
public final class StochasticWeightAveraging extends WeightAverage {

  private static final long serialVersionUID = 1L;

  public static final Parameter<Integer> START_STEP =
      Parameter.integer("startStep")
          .in("[0, inf)")
          .orElse(0)
          .doc("first iteration whose weights are taken, counted from 0");
  public static final Parameter<Integer> EVERY =
      Parameter.integer("every")
          .in("[1, inf)")
          .orElse(1)
          .doc("iterations between two of the weights that are averaged");
  public static final Parameter<Integer> START_EPOCH =
      Parameter.integer("startEpoch")
          .in("[0, inf)")
          .orElse(0)
          .doc("first epoch in which weights are taken, counted from 0");
  public static final Parameter<Integer> EVERY_EPOCHS =
      Parameter.integer("everyEpochs")
          .in("[0, inf)")
          .orElse(0)
          .doc(
              "epochs between two of the weights that are averaged, taken at the end of the epoch; 0 counts iterations");

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "stochastic_weight_averaging")
          .summary("The mean of the weights at every n-th step or epoch")
          .from("https://arxiv.org/abs/1803.05407")
          .alsoNamed("swa")
          .taking(START_STEP, EVERY, START_EPOCH, EVERY_EPOCHS)
          .madeBy(
              a ->
                  new StochasticWeightAveraging(
                      a.get(START_STEP), a.get(EVERY), a.get(START_EPOCH), a.get(EVERY_EPOCHS)));

  private final int startStep;
  private final int every;
  private final int startEpoch;
  private final int everyEpochs;
  private transient EpochWatch epochs = watch();

  /** Takes the weights of every iteration. */
  public StochasticWeightAveraging() {
    this(0, 1);
  }

  /**
   * Takes weights by iterations.
   *
   * @param startStep first iteration whose weights are taken, counted from 0
   * @param every iterations between two of the weights that are averaged, at least 1
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public StochasticWeightAveraging(int startStep, int every) {
    this(startStep, every, 0, 0);
  }

  /**
   * Takes weights by iterations or by epochs.
   *
   * @param startStep first iteration whose weights are taken, counted from 0
   * @param every iterations between two of the weights that are averaged, at least 1; must be 1 if
   *     {@code everyEpochs} is above 0
   * @param startEpoch first epoch in which weights are taken, counted from 0
   * @param everyEpochs epochs between two of the weights that are averaged, taken at the end of the
   *     epoch; 0 takes weights by iterations
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public StochasticWeightAveraging(int startStep, int every, int startEpoch, int everyEpochs) {
    this.startStep = startStep;
    this.every = every;
    this.startEpoch = startEpoch;
    this.everyEpochs = everyEpochs;
    check();
  }

  private void check() {
    TECHNIQUE
        .checks()
        .check(START_STEP, startStep)
        .check(EVERY, every)
        .check(START_EPOCH, startEpoch)
        .check(EVERY_EPOCHS, everyEpochs)
        .that(everyEpochs <= 0 || every <= 1, "every", "1 where everyEpochs is above 0", every)
        .that(
            everyEpochs <= 0 || startStep <= 0,
            "startStep",
            "0 where everyEpochs is above 0",
            startStep)
        .done();
  }

  private static EpochWatch watch() {
    return new EpochWatch(TECHNIQUE.name(), "no weights are taken, unless by startStep and every");
  }

  /** Checks stored values again. */
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    epochs = watch();
    check();
  }

  /**
   * Takes the weights at the end of every epoch.
   *
   * @param startEpoch first epoch whose weights are taken, counted from 0
   * @return the listener
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is below 0
   */
  public static StochasticWeightAveraging everyEpoch(int startEpoch) {
    return new StochasticWeightAveraging(0, 1, startEpoch, 1);
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    if (everyEpochs > 0 || startEpoch > 0) {
      epochs.step(model);
    }
    if (everyEpochs == 0
        && epoch >= startEpoch
        && iteration >= startStep
        && (iteration - startStep) % every == 0) {
      take(model, count -> 1.0 / (count + 1));
    }
  }

  @Override
  public void onEpochStart(Model model) {
    epochs.begin();
  }

  @Override
  public void onEpochEnd(Model model) {
    epochs.end();
    int epoch = Network.of(model).progress().epochs();
    if (everyEpochs > 0 && epoch >= startEpoch && (epoch - startEpoch) % everyEpochs == 0) {
      take(model, count -> 1.0 / (count + 1));
    }
  }

  @Override
  String name() {
    return TECHNIQUE.name();
  }

  @Override
  boolean averagesStatistics() {
    return false;
  }

  @Override
  public String toString() {
    return "StochasticWeightAveraging(startStep=%s, every=%s, startEpoch=%s, everyEpochs=%s)"
        .formatted(startStep, every, startEpoch, everyEpochs);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
