package io.github.dl4jext.schedules;

/** Interpolates between two values, counting from the nearer end, so that both are met exactly. */
final class Interpolation {

  private Interpolation() {}

  /** In a straight line. */
  static double linear(double from, double to, double share) {
    return linear(from, to, share, 1 - share);
  }

  /** In a straight line, where the remaining share is given too, without a loss of digits. */
  static double linear(double from, double to, double share, double left) {
    return share < 0.5 ? from + share * (to - from) : to - left * (to - from);
  }

  /** Along half a cosine wave, flat at both ends. */
  static double cosine(double from, double to, double share) {
    return share < 0.5 ? from + climb(share) * (to - from) : to - climb(1 - share) * (to - from);
  }

  /** Along half a cosine wave, whose remaining part is raised to a power. */
  static double cosine(double from, double to, double share, double exponent) {
    if (exponent == 1) {
      return cosine(from, to, share);
    }
    if (share < 0.5) {
      double gone = -Math.expm1(exponent * Math.log1p(-climb(share)));
      return linear(from, to, gone);
    }
    double left = Math.pow(climb(1 - share), exponent);
    return linear(from, to, 1 - left, left);
  }

  /** (1 - cos(pi x)) / 2, without the loss of digits near 0. */
  private static double climb(double x) {
    double sin = Math.sin(Math.PI / 2 * x);
    return sin * sin;
  }
}
