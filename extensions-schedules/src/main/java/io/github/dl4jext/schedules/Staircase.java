package io.github.dl4jext.schedules;

/** How many times a length fits into the steps so far. */
final class Staircase {

  private Staircase() {}

  /** Steps by length, whole ones alone if it is a staircase. */
  static double times(int step, double length, boolean staircase) {
    double times = step / length;
    return staircase ? Math.floor(times) : times;
  }
}
