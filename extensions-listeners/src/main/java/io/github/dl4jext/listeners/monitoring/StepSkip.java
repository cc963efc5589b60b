package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.listeners.monitoring.TrainingDivergedException.Where;
import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.network.PerModelState;
import io.github.dl4jext.network.ScaledNorm;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.network.TrainingFollower;
import io.github.dl4jext.spi.AccumulatingUpdater;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.ParameterName;
import io.github.dl4jext.spi.Technique;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Skips bad steps. A step is known to be bad before the update, but a listener cannot prevent
 * DL4J's update. Therefore the gradient is set to zero, and the changes that the update still makes
 * (momentum, decay, the updater's state) are undone from a copy that is made only in bad steps.
 */
abstract class StepSkip extends BaseTrainingListener
    implements StatefulListener, TrainingFollower, Serializable {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(StepSkip.class);

  /** The largest number of bad steps in a row. */
  static final Parameter<Integer> CONSECUTIVE =
      Parameter.integer("maxConsecutive")
          .in("[1, inf)")
          .orElse(10)
          .doc("the largest number of steps in a row that are skipped; one more ends training");

  /** The checked arguments, from which subclasses make a new listener after serialization. */
  final Arguments arguments;

  private final transient Technique<TrainingListener> technique;

  private final transient PerModelState<Memory> memories =
      new PerModelState<>(model -> newMemory());

  private final transient AtomicBoolean hasWarned = new AtomicBoolean();

  StepSkip(Technique<TrainingListener> technique, Arguments given) {
    this.technique = technique;
    arguments = technique.read(given);
  }

  /** The memory of one network. */
  static final class Memory {
    private final StepRollback rollback = new StepRollback();
    private volatile SkipReport report = SkipReport.NONE;
    private boolean isUndone;
    private @Nullable RuntimeException end;
    final RecentNorms norms;

    Memory(RecentNorms norms) {
      this.norms = norms;
    }

    private Memory carriedOver() {
      Memory copy = new Memory(norms.copy());
      copy.report = report;
      return copy;
    }
  }

  /** Makes the memory of a network before its first step. */
  Memory newMemory() {
    return new Memory(new RecentNorms(1));
  }

  /**
   * Judges a step.
   *
   * @param network the network, which has its gradients
   * @param memory the network's memory
   * @return the fault of the step, for messages; null if it is good
   */
  abstract @Nullable String complaint(Network network, Memory memory);

  /** Returns the norm of the mean gradient, over all parameters that learn. */
  static double norm(Network network) {
    ScaledNorm sum =
        ScaledNorm.of(
            network.slots().stream()
                .filter(ParameterSlot::learns)
                .map(slot -> slot.in(network.gradients()))
                .toList());
    return sum.value() / network.gradientDivisor();
  }

  @Override
  public final void onGradientCalculation(Model model) {
    Network network = Network.find(model).orElse(null);
    if (network == null) {
      if (hasWarned.compareAndSet(false, true)) {
        LOG.warn(
            "{}: acts in a MultiLayerNetwork or a ComputationGraph, and does nothing in a {}, as"
                + " layer-wise pretraining shows it",
            technique.name(),
            model.getClass().getSimpleName());
      }
      return;
    }
    Memory memory = memories.of(model);
    memory.isUndone = false;
    memory.end = null;
    String complaint = complaint(network, memory);
    if (complaint == null) {
      memory.report = memory.report.good();
      return;
    }
    memory.report = memory.report.bad(network.progress().iterations());
    if (memory.report.inARow() > arguments.get(CONSECUTIVE)) {
      memory.end = end(network, complaint);
    }
    warn(memory.report, complaint);
    if (!StepGuard.keepsFor(network) && !accumulates(network)) {
      memory.rollback.take(network);
      memory.isUndone = true;
    }
    network.gradients().assign(0);
  }

  /** Undoes the changes that the update has made without a gradient. */
  @Override
  public final void iterationDone(Model model, int iteration, int epoch) {
    Network network = Network.find(model).orElse(null);
    Memory memory = memories.find(model).orElse(null);
    if (network == null || memory == null) {
      return;
    }
    if (memory.isUndone) {
      memory.isUndone = false;
      memory.rollback.putBack(network);
    }
    RuntimeException end = memory.end;
    if (end != null) {
      memory.end = null;
      network.leaveStep();
      throw end;
    }
  }

  /**
   * Returns whether gradients are accumulated. A bad minibatch then counts as zeros, and the step
   * is made.
   */
  private static boolean accumulates(Network network) {
    return network.slots().stream()
        .filter(ParameterSlot::learns)
        .anyMatch(
            slot ->
                slot.node().trainable().getConfig().getUpdaterByParam(slot.parameter())
                    instanceof AccumulatingUpdater);
  }

  /** Warns of the first skipped step, the second, the fourth, ..., so that the log stays short. */
  private void warn(SkipReport report, String complaint) {
    if (Long.bitCount(report.skipped()) == 1) {
      LOG.warn(
          "{}: {} at iteration {}, so its step is skipped; {} of {} steps were skipped so far",
          technique.name(),
          complaint,
          report.lastSkipped(),
          report.skipped(),
          report.steps());
    }
  }

  private RuntimeException end(Network network, String complaint) {
    List<ParameterSlot> odd = FiniteCheck.odd(network.slots(), network.gradients());
    ParameterName hit = odd.isEmpty() ? null : odd.get(0).name();
    double value =
        odd.isEmpty() ? norm(network) : FiniteCheck.firstOddOne(odd.get(0).in(network.gradients()));
    String message =
        ("%s: at most %d steps in a row are skipped, and this is one more: %s at iteration %d; no"
                + " bad gradient was used; lower the learning rate, or look for"
                + " what is odd in the data")
            .formatted(
                technique.name(),
                arguments.get(CONSECUTIVE),
                complaint,
                network.progress().iterations());
    return new TrainingDivergedException(
        message, network.model(), network.progress(), Where.GRADIENT, hit, value);
  }

  /**
   * Reports how many steps of a network were skipped.
   *
   * @param model the network
   * @return the report, of no steps if the network was not trained with this listener
   */
  public final SkipReport report(Model model) {
    return memories.find(model).map(memory -> memory.report).orElse(SkipReport.NONE);
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + arguments;
  }

  @Override
  public final ListenerState state(Network network) {
    Memory memory = memories.of(network.model());
    SkipReport now = memory.report;
    return new ListenerState()
        .put("rule", toString())
        .put("steps", now.steps())
        .put("skipped", now.skipped())
        .put("inARow", now.inARow())
        .put("lastSkipped", now.lastSkipped())
        .put("norms", memory.norms.toArray());
  }

  /** Refuses the state of a listener with other parameters. */
  @Override
  public final void loadState(Network network, ListenerState state) {
    String given = state.text("rule");
    technique
        .checks()
        .that(given.equals(toString()), "resumeFrom", "given a listener like " + this, given)
        .done();
    Memory made = newMemory();
    for (double norm : state.numbers("norms")) {
      made.norms.add(norm);
    }
    made.report =
        new SkipReport(
            state.whole("steps"),
            state.whole("skipped"),
            state.whole("inARow"),
            (int) state.whole("lastSkipped"));
    memories.put(network.model(), made);
  }

  /** Carries the report and the norms over. */
  @Override
  public final void follow(Network before, Network now) {
    memories.follow(before.model(), now.model(), Memory::carriedOver);
  }
}
