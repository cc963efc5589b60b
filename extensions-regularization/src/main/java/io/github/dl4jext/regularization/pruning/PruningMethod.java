package io.github.dl4jext.regularization.pruning;

import java.util.Arrays;

/**
 * Chooses which weights matter least. Either single weights of the smallest absolute value are
 * pruned, or whole units with the smallest norm of incoming weights.
 *
 * <p>Names are those of {@code torch.nn.utils.prune}.
 */
public enum PruningMethod {
  /** Prunes in each layer the weights of the smallest absolute value. */
  L1_UNSTRUCTURED(0),
  /** Prunes in all layers together the weights of the smallest absolute value. */
  GLOBAL_L1_UNSTRUCTURED(0),
  /**
   * Prunes in each layer the units or filters with the smallest sum of absolute incoming weights.
   */
  L1_STRUCTURED(1),
  /**
   * Prunes in each layer the units or filters with the smallest Euclidean norm of incoming weights.
   */
  L2_STRUCTURED(2);

  private final int norm;

  PruningMethod(int norm) {
    this.norm = norm;
  }

  boolean prunesUnits() {
    return norm > 0;
  }

  boolean isGlobal() {
    return this == GLOBAL_L1_UNSTRUCTURED;
  }

  /** Returns the norm of each unit; {@code unitOf} has the number of each weight's unit. */
  double[] norms(double[] weights, int[] unitOf, int units) {
    double[] sums = new double[units];
    for (int i = 0; i < weights.length; i++) {
      sums[unitOf[i]] += norm == 1 ? Math.abs(weights[i]) : weights[i] * weights[i];
    }
    return norm == 1 ? sums : Arrays.stream(sums).map(Math::sqrt).toArray();
  }

  /**
   * Marks the smallest numbers. Among equal ones the first count as smaller; NaN is larger than
   * all.
   */
  static boolean[] smallest(double[] numbers, int count) {
    boolean[] chosen = new boolean[numbers.length];
    if (count == 0) {
      return chosen;
    }
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    double limit = sorted[count - 1];
    int left = count;
    for (int i = 0; i < numbers.length; i++) {
      chosen[i] = Double.compare(numbers[i], limit) < 0;
      left -= chosen[i] ? 1 : 0;
    }
    for (int i = 0; left > 0; i++) {
      if (Double.compare(numbers[i], limit) == 0) {
        chosen[i] = true;
        left--;
      }
    }
    return chosen;
  }
}
