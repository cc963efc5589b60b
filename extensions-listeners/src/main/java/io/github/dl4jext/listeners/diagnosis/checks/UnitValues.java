package io.github.dl4jext.listeners.diagnosis.checks;

import java.util.function.DoublePredicate;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds the values of the units of a layer for a minibatch: for each example, unit and position. A
 * position is a time step or a pixel. Time steps that a mask hides are left out.
 */
final class UnitValues {

  private final double[] values;
  private final int examples;
  private final int units;
  private final int positions;
  private final double @Nullable [] mask;

  private UnitValues(
      double[] values, int examples, int units, int positions, double @Nullable [] mask) {
    this.values = values;
    this.examples = examples;
    this.units = units;
    this.positions = positions;
    this.mask = mask;
  }

  /** Receives one value. */
  interface Visitor {
    void value(int unit, int row, double value);
  }

  /**
   * Reads an array.
   *
   * @param array the values
   * @param unitAxis the dimension of the units, at least 1
   * @param mask a number for each example, or for each example and position; masks of other shapes
   *     are ignored
   */
  static UnitValues of(INDArray array, int unitAxis, @Nullable INDArray mask) {
    INDArray ordered = array;
    if (unitAxis != 1) {
      int[] order = new int[array.rank()];
      for (int i = 0; i < order.length; i++) {
        order[i] = i == 1 ? unitAxis : i > 1 && i <= unitAxis ? i - 1 : i;
      }
      ordered = array.permute(order);
    }
    double[] values = ordered.dup('c').data().asDouble();
    int examples = (int) array.size(0);
    int units = array.rank() < 2 ? 1 : (int) array.size(unitAxis);
    int positions = examples * units == 0 ? 0 : values.length / examples / units;
    boolean fits =
        mask != null && (mask.length() == examples || mask.length() == (long) examples * positions);
    double[] seen = mask != null && fits ? mask.dup('c').data().asDouble() : null;
    return new UnitValues(values, examples, units, positions, seen);
  }

  int units() {
    return units;
  }

  /** Counts the examples, or examples and positions, that are not hidden. */
  int rows() {
    int rows = 0;
    for (int row = 0; row < examples * positions; row++) {
      rows += isSeen(row) ? 1 : 0;
    }
    return rows;
  }

  private boolean isSeen(int row) {
    return mask == null || mask[mask.length == examples ? row / positions : row] != 0;
  }

  void forEach(Visitor visitor) {
    for (int row = 0; row < examples * positions; row++) {
      if (isSeen(row)) {
        for (int unit = 0; unit < units; unit++) {
          visitor.value(unit, row, at(unit, row));
        }
      }
    }
  }

  private double at(int unit, int row) {
    return values[(row / positions * units + unit) * positions + row % positions];
  }

  /** Receives one value, and the value of another array at the same place. */
  interface Pairs {
    void values(double own, double other);
  }

  void beside(UnitValues other, Pairs pairs) {
    forEach((unit, row, value) -> pairs.values(value, other.at(unit, row)));
  }

  /** Sums the units row by row; hidden rows are NaN. */
  double[] sums() {
    double[] sums = new double[examples * positions];
    for (int row = 0; row < sums.length; row++) {
      sums[row] = isSeen(row) ? 0 : Double.NaN;
    }
    forEach((unit, row, value) -> sums[row] += value);
    return sums;
  }

  /** Returns the share of the values that meet a condition; 0 if there is no value. */
  double share(DoublePredicate condition) {
    long[] counts = new long[2];
    forEach((unit, row, value) -> counts[condition.test(value) ? 1 : 0]++);
    return counts[1] == 0 ? 0 : (double) counts[1] / (counts[0] + counts[1]);
  }

  /** The mean and the variance of all values, and the root mean square of those that are not 0. */
  record Moments(double mean, double variance, double scale) {}

  Moments moments() {
    double[] sums = new double[4];
    forEach(
        (unit, row, value) -> {
          sums[0]++;
          sums[1] += value;
          sums[2] += value * value;
          sums[3] += value == 0 ? 0 : 1;
        });
    double mean = sums[1] / sums[0];
    return new Moments(mean, sums[2] / sums[0] - mean * mean, Math.sqrt(sums[2] / sums[3]));
  }
}
