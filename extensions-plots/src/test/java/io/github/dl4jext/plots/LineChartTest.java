package io.github.dl4jext.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.InvalidArgumentException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class LineChartTest {

  private static final double[] EPOCHS = {1, 2, 3};

  private static LineChart accuracy() {
    return LineChart.titled("Validation accuracy")
        .xLabel("epoch")
        .yLabel("accuracy")
        .line("Adam", EPOCHS, new double[] {0.71, 0.8, 0.84})
        .line("SGD", EPOCHS, new double[] {0.52, 0.66, 0.7})
        .marker("best", 3)
        .build();
  }

  @Test
  void saysWhatItShows() {
    Svg svg = Svg.of(accuracy().toSvg());
    assertThat(svg.texts())
        .contains("Validation accuracy", "epoch", "accuracy", "Adam", "SGD", "best")
        .as("ticks of x are whole")
        .containsSubsequence("1", "2", "3");
    assertThat(svg.all("title").get(0).getTextContent())
        .isEqualTo("Validation accuracy: Adam, SGD");
    assertThat(svg.lines()).extracting(Element::getTextContent).containsExactly("Adam", "SGD");
  }

  @Test
  void asCsvItIsAllPoints() {
    LineChart chart =
        LineChart.titled("")
            .line("a \"b\", c", 0.1, Double.NaN)
            .line("", new double[] {-1}, new double[] {1e-30})
            .marker("left out", 3)
            .build();
    assertThat(chart.toCsv())
        .isEqualTo(
            "line,x,y\r\n"
                + "\"a \"\"b\"\", c\",0.0,0.1\r\n"
                + "\"a \"\"b\"\", c\",1.0,NaN\r\n"
                + "\"\",-1.0,1.0E-30\r\n");
    assertThat(LineChart.titled("nothing").build().toCsv()).isEqualTo("line,x,y\r\n");
  }

  @Test
  void pointsAreWhereTheirNumbersSay() {
    Svg svg = Svg.of(LineChart.titled("").line("", 0, 10, 5, 10).build().toSvg(400, 300));
    double[] at = Svg.numbers(svg.lines().get(0).getAttribute("d"));
    double left = at[0];
    double right = at[6];
    assertThat(at[2]).isCloseTo(left + (right - left) / 3, within(0.1));
    assertThat(at[5]).as("half way up").isCloseTo((at[1] + at[3]) / 2, within(0.1));
    assertThat(at[3]).as("y goes up").isEqualTo(at[7]).isLessThan(at[1]);
  }

  @Test
  void isTheSameTextInEveryCountry() {
    Locale before = Locale.getDefault();
    String here = accuracy().toSvg();
    String text = accuracy().toText();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(accuracy().toSvg()).isEqualTo(here);
      assertThat(accuracy().toText()).isEqualTo(text);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void namesMayHoldAnything() {
    String name = "<b>&\"'\u0000\uD800\n</svg>";
    Svg svg =
        Svg.of(
            LineChart.titled(name)
                .xLabel(name)
                .yLabel(name)
                .line(name, 1, 2)
                .marker(name, 1)
                .build()
                .toSvg());
    assertThat(svg.all("b")).isEmpty();
    assertThat(svg.lines().get(0).getTextContent()).startsWith("<b>&\"'").endsWith("</svg>");
  }

  @Test
  void namesThatAreTooLongAreCutAndWholeWhereTheMouseIs() {
    String name = "of a name without end ".repeat(20);
    Svg svg = Svg.of(LineChart.titled(name).line(name, 1, 2).build().toSvg(300, 200));
    assertThat(svg.texts())
        .doesNotContain(name)
        .filteredOn(text -> text.endsWith("\u2026"))
        .hasSize(2)
        .allSatisfy(text -> assertThat(text).startsWith("of a name").hasSizeLessThan(45));
    assertThat(svg.lines().get(0).getTextContent()).isEqualTo(name);
  }

  @Test
  void linesOfOneNameShareAColourAndAnEntry() {
    Svg svg =
        Svg.of(
            LineChart.titled("three seeds")
                .line("Adam", 1, 2)
                .line("SGD", 1, 3)
                .line("Adam", 1, 4)
                .build()
                .toSvg());
    assertThat(svg.lines())
        .extracting(line -> line.getAttribute("class"))
        .containsExactly("line ink0", "line ink1", "line ink0");
    assertThat(svg.texts()).containsOnlyOnce("Adam", "SGD");
  }

  @Test
  void noTwoOfManyLinesLookTheSame() {
    LineChart.Builder chart = LineChart.titled("many");
    IntStream.range(0, 18).forEach(i -> chart.line("line " + i, i, i));
    Svg svg = Svg.of(chart.build().toSvg());
    assertThat(svg.lines())
        .hasSize(18)
        .extracting(line -> line.getAttribute("class") + line.getAttribute("stroke-dasharray"))
        .doesNotHaveDuplicates();
  }

  @Test
  void aLongLegendMakesThePictureHigherAndKeepsRoomForTheLines() {
    LineChart.Builder chart = LineChart.titled("many");
    IntStream.range(0, 100).forEach(i -> chart.line("line number " + i, 0, i));
    Svg svg = Svg.of(chart.build().toSvg(300, 200));
    double height = Double.parseDouble(svg.root().getAttribute("height"));
    assertThat(height).isGreaterThan(1000);
    double[] highest = Svg.numbers(svg.lines().get(99).getAttribute("d"));
    assertThat(highest[1] - highest[3]).isGreaterThan(90);
    assertThat(svg.all("text"))
        .filteredOn(text -> text.hasAttribute("y"))
        .allSatisfy(
            text -> assertThat(Double.parseDouble(text.getAttribute("y"))).isBetween(0.0, height));
  }

  @Test
  void whatIsNoNumberIsAGap() {
    double[] y = {1, 2, Double.NaN, 3, Double.POSITIVE_INFINITY, 4, 5, Double.NEGATIVE_INFINITY};
    Svg svg = Svg.of(LineChart.titled("").line("l", y).build().toSvg());
    assertThat(svg.lines().get(0).getAttribute("d").chars().filter(c -> c == 'M').count())
        .as("strokes")
        .isEqualTo(2);
    assertThat(svg.all("circle")).as("the point between two gaps").hasSize(1);

    double[] x = {Double.NaN, 1, 2};
    Svg gapInX =
        Svg.of(LineChart.titled("").line("l", x, new double[] {1e9, 2, 3}).build().toSvg());
    assertThat(gapInX.texts()).as("what is not drawn does not stretch").contains("2.0", "3.0");
  }

  @Test
  void zeroIsAGapOnALogarithmicAxis() {
    LineChart chart =
        LineChart.titled("")
            .logX()
            .logY()
            .line("l", new double[] {0, 1e-3, 1e-2, 1e-1}, new double[] {5, 10, 0, 1000})
            .line("m", new double[] {-1, 1e-2}, new double[] {5, 100})
            .marker("nowhere", 0)
            .build();
    Svg svg = Svg.of(chart.toSvg());
    assertThat(svg.all("circle")).hasSize(3);
    assertThat(svg.texts()).contains("0.001", "0.01", "0.1", "10", "100", "1000");
    assertThat(svg.texts()).doesNotContain("nowhere");
    double middle = Double.parseDouble(svg.all("circle").get(2).getAttribute("cy"));
    double low = Double.parseDouble(svg.all("circle").get(0).getAttribute("cy"));
    double high = Double.parseDouble(svg.all("circle").get(1).getAttribute("cy"));
    assertThat(middle).isCloseTo((low + high) / 2, within(0.1));
  }

  @Test
  void aLogarithmicAxisOfTwoDecadesIsLabelledInBetween() {
    Svg svg = Svg.of(LineChart.titled("").logY().line("l", 3, 60).build().toSvg());
    assertThat(svg.texts()).containsSubsequence("5", "10", "20", "50");
  }

  @Test
  void withoutAnyPointItSaysSo() {
    for (LineChart chart :
        List.of(
            LineChart.titled("").build(),
            LineChart.titled("t").line("none").build(),
            LineChart.titled("t").line("gaps", Double.NaN, Double.NaN).build(),
            LineChart.titled("t").logY().line("zeros", 0, 0).build())) {
      assertThat(Svg.of(chart.toSvg()).texts()).contains("nothing to show");
      assertThat(chart.toText()).contains("nothing to show");
    }
  }

  @Test
  void aMillionPointsKeepTheirPeakInFewBytes() {
    double[] y = new double[1_000_000];
    Arrays.setAll(y, i -> i % 7);
    y[654_321] = 1000;
    String svg = LineChart.titled("").line("l", y).build().toSvg();
    double[] at = Svg.numbers(Svg.of(svg).lines().get(0).getAttribute("d"));
    double top = IntStream.range(0, at.length / 2).mapToDouble(i -> at[2 * i + 1]).min().orElse(0);
    double bottom =
        IntStream.range(0, at.length / 2).mapToDouble(i -> at[2 * i + 1]).max().orElse(0);
    assertThat(bottom - top).as("the peak").isGreaterThan(300);
    assertThat(svg.length()).isLessThan(60_000);
  }

  @Test
  void theChartIsNotChangedByItsArraysNorByItsBuilder() {
    double[] y = {1, 2};
    LineChart.Builder builder = LineChart.titled("t").line("l", y);
    LineChart chart = builder.build();
    String before = chart.toSvg();
    y[0] = 50;
    builder.line("m", 3).logY();
    assertThat(chart.toSvg()).isEqualTo(before);
  }

  @Test
  void argumentsAreChecked() {
    LineChart.Builder builder = LineChart.titled("t");
    assertThatThrownBy(() -> builder.line("l", EPOCHS, new double[2]))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage("line chart: y of \"l\" must be as many values as x has, 3, was 2");
    assertThatThrownBy(() -> builder.build().toSvg(199, 10_001))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("line chart: width must be 200 to 10000, was 199")
        .hasMessageContaining("line chart: height must be 150 to 10000, was 10001");
    assertThatThrownBy(() -> LineChart.titled(null)).hasMessage("the title must not be null");
    assertThatThrownBy(() -> builder.line(null, 1)).hasMessage("a line's name must not be null");
    assertThatThrownBy(() -> builder.line("l", null, EPOCHS)).hasMessage("x must not be null");
  }
}
