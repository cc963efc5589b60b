package io.github.dl4jext.layers;

/**
 * Computes, for each new position along an axis, the two old positions whose mean it is: {@code (1
 * - share) lower + share upper}. Places are centres: new place i lies at {@code (i + 1/2) old / new
 * - 1/2}.
 *
 * @param lower the first old place of each new one
 * @param upper the second
 * @param share how much of the second, in [0, 1)
 */
record AxisSampling(int[] lower, int[] upper, double[] share) {

  static AxisSampling of(int from, int to, PixelInterpolation interpolation) {
    int[] lower = new int[to];
    int[] upper = new int[to];
    double[] share = new double[to];
    double step = (double) from / to;
    for (int i = 0; i < to; i++) {
      if (interpolation == PixelInterpolation.NEAREST) {
        // exact in whole numbers: (2 i + 1) from / (2 to)
        lower[i] = (int) Math.min((2L * i + 1) * from / (2L * to), from - 1);
        upper[i] = lower[i];
      } else {
        double at = Math.max((i + 0.5) * step - 0.5, 0);
        lower[i] = Math.min((int) at, from - 1);
        upper[i] = Math.min(lower[i] + 1, from - 1);
        share[i] = at - lower[i];
      }
    }
    return new AxisSampling(lower, upper, share);
  }
}
