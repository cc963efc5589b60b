package io.github.dl4jext.schedules;

/** The way from one value to another along half a cosine wave, flat at both ends. */
final class CosineInterpolation {

  private CosineInterpolation() {}

  /** The value at a share of the way; counted from the nearer end, so that both are met exactly. */
  static double between(double from, double to, double share) {
    return share < 0.5 ? from + climb(share) * (to - from) : to - climb(1 - share) * (to - from);
  }

  /** (1 - cos(pi x)) / 2, without the loss of digits near 0. */
  private static double climb(double x) {
    double sin = Math.sin(Math.PI / 2 * x);
    return sin * sin;
  }
}
