package io.github.dl4jext.plots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.w3c.dom.Element;

/** Properties of every chart, for any numbers at all. */
class AnyNumbersTest {

  private static final double WIDTH = 480;
  private static final double HEIGHT = 320;

  @Property(tries = 300)
  void everythingIsWithinThePicture(
      @ForAll("numbers") double[] x,
      @ForAll("numbers") double[] y,
      @ForAll boolean logX,
      @ForAll boolean logY) {
    Svg svg = Svg.of(chart(x, y, logX, logY).toSvg((int) WIDTH, (int) HEIGHT));
    for (Element path : svg.all("path")) {
      double[] at = Svg.numbers(path.getAttribute("d"));
      for (int i = 0; i < at.length; i++) {
        assertThat(at[i]).isBetween(0.0, i % 2 == 0 ? WIDTH : HEIGHT);
      }
    }
    for (Element dot : svg.all("circle")) {
      assertThat(Double.parseDouble(dot.getAttribute("cx"))).isBetween(0.0, WIDTH);
      assertThat(Double.parseDouble(dot.getAttribute("cy"))).isBetween(0.0, HEIGHT);
    }
  }

  @Property(tries = 300)
  void textIsAtMostTwentyByEighty(
      @ForAll("numbers") double[] x,
      @ForAll("numbers") double[] y,
      @ForAll boolean logX,
      @ForAll boolean logY) {
    List<String> rows = chart(x, y, logX, logY).toText().lines().toList();
    assertThat(rows).hasSizeLessThanOrEqualTo(20);
    assertThat(rows).allSatisfy(row -> assertThat(row).hasSizeLessThanOrEqualTo(80));
  }

  @Property(tries = 300)
  void ticksRiseAndTellOneFromTheOther(@ForAll("numbers") double[] y, @ForAll boolean log) {
    Axis axis = Axis.wide(Arrays.stream(y), log);
    List<Double> ticks = axis.ticks();
    assertThat(ticks).isSorted().doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(25);
    boolean ofAKind = axis.high() / 2 - axis.low() / 2 > 1e-4 * Math.abs(axis.high() / 2);
    if (ofAKind) {
      assertThat(ticks).hasSizeGreaterThanOrEqualTo(2);
      assertThat(ticks.stream().map(axis::label)).doesNotHaveDuplicates();
    }
  }

  private static LineChart chart(double[] x, double[] y, boolean logX, boolean logY) {
    int length = Math.min(x.length, y.length);
    LineChart.Builder chart =
        LineChart.titled("any")
            .xLabel("x")
            .yLabel("y")
            .line("a name", Arrays.copyOf(x, length), Arrays.copyOf(y, length));
    if (logX) {
      chart.logX();
    }
    if (logY) {
      chart.logY();
    }
    return chart.build();
  }

  /** Numbers far apart and close together, and those that are none. */
  @Provide
  Arbitrary<double[]> numbers() {
    Arbitrary<Double> scale = Arbitraries.integers().between(-320, 308).map(i -> Math.pow(10, i));
    Arbitrary<Double> any =
        Arbitraries.oneOf(
            Arbitraries.doubles().between(-1, 1),
            scale,
            scale.map(s -> -s),
            Arbitraries.doubles().between(1, 1 + 1e-12).ofScale(15),
            Arbitraries.of(
                0.0,
                -0.0,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                Double.MAX_VALUE,
                -Double.MAX_VALUE,
                Double.MIN_VALUE));
    return any.array(double[].class).ofMinSize(0).ofMaxSize(6);
  }
}
