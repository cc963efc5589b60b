package io.github.dl4jext.schedules;

import io.github.dl4jext.spi.Checks;

/** The phases of {@link OneCycle}, which its momentum shares. */
final class OneCyclePhases {

  /** Makes 0.45 times 4300 count as 1935 even if rounding puts it slightly below. */
  private static final double ROUNDING = 1e-9;

  private OneCyclePhases() {}

  static Checks check(
      Checks checks,
      int totalSteps,
      OneCycle.Shape shape,
      OneCycle.Style style,
      double warmupFraction,
      boolean threePhase) {
    return checks
        .check(OneCycle.TOTAL_STEPS, totalSteps)
        .check(OneCycle.SHAPE, shape)
        .check(OneCycle.STYLE, style)
        .check(OneCycle.WARMUP_FRACTION, warmupFraction)
        .that(
            !(threePhase && warmupFraction > 0.5),
            "warmupFraction",
            "at most 0.5 with three phases, as the second is as long as the first",
            warmupFraction);
  }

  /**
   * The value at a step: the first phase goes from start to peak, the others from there to the end.
   */
  static double valueAt(
      int step,
      int totalSteps,
      OneCycle.Shape shape,
      OneCycle.Style style,
      double warmupFraction,
      boolean threePhase,
      double start,
      double peak,
      double end) {
    boolean wholeSteps = style == OneCycle.Style.GERON;
    double warmup = warmupFraction * totalSteps;
    double top = wholeSteps ? Math.floor(warmup + ROUNDING) : warmup - 1;
    double last = wholeSteps ? totalSteps : totalSteps - 1.0;
    if (step >= last) {
      return end;
    }
    if (step <= top) {
      return between(shape, start, peak, share(step, 0, top));
    }
    if (!threePhase) {
      return between(shape, peak, end, share(step, top, last));
    }
    return step <= 2 * top
        ? between(shape, peak, start, share(step, top, 2 * top))
        : between(shape, start, end, share(step, 2 * top, last));
  }

  private static double share(int step, double from, double to) {
    return from < to ? (step - from) / (to - from) : 1;
  }

  private static double between(OneCycle.Shape shape, double from, double to, double share) {
    if (shape == OneCycle.Shape.COSINE) {
      return Interpolation.cosine(from, to, share);
    }
    return Interpolation.linear(from, to, share);
  }
}
