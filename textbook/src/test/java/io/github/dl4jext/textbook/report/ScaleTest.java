package io.github.dl4jext.textbook.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** The axis of a chart. */
class ScaleTest {

  private static List<String> labels(double... values) {
    Scale scale = Scale.of(DoubleStream.of(values));
    return scale.ticks(4).stream().map(tick -> scale.label(tick, 4)).toList();
  }

  @Test
  void ticksAreRoundAndAsExactAsTheirStep() {
    assertThat(labels(0.8615, 0.8752)).containsExactly("0.865", "0.870", "0.875");
    assertThat(labels(0, 10)).containsExactly("0", "5", "10");
    assertThat(labels(-2, 30)).containsExactly("0", "10", "20", "30");
    assertThat(labels(1e-8, 4e-8)).containsExactly("1.0E-8", "2.0E-8", "3.0E-8", "4.0E-8");
  }

  @Test
  void isLogarithmicFromAThousandfoldOn() {
    assertThat(labels(1, 1000)).containsExactly("1", "10", "100", "1000");
    assertThat(labels(1e-31, 1)).containsExactly("10⁻³⁰", "10⁻²⁰", "10⁻¹⁰", "1");
    assertThat(Scale.of(DoubleStream.of(1, 999)).logarithmic()).isFalse();
    assertThat(Scale.of(DoubleStream.of(0, 1000)).logarithmic()).isFalse();
  }

  @Test
  void placesValuesInTheirProportion() {
    Scale linear = Scale.of(DoubleStream.of(2, 6));
    assertThat(linear.place(4)).isCloseTo(0.5, within(1e-12));
    assertThat(linear.place(2)).isBetween(0.0, 0.1);
    Scale logarithmic = Scale.of(DoubleStream.of(1, 10_000));
    assertThat(logarithmic.place(100)).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void whatIsNoNumberHasNoPlaceAndNoInfluence() {
    Scale scale = Scale.of(DoubleStream.of(Double.NaN, 1, Double.POSITIVE_INFINITY, 1e6));
    assertThat(scale).isEqualTo(Scale.of(DoubleStream.of(1, 1e6)));
    assertThat(scale.shows(Double.NaN)).isFalse();
    assertThat(scale.shows(Double.POSITIVE_INFINITY)).isFalse();
    assertThat(scale.shows(0)).as("on a logarithmic axis").isFalse();
    assertThat(scale.shows(7)).isTrue();
  }

  @Test
  void aSingleValueStandsInTheMiddle() {
    for (double value : new double[] {0, -3, 0.5, 1e-20}) {
      Scale scale = Scale.of(DoubleStream.of(value));
      assertThat(scale.place(value)).as("%s", value).isCloseTo(0.5, within(1e-9));
      assertThat(scale.ticks(4)).as("%s", value).isNotEmpty();
    }
    assertThat(Scale.of(DoubleStream.empty()).ticks(4)).isNotEmpty();
  }
}
