package io.github.dl4jext.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.schedule.ISchedule;

class ParameterTest {

  private final Plugins plugins = Plugins.installed();

  @Test
  void statesNameRuleDefaultAndDoc() {
    Parameter<Double> alpha =
        Parameter.number("alpha").in("(0, inf)").orElse(1.5).doc("slope of the tail");
    assertThat(alpha.name()).isEqualTo("alpha");
    assertThat(alpha.rule()).isEqualTo("a number in (0, inf)");
    assertThat(alpha.defaultValue()).contains(1.5);
    assertThat(alpha.doc()).isEqualTo("slope of the tail");
    assertThat(alpha).hasToString("alpha: a number in (0, inf), default 1.5");
  }

  @Test
  void boundsAreOpenOrClosed() {
    Parameter<Double> share = Parameter.number("share").in("[0, 1)");
    assertThat(share.accepts(0.0)).isTrue();
    assertThat(share.accepts(Math.nextDown(1.0))).isTrue();
    assertThat(share.accepts(1.0)).isFalse();
    assertThat(share.accepts(-Double.MIN_VALUE)).isFalse();
    assertThat(share.accepts(Double.NaN)).isFalse();
    assertThat(share.accepts(null)).isFalse();
    assertThat(Parameter.number("any").accepts(Double.POSITIVE_INFINITY)).isFalse();
  }

  @Test
  void wholeNumbersMayBeWrittenInManyWays() {
    Parameter<Integer> steps = Parameter.integer("steps").in("[1, inf)");
    for (Object given : new Object[] {100, 100L, 100.0, 100f, "100", " 100.0", "1e2"}) {
      assertThat(steps.read(given, plugins)).as("%s", given).contains(100);
    }
    for (Object given : new Object[] {100.5, "100.5", 3e10, "many", true, 0, Double.NaN}) {
      assertThat(steps.read(given, plugins)).as("%s", given).isEmpty();
    }
  }

  @Test
  void choicesMayBeAList() {
    Parameter<List<Shape.Fill>> fills = Parameter.choices("fills", Shape.Fill.class);
    assertThat(fills.read(List.of("dotted", Shape.Fill.NONE), plugins))
        .contains(List.of(Shape.Fill.DOTTED, Shape.Fill.NONE));
    assertThat(fills.read(List.of("dotted", "blue"), plugins)).isEmpty();
    assertThat(fills.read(List.of(), plugins)).isEmpty();
    assertThat(fills.read("dotted", plugins)).isEmpty();
    assertThat(fills.isStored(List.of("DOTTED")) && !fills.isStored(List.of("dotted"))).isTrue();
    assertThat(fills.rule()).contains("one of none, dotted");
  }

  @Test
  void whatMayBeLeftOutIsEmptyThen() {
    Parameter<Optional<Double>> share =
        Parameter.number("share").in("[0, 1]").doc("as the style says").optional();
    assertThat(share.defaultValue()).contains(Optional.empty());
    assertThat(share).hasToString("share: a number in [0, 1], optional");
    assertThat(share.doc()).isEqualTo("as the style says");
    assertThat(share.read("0.25", plugins)).contains(Optional.of(0.25));
    assertThat(share.read(Optional.of(0.25), plugins)).contains(Optional.of(0.25));
    assertThat(share.read(Optional.empty(), plugins)).contains(Optional.empty());
    assertThat(share.read(1.5, plugins)).isEmpty();
    assertThat(share.read(Optional.of(1.5), plugins)).isEmpty();
    assertThat(share.accepts(Optional.of(Double.NaN))).isFalse();
    assertThat(share.read(null, plugins)).isEmpty();
  }

  @Test
  void saysWhatHoldsOtherwise() {
    assertThat(Parameter.number("x").otherwise()).isEqualTo("required");
    assertThat(Parameter.number("x").optional().otherwise()).isEqualTo("optional");
    assertThat(Parameter.number("x").orElse(2.0).otherwise()).isEqualTo("default 2.0");
    assertThat(Parameter.choice("x", Shape.Fill.class).orElse(Shape.Fill.DOTTED).otherwise())
        .isEqualTo("default dotted");
  }

