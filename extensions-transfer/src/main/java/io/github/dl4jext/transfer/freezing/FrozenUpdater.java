package io.github.dl4jext.transfer.freezing;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The updater of a frozen parameter: it has the state of the rule by which the parameter learned,
 * and never changes it. So the state lies where DL4J saves, clones and restores all others.
 *
 * <p>It is made from the frozen layer's own updater whenever DL4J asks, and is never stored.
 */
record FrozenUpdater(IUpdater rule) implements IUpdater {

  /** Without state there is nothing to hold. */
  static IUpdater of(@Nullable IUpdater rule) {
    return rule == null || rule.stateSize(1) == 0 ? new NoOp() : new FrozenUpdater(rule);
  }

  @Override
  public long stateSize(long numParams) {
    return rule.stateSize(numParams);
  }

  @Override
  @SuppressWarnings("rawtypes") // DL4J's own signature
  public GradientUpdater instantiate(INDArray view, boolean initialize) {
    return new Still(rule.instantiate(view, initialize));
  }

  @Override
  @SuppressWarnings("rawtypes") // DL4J's own signature
  public GradientUpdater instantiate(Map<String, INDArray> state, boolean initialize) {
    return new Still(rule.instantiate(state, initialize));
  }

  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod") // a record has nothing to copy
  public IUpdater clone() {
    return new FrozenUpdater(rule.clone());
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    return Double.NaN;
  }

  @Override
  public boolean hasLearningRate() {
    return false;
  }

  @Override
  public void setLrAndSchedule(double rate, ISchedule schedule) {
    throw new UnsupportedOperationException("a frozen layer has no learning rate");
  }

  /**
   * Shows the rule and its state, so that code that reads or moves state treats it like any other.
   */
  @SuppressWarnings("rawtypes") // so are DL4J's own
  private record Still(GradientUpdater held) implements GradientUpdater {

    @Override
    public IUpdater getConfig() {
      return held.getConfig();
    }

    @Override
    @SuppressWarnings("unchecked")
    public void setState(Map state, boolean initialize) {
      held.setState(state, initialize);
    }

    @Override
    @SuppressWarnings("unchecked")
    public Map<String, INDArray> getState() {
      return held.getState();
    }

    @Override
    public void setStateViewArray(INDArray view, long[] shape, char order, boolean initialize) {
      held.setStateViewArray(view, shape, order, initialize);
    }

    @Override
    public void applyUpdater(INDArray gradient, int iteration, int epoch) {
      gradient.assign(0);
    }
  }
}
