package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Gives an {@link UpdateRule} one step for one stretch of the parameters: the gradient, the state
 * that goes with it, the counters, and the values of its hyperparameters at this step. All arrays
 * are vectors of the same length and type, and may be written to.
 */
public final class UpdateContext {

  /** The rule that DL4J knows; its learning rate and count of steps apply. */
  private final UpdateRule<?> outer;

  /** The rule that makes the step: the same, or one that it wraps. */
  private final UpdateRule<?> rule;

  /** Minibatches per step. */
  private final int stride;

  private final List<@Nullable INDArray> scratch = new ArrayList<>();

  private @Nullable INDArray gradient;
  private List<INDArray> state = List.of();
  private int iteration;
  private int epoch;
  private @Nullable UpdateContext wrapped;

  UpdateContext(UpdateRule<?> rule) {
    this(rule, rule, 1);
  }

  private UpdateContext(UpdateRule<?> outer, UpdateRule<?> rule, int stride) {
    this.outer = outer;
    this.rule = rule;
    this.stride = stride;
  }

  /** The same step as seen by a wrapped rule, which makes one step in that many minibatches. */
  UpdateContext of(UpdateRule<?> inner, int minibatches) {
    if (wrapped == null) {
      wrapped = new UpdateContext(outer, inner, stride * minibatches);
    }
    wrapped.at(iteration, epoch);
    wrapped.over(gradient(), state);
    return wrapped;
  }

  /**
   * The step of the rule that keeps a state array of its own by this name; null if there is none.
   */
  @Nullable UpdateContext keeping(String ownState) {
    if (rule instanceof WrapperRule<?> wrapper && wrapper.ownStateName().equals(ownState)) {
      return this;
    }
    return wrapped == null ? null : wrapped.keeping(ownState);
  }

  void at(int newIteration, int newEpoch) {
    iteration = newIteration;
    epoch = newEpoch;
  }

  void over(INDArray newGradient, List<INDArray> newState) {
    gradient = newGradient;
    state = newState;
  }

  /**
   * The gradient of the loss, which is to be overwritten with the update to subtract from the
   * parameters.
   *
   * @return a vector
   */
  public INDArray gradient() {
    return Objects.requireNonNull(gradient, "there is no gradient before the first step");
  }

  /**
   * A state array.
   *
   * @param index its place in {@link UpdateRule#stateNames()}
   * @return a vector as long as the gradient
   */
  public INDArray state(int index) {
    return state.get(index);
  }

  /**
   * An array for intermediate results, which is reused from step to step. Its content is undefined.
   *
   * @param index which array, from 0; use the lowest numbers first
   * @return a vector as long as the gradient, the same for the same index
   */
  @SuppressWarnings("try") // the resource is a scope
  public INDArray scratch(int index) {
    while (scratch.size() <= index) {
      scratch.add(null);
    }
    INDArray array = scratch.get(index);
    long length = gradient().length();
    if (array == null || array.length() < length) {
      try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
        array = Nd4j.createUninitialized(gradient().dataType(), length);
      }
      scratch.set(index, array);
    }
    return array.length() == length ? array : array.get(NDArrayIndex.interval(0, length));
  }

  /**
   * The step that schedules count: the network's counter of minibatches, from 0, divided by the
   * minibatches per step where gradients are accumulated.
   *
   * @return the iteration
   */
  public int iteration() {
    return iteration / stride;
  }

  /**
   * The network's counter of epochs: 0 in its first.
   *
   * @return the epoch
   */
  public int epoch() {
    return epoch;
  }

  /**
   * The number of the step since this rule began: 1 at the first. This is the t of the papers.
   *
   * @return t
   */
  public long number() {
    return (outer.stepNumber(iteration) + stride - 1) / stride;
  }

  /**
   * The learning rate of this step.
   *
   * @return a number from 0 on
   */
  public double learningRate() {
    return outer.getLearningRate(iteration, epoch);
  }

  /**
   * The value at this step of a parameter that may be scheduled.
   *
   * @param parameter one of the rule's
   * @return a number within the parameter's range
   * @throws IllegalStateException if a schedule gave a number outside the range
   */
  public double at(Parameter<ISchedule> parameter) {
    return rule.at(parameter, iteration(), epoch);
  }

  /**
   * The value of a parameter that is the same at all steps.
   *
   * @param parameter one of the rule's
   * @param <V> its type
   * @return the value
   */
  public <V> V get(Parameter<V> parameter) {
    return rule.get(parameter);
  }

  /**
   * The bias correction {@code 1 - beta^t}: the share of a running mean from zero that is filled
   * after t steps.
   *
   * @param beta the decay of the mean, per step
   * @return a number in {@code (0, 1]}
   */
  public double biasCorrection(double beta) {
    return 1 - Math.pow(beta, number());
  }
}
