package io.github.dl4jext.textbook.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The axis of a chart: places values from 0 to 1, with a few round ticks. It is logarithmic where
 * all values are above 0 and the largest is a thousand times the smallest or more.
 *
 * @param low the value (or its logarithm to the base 10) at 0
 * @param high the value (or its logarithm to the base 10) at 1
 */
record Scale(double low, double high, boolean logarithmic) {

  private static final double LOGARITHMIC_FROM = 1e3;
  private static final double MARGIN = 0.05;

  /** Beyond these powers of ten, ticks are written as powers. */
  private static final int PLAIN = 3;

  /** The scale that spans the finite ones among some values, with a margin. */
  static Scale of(DoubleStream values) {
    double[] finite = values.filter(Double::isFinite).toArray();
    double least = DoubleStream.of(finite).min().orElse(0);
    double most = DoubleStream.of(finite).max().orElse(1);
    boolean logarithmic = least > 0 && most >= LOGARITHMIC_FROM * least;
    double low = logarithmic ? Math.log10(least) : least;
    double high = logarithmic ? Math.log10(most) : most;
    double margin = high > low ? MARGIN * (high - low) : low == 0 ? 1 : MARGIN * Math.abs(low);
    return new Scale(low - margin, high + margin, logarithmic);
  }

  /** Whether the axis can show the value. */
  boolean shows(double value) {
    return Double.isFinite(value) && (!logarithmic || value > 0);
  }

  /** The position of a value, from 0 to 1 for the values that the scale spans. */
  double place(double value) {
    double at = logarithmic ? Math.log10(value) : value;
    return (at - low) / (high - low);
  }

  /** Round values for the ticks of the axis, about as many as asked for. */
  List<Double> ticks(int about) {
    double step = step(about);
    int first = (int) Math.ceil(low / step);
    int last = (int) Math.floor(high / step);
    return IntStream.rangeClosed(first, last)
        .mapToObj(i -> logarithmic ? Math.pow(10, i * step) : i * step)
        .toList();
  }

  private double step(int about) {
    double step = round((high - low) / about);
    return logarithmic ? Math.max(1, step) : step;
  }

  /** Rounds up to the next of 1, 2, 5, 10, 20 and so on. */
  private static double round(double step) {
    double power = Math.pow(10, Math.floor(Math.log10(step)));
    double digit = step / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }

  /** The label of a tick, with as many decimals as about that many ticks need. */
  String label(double tick, int about) {
    if (logarithmic) {
      int power = (int) Math.round(Math.log10(tick));
      return Math.abs(power) <= PLAIN
          ? BigDecimal.valueOf(tick).stripTrailingZeros().toPlainString()
          : "10" + superscript(power);
    }
    int decimals = Math.max(0, (int) -Math.floor(Math.log10(step(about)) + 1e-9));
    return tick != 0 && (Math.abs(tick) >= 1e6 || decimals > 6)
        ? NumberText.rounded(tick, 2)
        : BigDecimal.valueOf(tick).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String superscript(int number) {
    return Integer.toString(number)
        .chars()
        .mapToObj(c -> c == '-' ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹".substring(c - '0', c - '0' + 1))
        .reduce("", String::concat);
  }
}
