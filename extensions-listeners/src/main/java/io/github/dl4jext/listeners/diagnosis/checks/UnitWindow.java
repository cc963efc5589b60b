package io.github.dl4jext.listeners.diagnosis.checks;

import java.util.Arrays;

/**
 * Remembers the lowest and the highest value of each unit. It begins again after so many rows that
 * an event in one of a hundred is seen with a probability of 0.99.
 */
final class UnitWindow {

  /** The smallest n with 0.99^n below 0.01. */
  static final int ENOUGH = 459;

  private final double[] least;
  private final double[] largest;
  private int rows;

  private UnitWindow(double[] least, double[] largest, int rows) {
    this.least = least;
    this.largest = largest;
    this.rows = rows;
  }

  static UnitWindow of(int units) {
    return new UnitWindow(new double[units], new double[units], 0);
  }

  UnitWindow copy() {
    return new UnitWindow(least.clone(), largest.clone(), rows);
  }

  int units() {
    return least.length;
  }

  void add(UnitValues values) {
    if (rows >= ENOUGH) {
      rows = 0;
    }
    if (rows == 0) {
      Arrays.fill(least, Double.POSITIVE_INFINITY);
      Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    }
    rows += values.rows();
    values.forEach(
        (unit, row, value) -> {
          least[unit] = Math.min(least[unit], value);
          largest[unit] = Math.max(largest[unit], value);
        });
  }

  int rows() {
    return rows;
  }

  boolean isEnough() {
    return rows >= ENOUGH;
  }

  /** Returns the value of a unit if it was the same in every row; otherwise NaN. */
  double constantOf(int unit) {
    return least[unit] == largest[unit] ? least[unit] : Double.NaN;
  }
}
