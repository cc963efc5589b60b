package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.schedules.OneCycle.Shape;
import io.github.dl4jext.schedules.OneCycle.Style;
import io.github.dl4jext.schedules.WarmupStableDecay.DecayShape;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.nd4j.linalg.schedule.ISchedule;

/** Whatever the parameters are, at whatever step: between the rates given, exactly. */
class AnyStepTest {

  private static void assertBetween(double low, double high, ISchedule schedule, int step) {
    double value = schedule.valueAt(step, 0);
    assertThat(value >= low && value <= high)
        .as("%s at %s is %s, outside [%s, %s]", schedule, step, value, low, high)
        .isTrue();
  }

  @Property
  void decaysStayBetweenTheirRates(
      @ForAll @Scale(12) @DoubleRange(min = 1e-9, max = 1e9) double high,
      @ForAll @Scale(12) @DoubleRange(max = 1) double share,
      @ForAll @IntRange(min = 1) int length,
      @ForAll @Scale(12) @DoubleRange(min = 0.01, max = 20) double bend,
      @ForAll @IntRange int step) {
    double low = high * share;
    assertBetween(low, high, new Polynomial(high, low, length, bend), step);
    assertBetween(low, high, new Polynomial(low, high, length, bend), step);
    assertBetween(low, high, new Cosine(high, low, length), step);
    assertBetween(low, high, new Cosine(low, high, length), step);
    assertBetween(low, high, new Cosine(high, low, length, bend), step);
    assertBetween(low, high, new Cosine(low, high, length, bend), step);
    assertBetween(low, high, new Polynomial(high, low, length, bend, true), step);
    assertBetween(low, high, new CosineRestarts(high, low, length, 1 + bend), step);
    int warmup = (int) (share * (length - 1));
    assertBetween(low, high, new CosineRestarts(high, low, length, bend + 1, 0.9, warmup), step);
    for (DecayShape shape : DecayShape.values()) {
      ISchedule stable = new WarmupStableDecay(high, warmup, warmup, length, low, shape);
      assertBetween(step < warmup ? 0 : low, high, stable, step);
    }
    assertBetween(low, high, new Cyclic(low, high, length), step);
    assertBetween(low, high, new Cyclic(low, high, length, 1 - share / 2), step);
    Cyclic uneven = new Cyclic(low, high, length, 1 + warmup / 7, 0.9, 1 - share / 2);
    assertBetween(low, high, uneven, step);
    assertBetween(0.8, 0.9, uneven.momentum(), step);
    assertBetween(low, high, new Clamped(new Power(2 * high, length), low, high), step);
    assertBetween(0, high, new Power(high, length, bend), step);
    assertBetween(0, high, new Power(high, bend, share, bend, true), step);
    assertBetween(0, high, new Exponential(high, Math.max(1e-9, share), length), step);
    assertBetween(0, high, new InverseSqrt(high, length), step);
    assertBetween(0, high, new Warmup(new Cosine(high, length), length, share), step);
  }

  @Property
  void oneCycleStaysBetweenEndAndPeak(
      @ForAll @Scale(12) @DoubleRange(min = 1e-9, max = 1e9) double peak,
      @ForAll @IntRange(min = 1) int length,
      @ForAll Shape shape,
      @ForAll Style style,
      @ForAll @Scale(12) @DoubleRange(max = 1) double warmup,
      @ForAll @Scale(12) @DoubleRange(min = 1, max = 1e6) double initial,
      @ForAll @Scale(12) @DoubleRange(min = 1, max = 1e6) double last,
      @ForAll boolean three,
      @ForAll @IntRange int step) {
    double share = three ? warmup / 2 : warmup;
    OneCycle rate = new OneCycle(peak, length, shape, style, share, initial, last, three);
    assertBetween(peak / initial / last, peak, rate, step);
    assertBetween(peak / initial / last, peak, rate, (int) (share * length));
    assertThat(rate.valueAt(length, 0)).isEqualTo(peak / initial / last);
    assertBetween(0.85, 0.95, rate.momentum(), step);
    assertThat(rate.momentum().valueAt(length, 0)).isEqualTo(0.95);
  }
}
