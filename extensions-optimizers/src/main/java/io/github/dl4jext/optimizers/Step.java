package io.github.dl4jext.optimizers;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * One step for one stretch of the parameters: the gradient, the state that goes with it, and the
 * counters. All arrays are vectors of the same length and type, and may be written to.
 */
public final class Step {

  private final UpdateRule rule;

  /** Minibatches per step. */
  private final int stride;

  private final List<INDArray> scratch = new ArrayList<>();

  private INDArray gradient;
  private List<INDArray> state;
  private int iteration;
  private int epoch;
  private Step longer;

  Step(UpdateRule rule) {
    this(rule, 1);
  }

  private Step(UpdateRule rule, int stride) {
    this.rule = rule;
    this.stride = stride;
  }

  /** The same step as a rule sees it that makes one in so many minibatches. */
  Step every(int minibatches) {
    if (longer == null) {
      longer = new Step(rule, minibatches);
    }
    longer.at(iteration, epoch);
    longer.over(gradient, state);
    return longer;
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
   * The gradient of the loss; to be overwritten by what is subtracted from the parameters.
   *
   * @return a vector
   */
  public INDArray gradient() {
    return gradient;
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
   * An array for intermediate results, kept from step to step. Its content is undefined.
   *
   * @param index which array, from 0; take the lowest first
   * @return a vector as long as the gradient, the same for the same index
   */
  @SuppressWarnings("try") // the resource is a scope
  public INDArray scratch(int index) {
    while (scratch.size() <= index) {
      scratch.add(null);
    }
    INDArray array = scratch.get(index);
    if (array == null || array.length() < gradient.length()) {
      try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
        array = Nd4j.createUninitialized(gradient.dataType(), gradient.length());
      }
      scratch.set(index, array);
    }
    return array.length() == gradient.length()
        ? array
        : array.get(NDArrayIndex.interval(0, gradient.length()));
  }

  /**
   * The step by which schedules go: the network's counter, from 0, divided by the minibatches per
   * step where gradients are accumulated.
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
    return (rule.stepNumber(iteration) + stride - 1) / stride;
  }

  /**
   * The learning rate of this step.
   *
   * @return a number from 0 on
   */
  public double learningRate() {
    return rule.getLearningRate(iteration, epoch);
  }
}
