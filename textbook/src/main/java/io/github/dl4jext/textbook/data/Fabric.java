package io.github.dl4jext.textbook.data;

/** A paint: its brightness, from 0 (black) to 1, at a point of the sheet (-1 to 1). */
@FunctionalInterface
interface Fabric {
  double brightness(double x, double y);

  static Fabric plain(double tone) {
    return (x, y) -> tone;
  }
}
