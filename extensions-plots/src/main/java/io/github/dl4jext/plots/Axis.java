package io.github.dl4jext.plots;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The labels along one side of a chart, and their positions. The arithmetic uses halves of the
 * numbers, because the distance from the lowest double to the highest is too large for a double.
 *
 * @param low the value at 0
 * @param high the value at 1, above low
 * @param logarithmic whether equal ratios are equally far apart
 * @param step the distance between labelled values; not used on a logarithmic axis of a decade or
 *     more
 */
record Axis(double low, double high, boolean logarithmic, double step) {

  private static final int TICKS = 6;

  /** Values closer together than this count as one: the quotient would have no exact digits. */
  private static final double TINY = 1e-300;

  /** The same limit for a logarithmic axis, in decades. */
  private static final double SAME = 1e-12;

  /** With at least this many decades, a logarithmic axis is labelled by powers of ten. */
  private static final double FEW_DECADES = 1;

  /** An axis from the lowest value to the highest; for x. */
  static Axis tight(DoubleStream values, boolean logarithmic) {
    return of(values, logarithmic, false);
  }

  /** An axis that is widened to the next labelled values, unless it is logarithmic; for y. */
  static Axis wide(DoubleStream values, boolean logarithmic) {
    return of(values, logarithmic, true);
  }

  private static Axis of(DoubleStream values, boolean logarithmic, boolean widen) {
    double[] range = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    boolean[] whole = {true};
    values
        .filter(Double::isFinite)
        .filter(value -> !logarithmic || value > 0)
        .forEach(
            value -> {
              range[0] = Math.min(range[0], value);
              range[1] = Math.max(range[1], value);
              whole[0] &= value == Math.rint(value);
            });
    if (range[0] > range[1]) {
      return logarithmic ? new Axis(1, 10, true, 1) : new Axis(0, 1, false, 0.2);
    }
    if (logarithmic) {
      return logarithmic(range[0], range[1]);
    }
    return linear(range[0], range[1], widen, whole[0] && !widen);
  }

  private static Axis logarithmic(double low, double high) {
    return Math.log10(high) - Math.log10(low) > SAME
        ? new Axis(low, high, true, stepOf(low, high))
        : new Axis(
            Math.max(low / 10, Double.MIN_VALUE), Math.min(high * 10, Double.MAX_VALUE), true, 1);
  }

  private static Axis linear(double low, double high, boolean widen, boolean whole) {
    if (high / 2 - low / 2 < TINY) {
      return aroundOne(low);
    }
    double step = whole ? Math.max(1, stepOf(low, high)) : stepOf(low, high);
    if (!widen) {
      return new Axis(low, high, false, step);
    }
    double below = Math.floor(low / step) * step;
    double above = Math.ceil(high / step) * step;
    return new Axis(
        Double.isFinite(below) ? Math.min(below, low) : low,
        Double.isFinite(above) ? Math.max(above, high) : high,
        false,
        step);
  }

  /** For a single value, which comes into the middle: from 0 to twice the value. */
  private static Axis aroundOne(double value) {
    double low = value > 0 ? 0 : Math.max(2 * value, -Double.MAX_VALUE);
    double high = value < 0 ? 0 : Math.min(2 * value, Double.MAX_VALUE);
    return Math.abs(value) < 10 * TINY
        ? new Axis(-1, 1, false, 0.5)
        : new Axis(low, high, false, stepOf(low, high));
  }

  /** 1, 2 or 5 times a power of ten, so that there are about six of them. */
  private static double stepOf(double low, double high) {
    double wanted = (high / 2 - low / 2) / TICKS * 2;
    double power = Math.pow(10, Math.floor(Math.log10(wanted)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= wanted * 0.999) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  /** From 0 for low to 1 for high; NaN for a value without a place. */
  double place(double value) {
    if (!Double.isFinite(value) || logarithmic && value <= 0) {
      return Double.NaN;
    }
    return logarithmic
        ? (Math.log10(value) - Math.log10(low)) / decades()
        : (value / 2 - low / 2) / (high / 2 - low / 2);
  }

  /** The value at a place. */
  double at(double place) {
    return logarithmic
        ? Math.pow(10, Math.log10(low) + place * decades())
        : low * (1 - place) + high * place;
  }

  private double decades() {
    return Math.log10(high) - Math.log10(low);
  }

  /** The values that are labelled, from low to high. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic && decades() >= FEW_DECADES) {
      int every = (int) Math.ceil(decades() / 8);
      boolean fine = decades() < 2.5;
      double start = Math.log10(low) - 1e-9;
      int first = (int) (fine ? Math.floor(start) : Math.ceil(start));
      for (int power = first; power <= Math.log10(high) + 1e-9; power += every) {
        add(ticks, Math.pow(10, power));
        if (fine) {
          add(ticks, 2 * Math.pow(10, power));
          add(ticks, 5 * Math.pow(10, power));
        }
      }
    } else {
      double first = Math.ceil(low / step - 1e-6);
      for (int i = 0; i <= 2 * TICKS; i++) {
        add(ticks, (first + i) * step);
      }
    }
    return ticks;
  }

  private void add(List<Double> ticks, double value) {
    boolean isNext = ticks.isEmpty() || value > ticks.get(ticks.size() - 1);
    double place = place(value);
    if (isNext && place > -1e-6 && place < 1 + 1e-6) {
      ticks.add(value);
    }
  }

  /** Formats a labelled value, with the digits that distinguish it from its neighbours. */
  String label(double tick) {
    if (logarithmic && decades() >= FEW_DECADES) {
      return exact(tick);
    }
    int digits = (int) -Math.floor(Math.log10(step));
    boolean plain = digits <= 4 && Math.max(Math.abs(low), Math.abs(high)) < 1e6;
    BigDecimal rounded = BigDecimal.valueOf(tick).setScale(digits, RoundingMode.HALF_EVEN);
    return plain ? rounded.setScale(Math.max(0, digits)).toPlainString() : shown(rounded);
  }

  /** Formats any value, with at most six digits. */
  static String exact(double value) {
    return shown(BigDecimal.valueOf(value).round(new MathContext(6)));
  }

  private static String shown(BigDecimal number) {
    if (number.signum() == 0) {
      return "0";
    }
    BigDecimal stripped = number.stripTrailingZeros();
    int power = stripped.precision() - stripped.scale() - 1;
    return power >= -4 && power < 6
        ? stripped.toPlainString()
        : stripped.movePointLeft(power).stripTrailingZeros().toPlainString() + "e" + power;
  }
}
