package io.github.dl4jext.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

class SpecTest {

  @Example
  void readsEveryKindOfValue() {
    Spec spec =
        Spec.parse(" name ( a = -1.5e-3 , list=[1,2, [x]], text=tanh, q='a, b)', on=true) ");
    assertThat(spec.name()).isEqualTo("name");
    assertThat(spec.arguments())
        .isEqualTo(
            Map.of(
                "a",
                new BigDecimal("-1.5e-3"),
                "list",
                List.of(new BigDecimal(1), new BigDecimal(2), List.of("x")),
                "text",
                "tanh",
                "q",
                "a, b)",
                "on",
                true));
  }

  @Example
  void readsNestedSpecs() {
    Spec spec = Spec.parse("warmup(after=cosine(initialRate=0.1, totalSteps=100), warmupSteps=10)");
    assertThat(spec.arguments().get("after"))
        .isEqualTo(
            new Spec(
                "cosine",
                Map.of("initialRate", new BigDecimal("0.1"), "totalSteps", new BigDecimal(100))));
  }

  @Example
  void readsANameAlone() {
    assertThat(Spec.parse("mish")).isEqualTo(new Spec("mish", Map.of()));
    assertThat(Spec.parse("mish( )")).isEqualTo(new Spec("mish", Map.of()));
    assertThat(Spec.parse("leaky-relu(empty=[])").arguments())
        .isEqualTo(Map.of("empty", List.of()));
  }

  @Example
  void pointsAtTheFault() {
    assertFault("", 0, "the name of a plugin");
    assertFault("1x", 0, "the name of a plugin");
    assertFault("swish(beta=1, 1.5)", 14, "the name of a parameter");
    assertFault("swish(=1)", 6, "the name of a parameter");
    assertFault("swish(1.5=1)", 9, "',' or ')'");
    assertFault("swish(beta)", 10, "'='");
    assertFault("swish(beta=)", 11, "a value");
    assertFault("swish(beta=1", 12, "',' or ')'");
    assertFault("swish(beta=1;5)", 11, null); // a word, refused later by the number it should be
    assertFault("swish(beta=1) x", 14, "the end of the spec");
    assertFault("a(b=[1,2)", 8, "',' or ']'");
    assertFault("a(b='x)", 7, "the closing '");
    assertFault("a(b=1, b=2)", 7, "each parameter once");
    assertFault("a(b=1,)", 6, "the name of a parameter");
    assertFault("a(b=2(c=1))", 4, "the name of a plugin");
  }

  private static void assertFault(String spec, int position, String expected) {
    if (expected == null) {
      assertThat(Spec.parse(spec).arguments()).hasSize(1);
      return;
    }
    assertThatThrownBy(() -> Spec.parse(spec))
        .as(spec)
        .isInstanceOfSatisfying(
            MalformedSpecException.class, e -> assertThat(e.position()).isEqualTo(position))
        .hasMessageContaining("position " + position + ": expected " + expected);
  }

  @Example
  void theFirstArgumentMayBeWithoutAName() {
    assertThat(Spec.parse("a(1, b=2)").arguments())
        .isEqualTo(Map.of(Spec.UNNAMED, new BigDecimal(1), "b", new BigDecimal(2)));
    assertThat(Spec.parse("a( [x] )").arguments()).isEqualTo(Map.of(Spec.UNNAMED, List.of("x")));
    assertThat(Spec.parse("a(c(1))").arguments())
        .isEqualTo(Map.of(Spec.UNNAMED, Spec.parse("c(1)")));
  }

  @Example
  void aLongSpecIsRefusedAndShownInPart() {
    String spec = "a(b=" + "1".repeat(99_000) + ";)";
    assertThat(Spec.parse(spec).arguments()).hasSize(1);
    assertThatThrownBy(() -> Spec.parse("a(b=[" + "1,".repeat(49_000) + ")"))
        .hasMessageContaining("malformed spec at position 98005: expected a value, found ')'")
        .hasMessageContaining("...1,1,")
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(300));
    assertThatThrownBy(() -> Spec.parse("a".repeat(100_001)))
        .hasMessageContaining("expected at most 100000 characters, not 100001");
  }

  @Example
  void showsTheSpecWithAMark() {
    assertThatThrownBy(() -> Spec.parse("swish(b=1, 1.5)"))
        .hasMessage(
            String.format(
                "malformed spec at position 11: expected the name of a parameter, found '1'%n"
                    + "  swish(b=1, 1.5)%n             ^"));
  }

  @Example
  void refusesBottomlessNesting() {
    assertThatThrownBy(() -> Spec.parse("a(b=".repeat(10_000)))
        .isInstanceOf(MalformedSpecException.class)
        .hasMessageContaining("levels of nesting");
    assertThatThrownBy(() -> Spec.parse("a(b=" + "[".repeat(100_000)))
        .isInstanceOf(MalformedSpecException.class);
  }

  @Property
  void anyTextIsReadOrRefusedWithAPositionInIt(
      @ForAll
          @StringLength(max = 30)
          @Chars({'(', ')', '[', ']', '=', ',', '\'', '"', ' ', '-', '.'})
          @CharRange(from = 'a', to = 'd')
          @CharRange(from = '0', to = '3')
          String text) {
    try {
      assertThat(Spec.parse(text).name()).isNotBlank();
    } catch (MalformedSpecException e) {
      assertThat(e.position()).isBetween(0, text.length());
    }
  }

  @Property
  void numbersKeepTheirValue(@ForAll double value) {
    assertThat(((Number) Spec.parse("a(b=" + value + ")").arguments().get("b")).doubleValue())
        .isEqualTo(value);
  }
}
