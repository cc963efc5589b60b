package io.github.dl4jext.spark;

import java.io.Serializable;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reports the results of the executors' steps.
 *
 * @param steps how many steps all have done
 * @param lossSum the sum of their losses
 * @param iterations how many steps the network that has done most has done in all
 * @param failure the first thing that a listener has thrown, or null
 * @param networks where executors keep their networks, what these have become, by executor
 */
record StepTally(
    long steps,
    double lossSum,
    int iterations,
    @Nullable RuntimeException failure,
    HashMap<String, Learnt> networks)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  static final StepTally NONE = new StepTally(0, 0, 0, null);

  /**
   * A network of an executor.
   *
   * @param steps how many steps it has done
   * @param parameters a copy of its parameters
   * @param state a copy of what its updater remembers, or null if that is nothing
   */
  record Learnt(int steps, INDArray parameters, @Nullable INDArray state) implements Serializable {

    private static final long serialVersionUID = 1L;

    private static Learnt later(Learnt one, Learnt other) {
      return other.steps > one.steps ? other : one;
    }
  }

  private StepTally(
      long steps, double lossSum, int iterations, @Nullable RuntimeException failure) {
    this(steps, lossSum, iterations, failure, new HashMap<>());
  }

  static StepTally ofStep(double loss, int iteration) {
    return new StepTally(1, loss, iteration + 1, null);
  }

  static StepTally ofFailure(RuntimeException thrown) {
    return new StepTally(0, 0, 0, thrown);
  }

  StepTally with(String executor, Learnt network) {
    HashMap<String, Learnt> one = new HashMap<>();
    one.put(executor, network);
    return plus(new StepTally(0, 0, 0, null, one));
  }

  StepTally plus(StepTally other) {
    HashMap<String, Learnt> all = new HashMap<>(networks);
    other.networks.forEach((executor, network) -> all.merge(executor, network, Learnt::later));
    return new StepTally(
        steps + other.steps,
        lossSum + other.lossSum,
        Math.max(iterations, other.iterations),
        failure == null ? other.failure : failure,
        all);
  }

  boolean isNone() {
    return steps == 0 && failure == null && networks.isEmpty();
  }

  double meanLoss() {
    return lossSum / steps;
  }
}
