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
 * epochs. It is Keras's {@code EarlyStopping}, for plain {@code fit}.
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
 * <tr><td>patience</td><td>[0, inf)</td><td>0</td><td>epochs to wait for an improvement; 0 and 1
 *   stop at the first epoch without one</td></tr>
 * <tr><td>minDelta</td><td>[0, inf)</td><td>0</td><td>the figure must improve by more than
 *   this</td></tr>
 * <tr><td>thresholdMode</td><td>absolute, relative</td><td>absolute</td><td>whether minDelta is a
 *   difference, or a share of the best figure: 0.01 for one percent of it</td></tr>
 * <tr><td>maxSeconds</td><td>(0, inf)</td><td>none</td><td>training ends after the epoch in which
 *   the time spent in epochs reaches this</td></tr>
 * <tr><td>startFromEpoch</td><td>[0, inf)</td><td>0</td><td>first epochs, which are not judged</td></tr>
 * <tr><td>restoreBestWeights</td><td>true, false</td><td>false</td><td>whether the parameters of the
 *   best epoch are restored at the end</td></tr>
 * <tr><td>restoreUpdaterState</td><td>true, false</td><td>false</td><td>whether the updater's state
 *   and the counts of steps and epochs are restored with them. The network is then, bit by bit, as
 *   it was after its best epoch. By default they stay, as in Keras</td></tr>
 * <tr><td>baseline</td><td>finite</td><td>none</td><td>the wait restarts only when the figure is
 *   better than this too</td></tr>
 * <tr><td>monitor</td><td>{@link Monitor}</td><td>training loss</td><td>in Java only: the figure,
 *   and whether a lower or a higher one is better</td></tr>
 * </table>
 *
 * <p><b>Rule.</b> At each epoch's end the wait grows by one. A figure that is better than the best
 * by more than minDelta is the new best. It sets the wait to 0 if it is also better than the
 * baseline by more than minDelta. If the figure is not a new best and the wait has reached the
 * patience, training ends, but never after the first epoch.
 *
 * <p><b>Time.</b> The time of the epochs that this listener has watched is summed, validation
 * included; the time between two calls of {@code fit} does not count. The sum is saved, so that a
 * resumed training has the rest of the time. No epoch is interrupted.
 *
 * <p><b>Three ways to use it.</b> DL4J cannot stop {@code fit(iterator, epochs)}. Call {@link
 * #fit(Model, DataSetIterator, int)} of this class instead, which calls the network's {@code fit}
 * epoch by epoch, with all its listeners. Or add this as a listener and check {@link #stopped()} in
 * your own loop. Or add it to a {@code fit} that cannot be stopped: the epochs after the stop are
 * then wasted, but with {@code restoreBestWeights} each ends with the best weights. If the epochs
 * run out before the stop, call {@link #restoreBest}. The {@code fit} of this class does so itself,
 * and so do gradual unfreezing and the feature cache, which also end when this listener stops.
 *
 * <p><b>Edges.</b> NaN is never an improvement and never the best, not even in the first epoch. It
 * counts as an epoch of waiting, and so does an infinite loss. If no figure was a number, nothing
 * is restored. An exception of the monitor is thrown by {@code fit}. An epoch without a batch is
 * neither good nor bad: its value is NaN, and the wait does not grow. With a relative threshold and
 * negative figures, worse ones would count as better; use an absolute one. The steps of an epoch
 * that was interrupted do not count in the loss of the next one.
 *
 * <p><b>When the network becomes another one</b> (layers frozen, unfrozen, a new head) the counts
 * and the best figure stay, see {@link io.github.dl4jext.network.TrainingFollower}. The weights of
 * the best epoch are restored by name into any network with the same parameters. {@link
 * #restoreBest} refuses a network with other parameters; at an epoch's end such a network does not
 * change, and there is a warning. The updater's state is restored for the parameters that have the
 * same state in both networks.
 *
 * <p><b>Averaged weights.</b> With a monitor {@code ofAverage}, the weights that are restored are
 * those that were judged: the averaged ones of the best epoch, with their statistics of batch
 * normalization. Without {@code restoreBestWeights} the network keeps the weights of its training.
 *
 * <p><b>Saving.</b> The counts, the best figure and the best weights are saved, see {@link
 * ResumableListener}.
 *
 * <p><b>Cost.</b> With {@code restoreBestWeights}, a copy of the parameters, and of the updater's
 * state if it is to be restored.
 *
 * <p><b>Epochs</b> are counted from 0, as in DL4J and Keras, beginning with the first that this
 * listener watched: {@code bestEpoch()} is the index in {@link #values()}, and in the values of a
 * {@link History} of the same training.
 *
 * <p><b>Threads.</b> Several threads may call the methods, but the figure is that of one model.
 * {@code ParallelWrapper} announces no epochs, and a warning says so: train with {@code
 * ParallelTraining}.
 *
 * <p><b>Check.</b> Losses 5, 4, 4.5, 4.6 with patience 2: stops after epoch 3, the best is epoch 1.
 *
 * <p><b>Departs from Keras.</b> In Keras a NaN in the first epoch stays the best forever. A
 * negative minDelta is refused here. <b>From DL4J:</b> {@code EarlyStoppingTrainer} clones or saves
 * the model at each improvement, reports 0 as the best score, and stops on a NaN in the first
 * epoch.
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

  /** The clock of tests, in place of the system's; otherwise null, also after serialization. */
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

  /**
   * Begins with the defaults.
   *
   * @return a builder
   */
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

  /** Forgets all epochs, so that this listener can watch another training. */
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
   * Restores the parameters of the best epoch, by name. Call it between epochs, not from a
   * listener.
   *
   * @param model the network that was watched, or another one with the same parameters
   * @return whether there was a best epoch to restore
   * @throws IllegalArgumentException if the network has other parameters; it does not change then
   */
  public synchronized boolean restoreBest(Model model) {
    return best.restore(Network.of(model));
  }

  /**
   * Returns whether there is a best epoch whose parameters can be restored into a network.
   *
   * @param model the network
   * @return true if there is one, and the network has the same parameters
   */
  public synchronized boolean canRestoreBest(Model model) {
    return best.fits(Network.of(model));
  }

  @Override
  public synchronized boolean stopped() {
    return rule.isOver();
  }

  /** Returns the epoch after which training was to end, from 0; -1 if it was not. */
  public synchronized int stoppedEpoch() {
    return rule.stoppedEpoch();
  }

  /** Returns the epoch with the best figure, from 0; -1 if there is none. */
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

  /** Checks the parameters and the memory again after serialization. */
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

    /**
     * Sets the figure that is watched.
     *
     * @param watched the monitor; the training loss by default
     * @return this
     */
    public Builder monitor(Monitor watched) {
      monitor = watched;
      return this;
    }

    /**
     * Sets how many epochs to wait for an improvement; 0 and 1 stop at the first epoch without one.
     *
     * @param epochs the number of epochs, at least 0; 0 by default
     * @return this
     */
    public Builder patience(int epochs) {
      given = given.with(PATIENCE, epochs);
      return this;
    }

    /**
     * Sets the difference by more than which the figure must improve.
     *
     * @param difference the difference, at least 0; 0 by default
     * @return this
     */
    public Builder minDelta(double difference) {
      given = given.with(MIN_DELTA, difference);
      return this;
    }

    /**
     * Sets whether minDelta is a difference, or a share of the best figure.
     *
     * @param mode absolute, the default, or relative
     * @return this
     */
    public Builder thresholdMode(ThresholdMode mode) {
      given = given.with(THRESHOLD_MODE, mode);
      return this;
    }

    /**
     * Sets how much time may be spent in epochs; training ends after the epoch in which it is over.
     *
     * @param time the time, more than 0; unlimited by default
     * @return this
     */
    public Builder maxTime(Duration time) {
      Objects.requireNonNull(time, "early_stopping: time must be given, was null");
      given = given.with(MAX_SECONDS, Optional.of(time.toNanos() / 1e9));
      return this;
    }

    /**
     * Sets how many first epochs are not judged.
     *
     * @param epochs the number of epochs, at least 0; 0 by default
     * @return this
     */
    public Builder startFromEpoch(int epochs) {
      given = given.with(START_FROM_EPOCH, epochs);
      return this;
    }

    /**
     * Sets a figure that a new best must also beat for the wait to restart.
     *
     * @param figure a finite number; none by default
     * @return this
     */
    public Builder baseline(double figure) {
      given = given.with(BASELINE, Optional.of(figure));
      return this;
    }

    /**
     * Sets whether the parameters of the best epoch are restored at the end.
     *
     * @param restore true to restore them; false by default
     * @return this
     */
    public Builder restoreBestWeights(boolean restore) {
      given = given.with(RESTORE_BEST_WEIGHTS, restore);
      return this;
    }

    /**
     * Sets whether the updater's state and the counts are restored with the parameters.
     *
     * @param restore true to restore them, which needs {@code restoreBestWeights}; false by default
     * @return this
     */
    public Builder restoreUpdaterState(boolean restore) {
      given = given.with(RESTORE_UPDATER_STATE, restore);
      return this;
    }

    /**
     * Makes the listener.
     *
     * @return the listener
     * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is out of range
     */
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
