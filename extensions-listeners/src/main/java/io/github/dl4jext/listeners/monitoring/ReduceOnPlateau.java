package io.github.dl4jext.listeners.monitoring;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.Scaled;
import io.github.dl4jext.network.UpdaterRate;
import io.github.dl4jext.network.UpdaterRates;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lowers the learning rates when a score, such as the loss on validation data, has not become
 * better for some epochs: Keras's and PyTorch's {@code ReduceLROnPlateau}.
 *
 * <p>The rate stays high for as long as that helps, with no need to know when it will cease to.
 *
 * <pre>{@code
 * net.addListeners(
 *     ReduceOnPlateau.builder().validationLoss(valid).factor(0.5).patience(5).build());
 * }</pre>
 *
 * <table><caption>Parameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>meaning</th></tr>
 * <tr><td>factor</td><td>(0, 1)</td><td>0.1</td><td>what each rate is multiplied by</td></tr>
 * <tr><td>patience</td><td>[0, inf)</td><td>10</td><td>scores in a row that are no better</td></tr>
 * <tr><td>minDelta</td><td>[0, inf)</td><td>1e-4</td><td>a score must be better by more than
 *   this</td></tr>
 * <tr><td>cooldown</td><td>[0, inf)</td><td>0</td><td>scores that are not counted after a
 *   reduction</td></tr>
 * <tr><td>minRate</td><td>[0, inf)</td><td>0</td><td>no rate is reduced below this</td></tr>
 * <tr><td>counting</td><td>keras, torch</td><td>keras</td><td>see below</td></tr>
 * <tr><td>thresholdMode</td><td>absolute, relative</td><td>Keras's is absolute, PyTorch's
 *   relative</td><td>whether minDelta is a difference or a share of the best</td></tr>
 * <tr><td>epsilon</td><td>[0, inf)</td><td>0 in Keras, 1e-8 in PyTorch</td><td>smaller changes of
 *   a rate are not made</td></tr>
 * <tr><td>everySteps</td><td>[1, inf)</td><td>once per epoch</td><td>steps from score to
 *   score</td></tr>
 * <tr><td>score</td><td>function</td><td>training loss</td><td>in Java alone: what is watched, and
 *   whether more of it is better. The training loss is the mean since the last score</td></tr>
 * </table>
 *
 * <p><b>Counting.</b> Keras reduces at the score with which {@code patience} scores in a row are no
 * better (0 and 1 are the same), PyTorch one score later. After a reduction Keras starts to count
 * at the last score of the cool-down, PyTorch after it. Both go on to the same rates otherwise.
 *
 * <p><b>What is reduced.</b> The rates of all layers by the same factor, each down to minRate: of
 * weights and biases, in wrapped and frozen layers too. A number is multiplied, a schedule is
 * wrapped in a {@link Scaled}, one for all reductions; minRate is held against its next value, and
 * does not lift what the schedule itself lowers. The updater's state is kept.
 *
 * <p><b>Saving.</b> The reduced rates are saved with the model. Save the listener beside it, and
 * training goes on bit by bit as if it had not been broken off:
 *
 * <pre>{@code
 * ModelSerializer.addObjectToFile(file, "reduce_on_plateau", listener);
 * ReduceOnPlateau saved = ModelSerializer.getObjectFromFile(file, "reduce_on_plateau");
 * net.addListeners(saved.toBuilder().validationLoss(valid).build());
 * }</pre>
 *
 * <p>What is watched is not saved, so it is named again; the training loss need not be.
 *
 * <p><b>Edges.</b> NaN is never better: it counts as a bad score, and is warned of once. An
 * infinite loss is no better than none. In mode relative with scores below zero PyTorch's rule
 * takes worse ones for better; use absolute. What the score's function throws comes out of {@code
 * fit}.
 *
 * <p><b>Threads.</b> {@code ParallelWrapper} announces no epochs, so that this does nothing there
 * without {@code everySteps}, which counts the steps of all workers. When one worker's step brings
 * a reduction, each of the others takes the new rates at its own next step.
 *
 * <p><b>Check.</b> Losses 5, 4, 4, 4 with patience 2, from 0.1: 0.01 after the fourth, or with
 * PyTorch's counting after a fifth.
 *
 * <p><b>Departs from Keras.</b> Counts go on from one {@code fit} to the next, as DL4J's are often
 * called once per epoch; {@link #reset()} starts anew. <b>From DL4J:</b> there is no such thing,
 * and its {@code setLearningRate} misses biases with an updater of their own and wrapped layers.
 * <b>Beware:</b> DL4J's {@code clone()} of a network shares the updaters, and thus the rates.
 *
 * @see <a href="https://keras.io/api/callbacks/reduce_lr_on_plateau/">Keras: ReduceLROnPlateau</a>
 */
public final class ReduceOnPlateau extends BaseTrainingListener implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(ReduceOnPlateau.class);

  static final String NAME = "reduce_on_plateau";

  /** Whose way to count. */
  public enum Counting {
    /** Reduces at the score with which the patience is used up. */
    KERAS(ThresholdMode.ABSOLUTE, 0),
    /** Reduces at the score after that. */
    TORCH(ThresholdMode.RELATIVE, 1e-8);

    final ThresholdMode thresholdMode;
    final double epsilon;

    Counting(ThresholdMode thresholdMode, double epsilon) {
      this.thresholdMode = thresholdMode;
      this.epsilon = epsilon;
    }
  }

  /** What a score must be better by. */
  public enum ThresholdMode {
    /** By minDelta. */
    ABSOLUTE,
    /** By the share minDelta of the best score. */
    RELATIVE
  }

  static final Parameter<Double> FACTOR =
      Parameter.number("factor").in("(0, 1)").orElse(0.1).doc("what each rate is multiplied by");
  static final Parameter<Integer> PATIENCE =
      Parameter.integer("patience")
          .in("[0, inf)")
          .orElse(10)
          .doc("scores in a row that are no better");
  static final Parameter<Double> MIN_DELTA =
      Parameter.number("minDelta")
          .in("[0, inf)")
          .orElse(1e-4)
          .doc("the training loss must be better by more than this");
  static final Parameter<Integer> COOLDOWN =
      Parameter.integer("cooldown")
          .in("[0, inf)")
          .orElse(0)
          .doc("scores that are not counted after a reduction");
  static final Parameter<Double> MIN_RATE =
      Parameter.number("minRate").in("[0, inf)").orElse(0.0).doc("no rate is reduced below this");
  static final Parameter<Counting> COUNTING =
      Parameter.choice("counting", Counting.class)
          .orElse(Counting.KERAS)
          .doc("torch reduces one score later");
  static final Parameter<Optional<ThresholdMode>> THRESHOLD_MODE =
      Parameter.choice("thresholdMode", ThresholdMode.class)
          .doc("minDelta is a difference or a share; absolute with keras, relative with torch")
          .optional();
  static final Parameter<Optional<Double>> EPSILON =
      Parameter.number("epsilon")
          .in("[0, inf)")
          .doc("smaller changes of a rate are not made; 0 with keras, 1e-8 with torch")
          .optional();
  static final Parameter<Optional<Integer>> EVERY_STEPS =
      Parameter.integer("everySteps")
          .in("[1, inf)")
          .doc("steps from score to score; without it a score per epoch")
          .optional();

  private final double factor;
  private final int patience;
  private final double minDelta;
  private final int cooldown;
  private final double minRate;
  private final Counting counting;
  private final ThresholdMode thresholdMode;
  private final double epsilon;

  /** 0 for once per epoch. */
  private final int everySteps;

  private final boolean higherIsBetter;
  private final boolean watchesFunction;

  /** Null for the training loss, and after being loaded. */
  private final transient ToDoubleFunction<Model> function;

  private Plateau plateau;
  private double lossOfSteps;
  private int steps;
  private int reductions;
  private boolean warned;

  /** The rates since the last reduction, and the networks that have them; null before it. */
  private transient List<UpdaterRate> rates;

  private transient List<WeakReference<Model>> upToDate;

  ReduceOnPlateau(ReduceOnPlateauBuilder from) {
    Checks.of(NAME)
        .check(FACTOR, from.factor)
        .check(PATIENCE, from.patience)
        .check(MIN_DELTA, from.minDelta)
        .check(COOLDOWN, from.cooldown)
        .check(MIN_RATE, from.minRate)
        .check(COUNTING, from.counting)
        .check(THRESHOLD_MODE, from.thresholdMode)
        .check(EPSILON, from.epsilon)
        .check(EVERY_STEPS, from.everySteps)
        .done();
    factor = from.factor;
    patience = from.patience;
    minDelta = from.minDelta;
    cooldown = from.cooldown;
    minRate = from.minRate;
    counting = from.counting;
    thresholdMode = from.thresholdMode.orElse(counting.thresholdMode);
    epsilon = from.epsilon.orElse(counting.epsilon);
    everySteps = from.everySteps.orElse(0);
    higherIsBetter = from.higherIsBetter;
    function = from.function;
    watchesFunction = function != null;
    reset();
    if (from.goesOnFrom != null) {
      goOnFrom(from.goesOnFrom);
    }
  }

  private void goOnFrom(ReduceOnPlateau before) {
    Checks.of(NAME)
        .that(
            plateau.hasRuleOf(before.plateau) && watchesFunction == before.watchesFunction,
            "toBuilder()",
            "given no other patience, minDelta, cooldown, counting or thresholdMode, and a score of"
                + " the same kind, as it goes on with the best score and the count so far",
            this)
        .done();
    plateau = before.plateau.copy();
    lossOfSteps = before.lossOfSteps;
    steps = before.steps;
    reductions = before.reductions;
    warned = before.warned;
  }

  /**
   * States what to watch, and how patiently.
   *
   * @return a builder with the defaults
   */
  public static ReduceOnPlateauBuilder builder() {
    return new ReduceOnPlateauBuilder(null);
  }

  /**
   * A builder that makes a listener which goes on where this one is: to name what to watch after
   * this one was loaded.
   *
   * @return a builder with everything but what to watch
   */
  public synchronized ReduceOnPlateauBuilder toBuilder() {
    ReduceOnPlateauBuilder builder = new ReduceOnPlateauBuilder(this);
    if (everySteps > 0) {
      builder.everySteps(everySteps);
    }
    return builder
        .factor(factor)
        .patience(patience)
        .minDelta(minDelta)
        .cooldown(cooldown)
        .minRate(minRate)
        .counting(counting)
        .thresholdMode(thresholdMode)
        .epsilon(epsilon);
  }

  /** Forgets all scores, so that another training can be watched; rates stay as they are. */
  public synchronized void reset() {
    plateau = new Plateau(counting, thresholdMode, patience, minDelta, cooldown, higherIsBetter);
    lossOfSteps = 0;
    steps = 0;
    reductions = 0;
    warned = false;
    rates = null;
    upToDate = null;
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    catchUp(model);
    lossOfSteps += model.score();
    steps++;
    if (steps == everySteps) {
      judge(model, iteration + 1, epoch);
    }
  }

  @Override
  public synchronized void onEpochEnd(Model model) {
    // DL4J counts the epoch only after this.
    if (everySteps == 0 && model instanceof MultiLayerNetwork net) {
      judge(model, net.getIterationCount(), net.getEpochCount() + 1);
    } else if (everySteps == 0 && model instanceof ComputationGraph graph) {
      judge(model, graph.getIterationCount(), graph.getEpochCount() + 1);
    }
  }

  private void judge(Model model, int nextIteration, int nextEpoch) {
    UpdaterRates all = UpdaterRates.of(NAME, model);
    if (all.isEmpty()) {
      throw new IllegalStateException(
          NAME + ": the network must have an updater with a learning rate, has none");
    }
    double score = score(model);
    lossOfSteps = 0;
    steps = 0;
    if (Double.isNaN(score) && !warned) {
      warned = true;
      LOG.warn("{}: the score is NaN at step {}; it counts as no better", NAME, nextIteration);
    }
    if (plateau.isOver(score)) {
      boolean reduced = all.reduce(factor, minRate, epsilon, nextIteration, nextEpoch);
      plateau.acted(reduced);
      if (reduced) {
        reductions++;
        rates = all.values();
        upToDate = new ArrayList<>(List.of(new WeakReference<>(model)));
        LOG.info(
            "{}: score {}, best {}: rates times {} from step {} on",
            NAME,
            score,
            plateau.best(),
            factor,
            nextIteration);
      }
    }
  }

  private double score(Model model) {
    if (!watchesFunction) {
      return lossOfSteps / steps;
    }
    if (function == null) {
      throw new IllegalStateException(
          NAME
              + ": what to watch is not saved; after loading add"
              + " saved.toBuilder().validationLoss(data).build() to the network, or whatever was"
              + " watched before");
    }
    return function.applyAsDouble(model);
  }

  /** Another worker's network takes the rates that were reduced in one worker's step. */
  private void catchUp(Model model) {
    if (rates != null && upToDate.stream().noneMatch(known -> known.refersTo(model))) {
      UpdaterRates.of(NAME, model).put(rates);
      upToDate.removeIf(known -> known.refersTo(null));
      upToDate.add(new WeakReference<>(model));
    }
  }

  /**
   * The best score so far.
   *
   * @return the score; NaN if there is none
   */
  public synchronized double best() {
    return plateau.best();
  }

  /**
   * How often rates were reduced.
   *
   * @return the number of reductions
   */
  public synchronized int reductions() {
    return reductions;
  }

  @Override
  public String toString() {
    return "ReduceOnPlateau(factor="
        + factor
        + ", patience="
        + patience
        + ", minDelta="
        + minDelta
        + ", cooldown="
        + cooldown
        + ", minRate="
        + minRate
        + ", counting="
        + counting.name().toLowerCase(Locale.ROOT)
        + ", thresholdMode="
        + thresholdMode.name().toLowerCase(Locale.ROOT)
        + ", epsilon="
        + epsilon
        + (everySteps == 0 ? "" : ", everySteps=" + everySteps)
        + ")";
  }

  /** Makes {@link ReduceOnPlateau} by the name {@code reduce_on_plateau}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<TrainingListener> {

    /** States what the plugin is. */
    public Provider() {
      super(
          TrainingListener.class,
          NAME,
          "Lowers the learning rates when the loss has not become less for some epochs",
          "https://keras.io/api/callbacks/reduce_lr_on_plateau/");
      parameters(
          FACTOR,
          PATIENCE,
          MIN_DELTA,
          COOLDOWN,
          MIN_RATE,
          COUNTING,
          THRESHOLD_MODE,
          EPSILON,
          EVERY_STEPS);
    }

    @Override
    public TrainingListener create(Arguments arguments) {
      ReduceOnPlateauBuilder builder =
          builder()
              .factor(arguments.get(FACTOR))
              .patience(arguments.get(PATIENCE))
              .minDelta(arguments.get(MIN_DELTA))
              .cooldown(arguments.get(COOLDOWN))
              .minRate(arguments.get(MIN_RATE))
              .counting(arguments.get(COUNTING));
      arguments.get(THRESHOLD_MODE).ifPresent(builder::thresholdMode);
      arguments.get(EPSILON).ifPresent(builder::epsilon);
      arguments.get(EVERY_STEPS).ifPresent(builder::everySteps);
      return builder.build();
    }
  }
}
