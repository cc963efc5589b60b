package io.github.dl4jext.listeners.monitoring;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.TrainedNetwork;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends training when a figure, such as the loss on validation data, has not become better for some
 * epochs. Keras's {@code EarlyStopping}, for plain {@code fit}.
 *
 * <pre>{@code
 * EarlyStopping stopping =
 *     EarlyStopping.builder().validationLoss(valid).patience(10).restoreBestWeights(true).build();
 * int epochs = stopping.fit(net, train, 100);
 * }</pre>
 *
 * <table><caption>Parameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>meaning</th></tr>
 * <tr><td>patience</td><td>[0, inf)</td><td>0</td><td>epochs without improvement to wait for one; 0
 *   and 1 stop at the first</td></tr>
 * <tr><td>minDelta</td><td>[0, inf)</td><td>0</td><td>the figure must improve by more than
 *   this</td></tr>
 * <tr><td>startFromEpoch</td><td>[0, inf)</td><td>0</td><td>epochs to let pass unseen</td></tr>
 * <tr><td>restoreBestWeights</td><td>true, false</td><td>false</td><td>whether the parameters of the
 *   best epoch are put back at the end</td></tr>
 * <tr><td>restoreUpdaterState</td><td>true, false</td><td>false</td><td>whether updater state and
 *   counts of steps and epochs are put back with them: the network is then, bit by bit, as it was
 *   after its best epoch. Otherwise they stay, as in Keras</td></tr>
 * <tr><td>baseline</td><td>finite</td><td>none</td><td>the wait only starts anew when this is beaten
 *   too</td></tr>
 * <tr><td>monitor</td><td>function</td><td>training loss</td><td>in Java alone: the figure, and
 *   whether less or more of it is better. The training loss is the mean over the epoch's
 *   steps</td></tr></table>
 *
 * <p><b>Rule.</b> At each epoch's end the wait grows by one. A figure better than the best by more
 * than minDelta is the new best, and sets the wait to 0 if it also beats the baseline. Otherwise
 * training ends as soon as the wait has reached the patience, but never after the first epoch.
 *
 * <p><b>Three ways to use it.</b> DL4J's {@code fit(iterator, epochs)} cannot be told to stop,
 * other than by an exception that ends the program's plans too. So call {@link
 * #fit(MultiLayerNetwork, DataSetIterator, int)} here, which calls the network's {@code fit} epoch
 * by epoch, with all its listeners. Or add this as a listener and ask {@link #stopped()} in a loop
 * of your own. Or add it to the {@code fit} that cannot be stopped: the epochs after the stop are
 * lost time, but with {@code restoreBestWeights} each ends with the best weights. If the epochs run
 * out before it stopped, call {@link #restoreBest} for them; {@code fit} here does.
 *
 * <p><b>Edges.</b> NaN is never an improvement and never the best, not even in the first epoch; it
 * counts as an epoch of waiting. If no figure was a number, nothing is put back. What the figure's
 * function throws comes out of {@code fit}.
 *
 * <p><b>Cost.</b> With {@code restoreBestWeights} a copy of the parameters, and of the updater
 * state if that is wanted. Epochs are counted from 0, as DL4J and Keras do.
 *
 * <p><b>Threads.</b> Methods may be called by several threads, the figure is of one model. {@code
 * ParallelWrapper} announces no epochs: call {@link #onEpochEnd} after each of its {@code fit}.
 *
 * <p><b>Check.</b> Losses 5, 4, 4.5, 4.6 with patience 2: stops after epoch 3, the best is epoch 1.
 *
 * <p><b>Departs from Keras.</b> There a NaN in the first epoch is the best for good. A negative
 * minDelta is refused. <b>From DL4J:</b> {@code EarlyStoppingTrainer} is another way to train,
 * which clones or saves the model at each improvement, reports 0 as the best score, and stops on a
 * NaN in the first epoch however the scores go on.
 *
 * @see <a href="https://keras.io/api/callbacks/early_stopping/">Keras: EarlyStopping</a>
 */
public final class EarlyStopping extends BaseTrainingListener {

  private static final Logger LOG = LoggerFactory.getLogger(EarlyStopping.class);

  static final String NAME = "early_stopping";

  static final Parameter<Integer> PATIENCE =
      Parameter.integer("patience")
          .in("[0, inf)")
          .orElse(0)
          .doc("epochs without improvement to wait for one; 0 and 1 stop at the first");

  static final Parameter<Double> MIN_DELTA =
      Parameter.number("minDelta")
          .in("[0, inf)")
          .orElse(0.0)
          .doc("the training loss must improve by more than this");

  static final Parameter<Integer> START_FROM_EPOCH =
      Parameter.integer("startFromEpoch").in("[0, inf)").orElse(0).doc("epochs to let pass unseen");

  static final Parameter<Boolean> RESTORE_BEST_WEIGHTS =
      Parameter.flag("restoreBestWeights")
          .orElse(false)
          .doc("whether the parameters of the best epoch are put back at the end");

  static final Parameter<Boolean> RESTORE_UPDATER_STATE =
      Parameter.flag("restoreUpdaterState")
          .orElse(false)
          .doc("whether updater state and counts are put back with them");

  static final Parameter<Optional<Double>> BASELINE =
      Parameter.number("baseline")
          .optional()
          .doc("the wait only starts anew when this is beaten too");

  private final int patience;
  private final double minDelta;
  private final int startFromEpoch;
  private final boolean restoreBestWeights;
  private final boolean restoreUpdaterState;
  private final Optional<Double> baseline;
  private final boolean higherIsBetter;

  /** Null for the training loss. */
  private final ToDoubleFunction<Model> monitor;

  private final List<Double> values = new ArrayList<>();
  private Snapshot snapshot;
  private Patience rule;
  private double lossOfSteps;
  private int steps;

  EarlyStopping(EarlyStoppingBuilder from) {
    Checks.of(NAME)
        .check(PATIENCE, from.patience)
        .check(MIN_DELTA, from.minDelta)
        .check(START_FROM_EPOCH, from.startFromEpoch)
        .that(
            BASELINE.accepts(from.baseline),
            "baseline",
            BASELINE.rule(),
            from.baseline.orElse(null))
        .that(
            from.restoreBestWeights || !from.restoreUpdaterState,
            "restoreUpdaterState",
            "false if restoreBestWeights is false",
            from.restoreUpdaterState)
        .done();
    patience = from.patience;
    minDelta = from.minDelta;
    startFromEpoch = from.startFromEpoch;
    restoreBestWeights = from.restoreBestWeights;
    restoreUpdaterState = from.restoreUpdaterState;
    baseline = from.baseline;
    higherIsBetter = from.higherIsBetter;
    monitor = from.monitor;
    reset();
  }

  /**
   * States what to watch, and how patiently.
   *
   * @return a builder with the defaults
   */
  public static EarlyStoppingBuilder builder() {
    return new EarlyStoppingBuilder();
  }

  /**
   * Trains until the figure stops improving.
   *
   * @param network the network; its listeners are called as ever
   * @param data training data that can be reset
   * @param maxEpochs the most epochs to train, at least 1
   * @return the number of epochs trained
   */
  public int fit(MultiLayerNetwork network, DataSetIterator data, int maxEpochs) {
    return fit(network, data.resetSupported(), () -> network.fit(data), maxEpochs);
  }

  /**
   * Trains until the figure stops improving.
   *
   * @param graph the network, with one input and one output; its listeners are called as ever
   * @param data training data that can be reset
   * @param maxEpochs the most epochs to train, at least 1
   * @return the number of epochs trained
   */
  public int fit(ComputationGraph graph, DataSetIterator data, int maxEpochs) {
    return fit(graph, data.resetSupported(), () -> graph.fit(data), maxEpochs);
  }

  /**
   * Trains until the figure stops improving.
   *
   * @param graph the network; its listeners are called as ever
   * @param data training data that can be reset
   * @param maxEpochs the most epochs to train, at least 1
   * @return the number of epochs trained
   */
  public int fit(ComputationGraph graph, MultiDataSetIterator data, int maxEpochs) {
    return fit(graph, data.resetSupported(), () -> graph.fit(data), maxEpochs);
  }

  private int fit(Model model, boolean resettable, Runnable epoch, int maxEpochs) {
    Checks.of(NAME)
        .that(maxEpochs >= 1, "maxEpochs", "a whole number in [1, inf)", maxEpochs)
        .that(
            resettable || maxEpochs <= 1,
            "maxEpochs",
            "1 for training data that cannot be reset",
            maxEpochs)
        .done();
    TrainedNetwork network = TrainedNetwork.of(NAME, model);
    boolean attached = network.listeners().contains(this);
    if (!attached) {
      model.addListeners(this);
    }
    reset();
    int epochs = 0;
    try {
      while (epochs < maxEpochs && !stopped()) {
        epoch.run();
        epochs++;
      }
    } finally {
      if (!attached) {
        List<TrainingListener> others = new ArrayList<>(network.listeners());
        others.remove(this);
        model.setListeners(others.toArray(TrainingListener[]::new));
      }
    }
    if (restoreBestWeights) {
      restoreBest(model);
    }
    return epochs;
  }

  /** Forgets all epochs, so that another training can be watched. */
  public synchronized void reset() {
    values.clear();
    snapshot = null;
    rule = new Patience(patience, minDelta, startFromEpoch, baseline.orElse(null), higherIsBetter);
    lossOfSteps = 0;
    steps = 0;
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    lossOfSteps += model.score();
    steps++;
  }

  @Override
  public synchronized void onEpochEnd(Model model) {
    double value = monitor == null ? lossOfSteps / steps : monitor.applyAsDouble(model);
    lossOfSteps = 0;
    steps = 0;
    if (!stopped()) {
      values.add(value);
      if (rule.isBest(value) && restoreBestWeights) {
        snapshot = snapshot == null ? new Snapshot(restoreUpdaterState) : snapshot;
        snapshot.take(TrainedNetwork.of(NAME, model));
      }
      if (stopped()) {
        LOG.info(
            "{}: stopped after epoch {}; the best was epoch {} with {}",
            NAME,
            stoppedEpoch(),
            bestEpoch(),
            bestValue());
      }
    }
    if (stopped() && snapshot != null) {
      // In a fit that cannot be stopped this happens anew at the end of each epoch left.
      snapshot.putBack(TrainedNetwork.of(NAME, model));
    }
  }

  /**
   * Puts back the parameters of the best epoch. Call it between epochs, not within a listener.
   *
   * @param model the model that was watched
   * @return whether there were any to put back
   */
  public synchronized boolean restoreBest(Model model) {
    if (snapshot == null) {
      return false;
    }
    TrainedNetwork network = TrainedNetwork.of(NAME, model);
    snapshot.putBack(network);
    if (restoreUpdaterState) {
      // The copy was made before DL4J counted the epoch.
      network.count(network.iterations(), network.epochs() + 1);
    }
    return true;
  }

  /**
   * Whether training should end, or has.
   *
   * @return true once the patience is over
   */
  public synchronized boolean stopped() {
    return rule.isOver();
  }

  /**
   * The epoch after which the patience was over.
   *
   * @return the epoch from 0; -1 if it is not over
   */
  public synchronized int stoppedEpoch() {
    return rule.stoppedEpoch();
  }

  /**
   * The epoch with the best figure.
   *
   * @return the epoch from 0; -1 if there is none
   */
  public synchronized int bestEpoch() {
    return rule.bestEpoch();
  }

  /**
   * The best figure.
   *
   * @return the figure; NaN if there is none
   */
  public synchronized double bestValue() {
    return rule.best();
  }

  /**
   * The figure of every epoch up to the stop.
   *
   * @return a copy, in order
   */
  public synchronized List<Double> values() {
    return List.copyOf(values);
  }

  @Override
  public String toString() {
    return "EarlyStopping(patience="
        + patience
        + ", minDelta="
        + minDelta
        + ", startFromEpoch="
        + startFromEpoch
        + ", restoreBestWeights="
        + restoreBestWeights
        + ", restoreUpdaterState="
        + restoreUpdaterState
        + baseline.map(figure -> ", baseline=" + figure).orElse("")
        + ")";
  }

  /** Finds {@code early_stopping} by name. */
  @SuppressWarnings("rawtypes") // a service type has no type argument
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<TrainingListener> {

    /** States what the plugin is. */
    public Provider() {
      super(
          TrainingListener.class,
          NAME,
          "Ends training when the loss has not become less for some epochs.",
          "https://keras.io/api/callbacks/early_stopping/");
      parameters(
          PATIENCE,
          MIN_DELTA,
          START_FROM_EPOCH,
          BASELINE,
          RESTORE_BEST_WEIGHTS,
          RESTORE_UPDATER_STATE);
    }

    @Override
    public TrainingListener create(Arguments arguments) {
      EarlyStoppingBuilder builder = builder();
      arguments.get(BASELINE).ifPresent(builder::baseline);
      return builder
          .patience(arguments.get(PATIENCE))
          .minDelta(arguments.get(MIN_DELTA))
          .startFromEpoch(arguments.get(START_FROM_EPOCH))
          .restoreBestWeights(arguments.get(RESTORE_BEST_WEIGHTS))
          .restoreUpdaterState(arguments.get(RESTORE_UPDATER_STATE))
          .build();
    }
  }
}
