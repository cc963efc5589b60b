package io.github.dl4jext.listeners.monitoring;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.Scaled;
import io.github.dl4jext.network.TrainingFollower;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lowers the learning rates when a score, such as the loss on validation data, has not improved for
 * some epochs: Keras's and PyTorch's {@code ReduceLROnPlateau}. The rate stays high as long as that
 * helps, and you need not know how long that is.
 *
 * <pre>{@code
 * net.addListeners(
 *     ReduceOnPlateau.builder()
 *         .monitor(Monitor.validationLoss(valid))
 *         .factor(0.5)
 *         .patience(5)
 *         .build());
 * }</pre>
 *
 * <table><caption>Parameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>meaning</th></tr>
 * <tr><td>factor</td><td>(0, 1)</td><td>0.1</td><td>the factor by which each rate is multiplied</td></tr>
 * <tr><td>patience</td><td>[0, inf)</td><td>10</td><td>scores in a row without improvement</td></tr>
 * <tr><td>minDelta</td><td>[0, inf)</td><td>1e-4</td><td>a score must be better by more than
 *   this</td></tr>
 * <tr><td>cooldown</td><td>[0, inf)</td><td>0</td><td>scores that are not counted after a
 *   reduction</td></tr>
 * <tr><td>minRate</td><td>[0, inf)</td><td>0</td><td>no rate is reduced below this</td></tr>
 * <tr><td>convention</td><td>keras, torch</td><td>keras</td><td>see below</td></tr>
 * <tr><td>thresholdMode</td><td>absolute, relative</td><td>Keras's is absolute, PyTorch's
 *   relative</td><td>whether minDelta is a difference or a share of the best</td></tr>
 * <tr><td>epsilon</td><td>[0, inf)</td><td>0 in Keras, 1e-8 in PyTorch</td><td>a rate that would
 *   change by no more than this stays</td></tr>
 * <tr><td>everySteps</td><td>[1, inf)</td><td>once per epoch</td><td>steps between two
 *   scores</td></tr>
 * <tr><td>monitor</td><td>{@link Monitor}</td><td>training loss</td><td>in Java only: the score.
 *   The training loss is the mean since the last score</td></tr>
 * </table>
 *
 * <p><b>Convention.</b> Keras reduces the rates when {@code patience} scores in a row are no better
 * (0 and 1 are the same), PyTorch one score later. After a reduction Keras starts to count at the
 * last score of the cool-down, PyTorch after it. Otherwise both give the same rates.
 *
 * <p><b>What is reduced.</b> The rates of all layers are multiplied by the same factor, but not
 * below minRate: those of weights and of biases, in wrapped and frozen layers too. A number is
 * multiplied. A schedule is wrapped in one {@link Scaled} for all reductions; its next value is
 * compared with minRate, which does not raise a rate that the schedule itself lowers. The updater's
 * state is kept.
 *
 * <p><b>When the network becomes another one</b> (layers frozen, unfrozen, other rates by layer, a
 * new head) the best score and the count stay, see {@link TrainingFollower}. The new network keeps
 * the rates that it was made with, and the next reduction multiplies these.
 *
 * <p><b>Saving.</b> The reduced rates are saved with the model. A {@code Checkpoint} saves the
 * listener with it; {@link ResumableListener} describes how to do so without one.
 *
 * <p><b>Edges.</b> NaN is never better: it counts as a score without improvement, with one warning.
 * An infinite loss is never an improvement. With a relative threshold and scores below zero,
 * PyTorch's rule counts worse ones as better; use an absolute one. An exception of the monitor is
 * thrown by {@code fit}. An epoch without a batch has no score. The steps of an epoch that was
 * interrupted do not count in the loss of the next one. Once rates were reduced, a network that has
 * other parameters than the one before, and was not announced (see {@link TrainingFollower}), is
 * refused, because it belongs to another training.
 *
 * <p><b>Threads.</b> {@code ParallelWrapper} announces no epochs, and a warning says so: train with
 * {@code ParallelTraining}, or set {@code everySteps}, which counts the steps of all workers. The
 * other workers get reduced rates at their own next step.
 *
 * <p><b>Check.</b> Losses 5, 4, 4, 4 with patience 2, from 0.1: 0.01 after the fourth, or with
 * PyTorch's convention after a fifth.
 *
 * <p><b>Departs from Keras.</b> Counts continue from one {@code fit} to the next, because DL4J's
 * {@code fit} is often called once per epoch; {@link #reset()} restarts them. <b>From DL4J:</b>
 * DL4J has no such listener, and its {@code setLearningRate} leaves out wrapped layers, and biases
 * with an updater of their own. <b>Beware:</b> DL4J's {@code clone()} of a network shares the
 * updaters, and so the rates.
 *
 * @see <a href="https://keras.io/api/callbacks/reduce_lr_on_plateau/">Keras: ReduceLROnPlateau</a>
 */
public final class ReduceOnPlateau extends BaseTrainingListener
    implements TrainingFollower, StateOfTraining<ReduceOnPlateau> {

  private static final long serialVersionUID = 1L;

  public static final Parameter<Double> FACTOR =
      Parameter.number("factor")
          .in("(0, 1)")
          .orElse(0.1)
          .doc("the factor by which each rate is multiplied");
  public static final Parameter<Integer> PATIENCE =
      Parameter.integer("patience")
          .in("[0, inf)")
          .orElse(10)
          .doc("scores in a row without improvement");
  public static final Parameter<Double> MIN_DELTA =
      Parameter.number("minDelta")
          .in("[0, inf)")
          .orElse(1e-4)
          .doc("the training loss must be better by more than this");
  public static final Parameter<Integer> COOLDOWN =
      Parameter.integer("cooldown")
          .in("[0, inf)")
          .orElse(0)
          .doc("scores that are not counted after a reduction");
  public static final Parameter<Double> MIN_RATE =
      Parameter.number("minRate").in("[0, inf)").orElse(0.0).doc("no rate is reduced below this");
  public static final Parameter<PatienceConvention> CONVENTION =
      Parameter.choice("convention", PatienceConvention.class)
          .orElse(PatienceConvention.KERAS)
          .doc("torch reduces one score later");
  public static final Parameter<Optional<ThresholdMode>> THRESHOLD_MODE =
      Parameter.choice("thresholdMode", ThresholdMode.class)
          .doc("minDelta is a difference or a share; absolute with keras, relative with torch")
          .optional();
  public static final Parameter<Optional<Double>> EPSILON =
      Parameter.number("epsilon")
          .in("[0, inf)")
          .doc("smaller changes of a rate are not made; 0 with keras, 1e-8 with torch")
          .optional();
  public static final Parameter<Optional<Integer>> EVERY_STEPS =
      Parameter.integer("everySteps")
          .in("[1, inf)")
          .doc("steps between two scores; without it there is a score per epoch")
          .optional();

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "reduce_on_plateau")
          .summary("Lowers the learning rates when the loss has not improved for some epochs")
          .from("https://keras.io/api/callbacks/reduce_lr_on_plateau/")
          .taking(
              FACTOR,
              PATIENCE,
              MIN_DELTA,
              COOLDOWN,
              MIN_RATE,
              CONVENTION,
              THRESHOLD_MODE,
              EPSILON,
              EVERY_STEPS)
          .madeBy(arguments -> new ReduceOnPlateau(arguments, Monitor.trainingLoss()));

  private static final Logger LOG = LoggerFactory.getLogger(ReduceOnPlateau.class);

  private final Arguments arguments;
  private final Monitor monitor;

  /** 0 for once per epoch. */
  private final int everySteps;

  private Plateau plateau;
  private MeanLoss loss;
  private int reductions;
  private boolean warned;

  /** The rates since the last reduction. */
  private final transient SharedRates rates = new SharedRates(TECHNIQUE.name());

  private final transient EpochWatch epochs =
      new EpochWatch(TECHNIQUE.name(), "no rate is reduced, unless everySteps is given");

  private ReduceOnPlateau(Arguments given, Monitor monitor) {
    arguments = TECHNIQUE.read(given);
    TECHNIQUE.checks().that(monitor != null, "monitor", "a monitor", monitor).done();
    this.monitor = monitor;
    everySteps = arguments.get(EVERY_STEPS).orElse(0);
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

  /** Forgets all scores, so that this listener can watch another training. Rates do not change. */
  public synchronized void reset() {
    PatienceConvention convention = arguments.get(CONVENTION);
    plateau =
        new Plateau(
            convention,
            arguments.get(THRESHOLD_MODE).orElse(convention.thresholdMode),
            arguments.get(PATIENCE),
            arguments.get(MIN_DELTA),
            arguments.get(COOLDOWN),
            monitor.higherIsBetter());
    loss = new MeanLoss();
    reductions = 0;
    warned = false;
    rates.forget();
  }

  @Override
  public synchronized ListenerState state() {
    return new ListenerState()
        .put("rule", monitor.name() + ", " + plateau.rule())
        .put("plateau", plateau.state())
        .put("loss", loss.state())
        .put("reductions", reductions)
        .put("warned", warned);
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
            "given a listener of the same monitor, patience, minDelta, cooldown, convention and"
                + " thresholdMode ("
                + own
                + "), because it resumes with the best score and the count so far",
            given)
        .done();
    reset();
    plateau.loadState(before.part("plateau"));
    loss = MeanLoss.of(before.part("loss"));
    reductions = before.count("reductions");
    warned = before.flag("warned");
  }

  @Override
  public synchronized void follow(Network before, Network now) {
    rates.follow(before, now);
  }

  @Override
  public synchronized void onEpochStart(Model model) {
    if (everySteps == 0) {
      epochs.begin();
      loss.beginEpoch();
    }
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    rates.catchUp(model);
    if (everySteps == 0) {
      epochs.step(model);
    }
    loss.add(model.score());
    if (loss.steps() == everySteps) {
      judge(Network.of(model), new TrainingProgress(iteration + 1, epoch));
    }
  }

  @Override
  public synchronized void onEpochEnd(Model model) {
    epochs.end();
    if (everySteps == 0 && monitor.hasFigure(loss)) {
      // DL4J counts the epoch only after this.
      Network network = Network.of(model);
      TrainingProgress done = network.progress();
      judge(network, new TrainingProgress(done.iterations(), done.epochs() + 1));
    }
  }

  private void judge(Network network, TrainingProgress next) {
    LearningRates all = LearningRates.of(TECHNIQUE.name(), network);
    if (all.isEmpty()) {
      throw new IllegalStateException(
          TECHNIQUE.name() + ": the network must have an updater with a learning rate, has none");
    }
    double score = monitor.of(network.model(), loss);
    loss.clear();
    if (Double.isNaN(score) && !warned) {
      warned = true;
      LOG.warn(
          "{}: the score is NaN at step {}; it does not count as an improvement",
          TECHNIQUE.name(),
          next.iterations());
    }
    if (plateau.isOver(score)) {
      double factor = arguments.get(FACTOR);
      double least = arguments.get(EPSILON).orElse(arguments.get(CONVENTION).epsilon);
      boolean reduced = all.reduce(factor, arguments.get(MIN_RATE), least, next);
      plateau.acted(reduced);
      if (reduced) {
        reductions++;
        rates.changed(network);
        LOG.info("{}: rates times {} from step {} on", TECHNIQUE.name(), factor, next.iterations());
      }
    }
  }

  /** Returns the best score so far; NaN if there is none. */
  public synchronized double best() {
    return plateau.best();
  }

  /** Returns how often rates were reduced. */
  public synchronized int reductions() {
    return reductions;
  }

  @Override
  public String toString() {
    return "ReduceOnPlateau" + arguments;
  }

  private synchronized void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
  }

  /** Checks the parameters again after serialization. */
  private Object readResolve() {
    ReduceOnPlateau loaded = new ReduceOnPlateau(arguments, monitor);
    loaded.resumeFrom(this);
    return loaded;
  }

  /** Names the parameters of a {@link ReduceOnPlateau}. */
  public static final class Builder {

    private Arguments given = Arguments.none();
    private Monitor monitor = Monitor.trainingLoss();

    private Builder() {}

    /**
     * Sets the score that is watched.
     *
     * @param watched the monitor; the training loss by default
     * @return this
     */
    public Builder monitor(Monitor watched) {
      monitor = watched;
      return this;
    }

    /**
     * Sets the factor by which each rate is multiplied.
     *
     * @param share the factor, between 0 and 1; 0.1 by default
     * @return this
     */
    public Builder factor(double share) {
      given = given.with(FACTOR, share);
      return this;
    }

    /**
     * Sets how many scores in a row may be no better.
     *
     * @param scores the number of scores, at least 0; 10 by default
     * @return this
     */
    public Builder patience(int scores) {
      given = given.with(PATIENCE, scores);
      return this;
    }

    /**
     * Sets the difference by more than which a score must be better.
     *
     * @param difference the difference, at least 0; 1e-4 by default
     * @return this
     */
    public Builder minDelta(double difference) {
      given = given.with(MIN_DELTA, difference);
      return this;
    }

    /**
     * Sets how many scores are not counted after a reduction.
     *
     * @param scores the number of scores, at least 0; 0 by default
     * @return this
     */
    public Builder cooldown(int scores) {
      given = given.with(COOLDOWN, scores);
      return this;
    }

    /**
     * Sets the rate below which no rate is reduced.
     *
     * @param rate the lowest rate, at least 0; 0 by default
     * @return this
     */
    public Builder minRate(double rate) {
      given = given.with(MIN_RATE, rate);
      return this;
    }

    /**
     * Sets the convention, which also decides the defaults of thresholdMode and epsilon.
     *
     * @param whose Keras's convention, the default, or PyTorch's
     * @return this
     */
    public Builder convention(PatienceConvention whose) {
      given = given.with(CONVENTION, whose);
      return this;
    }

    /**
     * Sets whether minDelta is a difference or a share of the best score.
     *
     * @param mode absolute or relative; by default the convention's
     * @return this
     */
    public Builder thresholdMode(ThresholdMode mode) {
      given = given.with(THRESHOLD_MODE, Optional.ofNullable(mode));
      return this;
    }

    /**
     * Sets the least change of a rate; a rate that would change by no more than this stays.
     *
     * @param change the change, at least 0; by default the convention's
     * @return this
     */
    public Builder epsilon(double change) {
      given = given.with(EPSILON, Optional.of(change));
      return this;
    }

    /**
     * Computes the score after a number of steps, and not at the end of each epoch.
     *
     * @param steps steps between two scores, at least 1
     * @return this
     */
    public Builder everySteps(int steps) {
      given = given.with(EVERY_STEPS, Optional.of(steps));
      return this;
    }

    /**
     * Makes the listener.
     *
     * @return the listener
     * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is out of range
     */
    public ReduceOnPlateau build() {
      return new ReduceOnPlateau(given, monitor);
    }
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
