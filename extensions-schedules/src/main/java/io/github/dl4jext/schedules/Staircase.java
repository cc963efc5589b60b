package io.github.dl4jext.schedules;

/** How many times a length fits into the steps so far. */
final class Staircase {

  private Staircase() {}

  /** The steps divided by the length, rounded down if it is a staircase. */
  static double times(int step, double length, boolean staircase) {
    double times = step / length;
    return staircase ? Math.floor(times) : times;
  }
}