  @Test
  void listsMayBeArrays() {
    Parameter<List<Double>> rates = Parameter.numbers("rates").in("(0, inf)");
    assertThat(rates.read(new double[] {1, 2}, plugins)).contains(List.of(1.0, 2.0));
    assertThat(rates.read(List.of(1, "2.5"), plugins)).contains(List.of(1.0, 2.5));
    assertThat(rates.read(new int[] {1}, plugins)).contains(List.of(1.0));
    assertThat(rates.read(new float[] {0.5f}, plugins)).contains(List.of(0.5));
    assertThat(rates.read(new Object[] {1L, "2"}, plugins)).contains(List.of(1.0, 2.0));
    assertThat(rates.read(null, plugins)).isEmpty();
    assertThat(rates.accepts(Arrays.asList(1.0, null))).isFalse();
    assertThat(rates.read(7, plugins)).isEmpty();
    assertThat(rates.read(List.of(1, -1), plugins)).isEmpty();
    assertThat(rates.read(List.of(), plugins)).isEmpty();
    assertThat(Parameter.integers("steps").read(List.of(3, 4.0), plugins)).contains(List.of(3, 4));
  }

  @Test
  void flagsAndTextAreConverted() {
    Parameter<Boolean> flag = Parameter.flag("flag");
    assertThat(flag.read("TRUE", plugins)).contains(true);
    assertThat(flag.read(false, plugins)).contains(false);
    assertThat(flag.read("yes", plugins)).isEmpty();
    assertThat(flag.read(null, plugins)).isEqualTo(Optional.empty());
    assertThat(Parameter.text("t").read(3, plugins)).contains("3");
    assertThat(Parameter.text("t").read(Path.of("a", "b"), plugins)).contains("a/b");
    assertThat(Parameter.text("t").read(new Object(), plugins)).isEmpty();
  }

  @Test
  void badArraysAreShownByTheirElements() {
    assertThat(Shown.value(new float[] {0.5f, -1})).isEqualTo("[0.5, -1.0]");
    assertThat(Shown.value(new Object[] {1, "a", null})).isEqualTo("[1, \"a\", null]");
  }

  @Test
  void rulesNameTheKindWithItsArticle() {
    assertThat(Parameter.plugin("after", ISchedule.class).rule()).startsWith("an ISchedule or");
    assertThat(Parameter.plugin("on", Regularization.class).rule())
        .startsWith("a Regularization or");
  }

  @Test
  void refusesADefaultOutOfRangeAndAMalformedRange() {
    assertThatThrownBy(() -> Parameter.number("alpha").in("(0, 1)").orElse(1.0))
        .hasMessage("the default of alpha must be a number in (0, 1), was 1.0");
    assertThatThrownBy(() -> Parameter.number("alpha").orElse(1.0).in("(0, 1)"))
        .hasMessage("the default of alpha must be a number in (0, 1), was 1.0");
    for (String malformed : List.of("0..1", "(zero, 1)", "(0; 1)", "")) {
      assertThatThrownBy(() -> Parameter.number("alpha").in(malformed))
          .as(malformed)
          .hasMessageContaining("an interval must look like (0, inf)");
    }
    for (String reversed : List.of("(1, 0)", "[NaN, 1]")) {
      assertThatThrownBy(() -> Parameter.number("alpha").in(reversed))
          .as(reversed)
          .hasMessage("an interval must go from low to high, was \"" + reversed + "\"");
    }
  }

  @Test
  void checksReportEverythingAtOnce() {
    Parameter<Double> low = Parameter.number("low").in("(0, inf)");
    assertThatThrownBy(
            () ->
                Checks.of("band")
                    .check(low, Double.NaN)
                    .that(false, "high", "at least low", 3)
                    .done())
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage(
            String.format(
                "band: low must be a number in (0, inf), was NaN%n"
                    + "band: high must be at least low, was 3"));
    Checks.of("band").check(low, 1.0).done();
  }
}
