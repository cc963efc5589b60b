package io.github.dl4jext.listeners.diagnosis.checks;

import java.util.Arrays;

/**
 * Remembers the least and the largest value of each unit, over so many rows that what happens in
 * one of a hundred is seen with a probability of 0.99; then it begins again.
 */
final class UnitWindow {

  /** The least n with 0.99^n below 0.01. */
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

  /** The value that a unit has had in every row; NaN if it has had several. */
  double constantOf(int unit) {
    return least[unit] == largest[unit] ? least[unit] : Double.NaN;
  }
}
