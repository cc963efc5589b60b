package io.github.dl4jext.listeners.monitoring;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.TrainingFollower;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends training when a figure, such as the loss on validation data, has not improved for some
 * epochs. Keras's {@code EarlyStopping}, for plain {@code fit}.
 *
 * <pre>{@code
 * EarlyStopping stopping =
 *     EarlyStopping.builder()
 *         .monitor(Monitor.validationLoss(valid))
 *         .patience(10)
 *         .restoreBestWeights(true)
 *         .build();
 * int epochs = stopping.fit(net, train, 100);
 * }</pre>
 *
 * <table><caption>Parameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>meaning</th></tr>
 * <tr><td>patience</td><td>[0, inf)</td><td>0</td><td>epochs without improvement to wait for one; 0
 *   and 1 stop at the first</td></tr>
 * <tr><td>minDelta</td><td>[0, inf)</td><td>0</td><td>the figure must improve by more than
 *   this</td></tr>
 * <tr><td>thresholdMode</td><td>absolute, relative</td><td>absolute</td><td>whether minDelta is a
 *   difference, or a share of the best figure: 0.01 for one percent of it</td></tr>
 * <tr><td>maxSeconds</td><td>(0, inf)</td><td>none</td><td>training ends after the epoch in which so
 *   much time has been spent in epochs</td></tr>
 * <tr><td>startFromEpoch</td><td>[0, inf)</td><td>0</td><td>first epochs, which are not judged</td></tr>
 * <tr><td>restoreBestWeights</td><td>true, false</td><td>false</td><td>whether the parameters of the
 *   best epoch are put back at the end</td></tr>
 * <tr><td>restoreUpdaterState</td><td>true, false</td><td>false</td><td>whether updater state and
 *   counts of steps and epochs are put back with them: the network is then, bit by bit, as it was
 *   after its best epoch. Otherwise they stay, as in Keras</td></tr>
 * <tr><td>baseline</td><td>finite</td><td>none</td><td>the wait only restarts when this is beaten
 *   too</td></tr>
 * <tr><td>monitor</td><td>{@link Monitor}</td><td>training loss</td><td>in Java alone: the figure,
 *   and whether less or more of it is better</td></tr></table>
 *
 * <p><b>Rule.</b> At each epoch's end the wait grows by one. A figure better than the best by more
 * than minDelta is the new best, and sets the wait to 0 if it also beats the baseline. Otherwise
 * training ends as soon as the wait has reached the patience, but never after the first epoch.
 *
 * <p><b>Time.</b> Seconds are summed over the epochs that this has watched, validation included,
 * and not what passes between two calls of {@code fit}. They are stored: a training that resumes
 * has what is left. No epoch is broken off.
 *
 * <p><b>Three ways to use it.</b> DL4J has no way to stop {@code fit(iterator, epochs)}. So call
 * {@link #fit(Model, DataSetIterator, int)} here, which calls the network's {@code fit} epoch by
 * epoch, with all its listeners. Or add this as a listener and ask {@link #stopped()} in a loop of
 * your own. Or add it to the {@code fit} that cannot be stopped: the epochs after the stop are lost
 * time, but with {@code restoreBestWeights} each ends with the best weights. If the epochs run out
 * before it stopped, call {@link #restoreBest}; {@code fit} here does, and so do gradual unfreezing
 * and the feature cache, which also stop for it.
 *
 * <p><b>Edges.</b> NaN is never an improvement and never the best, not even in the first epoch; it
 * counts as an epoch of waiting, and so does an infinite figure. If no figure was a number, nothing
 * is put back. What the monitor throws comes out of {@code fit}. An epoch without a batch is
 * neither good nor bad: its value is NaN and the wait does not grow. A share of a negative figure
 * would take worse ones for better: use absolute. The steps of an epoch that was interrupted do not
 * count in the next one's loss.
 *
 * <p><b>When the network becomes another one</b> (layers frozen, unfrozen, a new head) counts and
 * best figure stay, see {@link io.github.dl4jext.network.TrainingFollower}. The weights of the best
 * epoch are put back by name into any network with the same parameters; one with others is refused
 * by {@link #restoreBest}, and left as it is, with a warning, at an epoch's end. Of the updater's
 * state that is put back which the parameters have in both.
 *
 * <p><b>Averaged weights.</b> With a monitor {@code ofAverage} the weights of the best epoch are
 * those that were judged, the averaged ones with their statistics of batch normalization: these are
 * put back. Without {@code restoreBestWeights} the network keeps the weights of its training.
 *
 * <p><b>Saving.</b> Counts, best figure and best weights are stored, see {@link ResumableListener}.
 *
 * <p><b>Cost.</b> With {@code restoreBestWeights} a copy of the parameters, and of the updater
 * state if that is wanted. Epochs are counted from 0, as DL4J and Keras do, and from where this
 * began to watch: {@code bestEpoch()} is the place in {@link #values()} and in those of a {@link
 * History} of the same training.
 *
 * <p><b>Threads.</b> Methods may be called by several threads, the figure is of one model. {@code
 * ParallelWrapper} announces no epochs, which a warning says: train with {@code ParallelTraining}.
 *
 * <p><b>Check.</b> Losses 5, 4, 4.5, 4.6 with patience 2: stops after epoch 3, the best is epoch 1.
 *
 * <p><b>Departs from Keras.</b> There a NaN in the first epoch is the best for good. A negative
 * minDelta is refused. <b>From DL4J:</b> {@code EarlyStoppingTrainer} clones or saves the model at
 * each improvement, reports 0 as the best score, and stops on a NaN in the first epoch.
 *
 * @see <a href="https://keras.io/api/callbacks/early_stopping/">Keras: EarlyStopping</a>
 */
public final class EarlyStopping extends StoppableTraining
    implements TrainingFollower, StateOfTraining<EarlyStopping> {

  private static final long serialVersionUID = 1L;

  public static final Parameter<Integer> PATIENCE =
      Parameter.integer("patience")
          .in("[0, inf)")
          .orElse(0)
          .doc("epochs to wait for an improvement; 0 and 1 stop at the first epoch without one");
  public static final Parameter<Double> MIN_DELTA =
      Parameter.number("minDelta")
          .in("[0, inf)")
          .orElse(0.0)
          .doc("the training loss must improve by more than this");
  public static final Parameter<ThresholdMode> THRESHOLD_MODE =
      Parameter.choice("thresholdMode", ThresholdMode.class)
          .orElse(ThresholdMode.ABSOLUTE)
          .doc("whether minDelta is a difference, or a share of the best figure");
  public static final Parameter<Optional<Double>> MAX_SECONDS =
      Parameter.number("maxSeconds")
          .in("(0, inf)")
          .doc("training ends after the epoch in which this time was spent")
          .optional();
  public static final Parameter<Integer> START_FROM_EPOCH =
      Parameter.integer("startFromEpoch")
          .in("[0, inf)")
          .orElse(0)
          .doc("first epochs, which are not judged");
  public static final Parameter<Optional<Double>> BASELINE =
      Parameter.number("baseline")
          .optional()
          .doc("the wait restarts only when this figure is beaten too");
  public static final Parameter<Boolean> RESTORE_BEST_WEIGHTS =
      Parameter.flag("restoreBestWeights")
          .orElse(false)
          .doc("whether the parameters of the best epoch are restored at the end");
  public static final Parameter<Boolean> RESTORE_UPDATER_STATE =
      Parameter.flag("restoreUpdaterState")
          .orElse(false)
          .doc("whether updater state and counts are restored with them");

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "early_stopping")
          .summary("Ends training when the loss has not improved for some epochs.")
          .from("https://keras.io/api/callbacks/early_stopping/")
          .taking(
              PATIENCE,
              MIN_DELTA,
              THRESHOLD_MODE,
              MAX_SECONDS,
              START_FROM_EPOCH,
              BASELINE,
              RESTORE_BEST_WEIGHTS,
              RESTORE_UPDATER_STATE)
          .madeBy(arguments -> new EarlyStopping(arguments, Monitor.trainingLoss()));

  private static final Logger LOG = LoggerFactory.getLogger(EarlyStopping.class);

  /** Tells the time in place of the system, for tests; null otherwise, and after being loaded. */
  @Nullable transient LongSupplier clock;

  private final Arguments arguments;
  private final Monitor monitor;
  private final boolean restoreBestWeights;
  private final ArrayList<Double> values = new ArrayList<>();
  private MeanLoss loss;
  private Patience rule;
  private BestWeights best;
  private boolean resumed;
  private EpochTime time;
  private final transient EpochWatch epochs =
      new EpochWatch(TECHNIQUE.name(), "nothing is watched, and training is never stopped");

  private EarlyStopping(Arguments given, Monitor monitor) {
    arguments = TECHNIQUE.read(given);
    this.monitor = monitor;
    restoreBestWeights = arguments.get(RESTORE_BEST_WEIGHTS);
    boolean restoreUpdaterState = arguments.get(RESTORE_UPDATER_STATE);
    boolean possible = restoreBestWeights || !restoreUpdaterState;
    String rule = "false if restoreBestWeights is false";
    TECHNIQUE
        .checks()
        .that(possible, "restoreUpdaterState", rule, restoreUpdaterState)
        .that(monitor != null, "monitor", "a monitor", monitor)
        .that(
            monitor == null || !monitor.isOfAverage() || !restoreUpdaterState,
            "restoreUpdaterState",
            "false for a monitor of averaged weights, which no updater state goes with",
            restoreUpdaterState)
        .done();
    reset();
  }

  /** Begins with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  String name() {
    return TECHNIQUE.name();
  }

  @Override
  synchronized void beginFit() {
    if (!resumed) {
      reset();
    }
    resumed = false;
  }

  @Override
  void endFit(Model model) {
    if (restoreBestWeights) {
      restoreBest(model);
    }
  }

  @Override
  public synchronized void trainingEnded(Network network) {
    if (restoreBestWeights && best.fits(network)) {
      best.restore(network);
    }
  }

  /** Forgets all epochs, so that another training can be watched. */
  public synchronized void reset() {
    values.clear();
    best = new BestWeights(arguments.get(RESTORE_UPDATER_STATE));
    rule =
        new Patience(
            arguments.get(PATIENCE),
            arguments.get(THRESHOLD_MODE),
            arguments.get(MIN_DELTA),
            arguments.get(START_FROM_EPOCH),
            arguments.get(BASELINE).orElse(null),
            monitor.higherIsBetter());
    loss = new MeanLoss();
    time = new EpochTime();
    resumed = false;
  }

  @Override
  public synchronized ListenerState state() {
    return new ListenerState()
        .put("rule", monitor.name() + ", " + rule.rule())
        .put("values", values.stream().mapToDouble(d -> d).toArray())
        .put("loss", loss.state())
        .put("seconds", time.seconds())
        .put("patience", rule.state())
        .put("bestWeights", best.state());
  }

  @Override
  public synchronized void loadState(ListenerState before) {
    String own = state().text("rule");
    String given = before.text("rule");
    TECHNIQUE
        .checks()
        .that(
            given.equals(own),
            "resumeFrom",
            "given a listener of the same monitor and minDelta (" + own + ")",
            given)
        .done();
    reset();
    for (double value : before.numbers("values")) {
      values.add(value);
    }
    rule.loadState(before.part("patience"));
    if (restoreBestWeights) {
      best.loadState(before.part("bestWeights"));
    }
    loss = MeanLoss.of(before.part("loss"));
    time.add(before.number("seconds"));
    resumed = true;
  }

  @Override
  public synchronized void onEpochStart(Model model) {
    loss.beginEpoch();
    epochs.begin();
    if (arguments.get(MAX_SECONDS).isPresent()) {
      time.begin(nanoseconds());
    }
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    epochs.step(model);
    loss.add(model.score());
  }

  @Override
  public synchronized void onEpochEnd(Model model) {
    epochs.end();
    Network network = Network.of(model);
    boolean wasStopped = stopped();
    if (!wasStopped) {
      look(network);
      arguments.get(MAX_SECONDS).ifPresent(this::spend);
    }
    loss.clear();
    if (stopped() && !wasStopped) {
      LOG.info("{}: stopped after epoch {}, the best is {}", name(), stoppedEpoch(), bestEpoch());
    }
    if (stopped()) {
      best.putBackIfFitting(network); // again in each epoch of a fit that cannot be stopped
    }
  }

  private void spend(double maxSeconds) {
    time.end(nanoseconds());
    if (time.seconds() >= maxSeconds) {
      rule.end();
    }
  }

  private long nanoseconds() {
    return clock == null ? System.nanoTime() : clock.getAsLong();
  }

  private void look(Network network) {
    boolean hasFigure = monitor.hasFigure(loss);
    Model judged = hasFigure ? monitor.judged(network.model()) : network.model();
    double value = hasFigure ? monitor.ofJudged(judged, loss) : Double.NaN;
    values.add(value);
    if (!hasFigure) {
      rule.pass();
    } else if (rule.isBest(value) && restoreBestWeights) {
      best.take(Network.of(judged), rule.bestEpoch());
    }
  }

  @Override
  public synchronized void follow(Network before, Network now) {
    best.warnOfMisfit(now);
  }

  /**
   * Puts back the parameters of the best epoch, by name; between epochs, not within a listener.
   *
   * @param model the network that was watched, or another one with the same parameters
   * @return whether there were any to put back
   * @throws IllegalArgumentException if the network has other parameters; it is left as it is
   */
  public synchronized boolean restoreBest(Model model) {
    return best.restore(Network.of(model));
  }

  /** Checks whether there is a best epoch, and it is of a network with the same parameters. */
  public synchronized boolean canRestoreBest(Model model) {
    return best.fits(Network.of(model));
  }

  @Override
  public synchronized boolean stopped() {
    return rule.isOver();
  }

  /** Returns after which epoch the patience was over, from 0; -1 if it is not over. */
  public synchronized int stoppedEpoch() {
    return rule.stoppedEpoch();
  }

  /** Returns which epoch has the best figure, from 0; -1 if there is none. */
  public synchronized int bestEpoch() {
    return rule.bestEpoch();
  }

  /** Returns the best figure; NaN if there is none. */
  public synchronized double bestValue() {
    return rule.best();
  }

  /** Copies the figures of all epochs up to the stop, in order. */
  public synchronized List<Double> values() {
    return List.copyOf(values);
  }

  @Override
  public String toString() {
    return "EarlyStopping" + arguments;
  }

  private synchronized void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
  }

  /** Checks parameters and memory again when they are read. */
  private Object readResolve() {
    EarlyStopping loaded = new EarlyStopping(arguments, monitor);
    loaded.resumeFrom(this);
    return loaded;
  }

  /** Names the parameters of an {@link EarlyStopping}. */
  public static final class Builder {

    private Arguments given = Arguments.none();
    private Monitor monitor = Monitor.trainingLoss();

    private Builder() {}

    /** Names the figure that is watched; without this it is the training loss. */
    public Builder monitor(Monitor watched) {
      monitor = watched;
      return this;
    }

    /** Sets how many epochs to wait for an improvement; 0 and 1 stop at the first without. */
    public Builder patience(int epochs) {
      given = given.with(PATIENCE, epochs);
      return this;
    }

    /** Sets by more than what the figure must improve. */
    public Builder minDelta(double difference) {
      given = given.with(MIN_DELTA, difference);
      return this;
    }

    /** Sets whether minDelta is a difference, or a share of the best figure. */
    public Builder thresholdMode(ThresholdMode mode) {
      given = given.with(THRESHOLD_MODE, mode);
      return this;
    }

    /** Sets how much time may be spent in epochs. */
    public Builder maxTime(Duration time) {
      Objects.requireNonNull(time, "early_stopping: time must be given, was null");
      given = given.with(MAX_SECONDS, Optional.of(time.toNanos() / 1e9));
      return this;
    }

    /** Sets how many epochs pass unseen at first. */
    public Builder startFromEpoch(int epochs) {
      given = given.with(START_FROM_EPOCH, epochs);
      return this;
    }

    /** Sets a figure that must be beaten too for the wait to restart. */
    public Builder baseline(double figure) {
      given = given.with(BASELINE, Optional.of(figure));
      return this;
    }

    /** Sets whether the parameters of the best epoch are restored at the end. */
    public Builder restoreBestWeights(boolean restore) {
      given = given.with(RESTORE_BEST_WEIGHTS, restore);
      return this;
    }

    /** Sets whether updater state and counts are put back with the parameters. */
    public Builder restoreUpdaterState(boolean restore) {
      given = given.with(RESTORE_UPDATER_STATE, restore);
      return this;
    }

    /** Makes the listener, unless an argument is out of range. */
    public EarlyStopping build() {
      return new EarlyStopping(given, monitor);
    }
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
