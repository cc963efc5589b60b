package io.github.dl4jext.spark;

import org.apache.spark.util.AccumulatorV2;

/** Brings the tallies of all tasks to the driver. */
final class TallyAccumulator extends AccumulatorV2<StepTally, StepTally> {

  private static final long serialVersionUID = 1L;

  private StepTally sum = StepTally.NONE;

  @Override
  public synchronized boolean isZero() {
    return sum.isNone();
  }

  @Override
  public AccumulatorV2<StepTally, StepTally> copy() {
    TallyAccumulator copy = new TallyAccumulator();
    copy.sum = value();
    return copy;
  }

  @Override
  public synchronized void reset() {
    sum = StepTally.NONE;
  }

  @Override
  public synchronized void add(StepTally tally) {
    sum = sum.plus(tally);
  }

  @Override
  public void merge(AccumulatorV2<StepTally, StepTally> other) {
    add(other.value());
  }

  @Override
  public synchronized StepTally value() {
    return sum;
  }

  /** Returns the sum, and begins again. */
  synchronized StepTally take() {
    StepTally taken = sum;
    sum = StepTally.NONE;
    return taken;
  }
}
