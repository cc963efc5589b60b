package io.github.dl4jext.spark;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the steps of executors came to.
 *
 * @param steps how many steps all have done
 * @param lossSum the sum of their losses
 * @param iterations how many steps the network that has done most has done in all
 * @param failure the first thing that a listener has thrown, or null
 */
record StepTally(long steps, double lossSum, int iterations, @Nullable RuntimeException failure)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  static final StepTally NONE = new StepTally(0, 0, 0, null);

  static StepTally ofStep(double loss, int iteration) {
    return new StepTally(1, loss, iteration + 1, null);
  }

  static StepTally ofFailure(RuntimeException thrown) {
    return new StepTally(0, 0, 0, thrown);
  }

  StepTally plus(StepTally other) {
    return new StepTally(
        steps + other.steps,
        lossSum + other.lossSum,
        Math.max(iterations, other.iterations),
        failure == null ? other.failure : failure);
  }

  double meanLoss() {
    return lossSum / steps;
  }
}
