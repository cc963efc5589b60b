package io.github.dl4jext.schedules.finder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Against what a Python script has worked out from the description of fastai's rules. */
class RateSuggestionTest {

  private static List<JsonNode> golden() {
    List<JsonNode> cases = new ArrayList<>();
    try (InputStream in =
        RateSuggestionTest.class.getResourceAsStream("/golden/rate_suggestion.json")) {
      new ObjectMapper().readTree(in).get("cases").forEach(cases::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("golden")
  void suggestsWhatFastaiDoes(JsonNode golden) {
    RateSuggestion suggestion =
        new RateSuggestion(
            numbers(golden.get("rates")),
            numbers(golden.get("losses")),
            golden.get("steps").asInt());
    String kind = golden.get("kind").asText();
    assertThat(suggestion.hasEnough()).isTrue();
    check(suggestion.valley(), golden.get("valley"), kind);
    check(suggestion.steep(), golden.get("steep"), kind);
    check(suggestion.slide(), golden.get("slide"), kind);
    check(suggestion.minimum(), golden.get("minimum"), kind);
  }

  /** The points themselves are the same; a tenth may be rounded otherwise. */
  private static void check(double actual, JsonNode expected, String kind) {
    Offset<Double> rounding = within(1e-14 * expected.asDouble());
    assertThat(actual).as(kind).isCloseTo(expected.asDouble(), rounding);
  }

  @Test
  void fileHasCurvesThatTellTheRulesApart() {
    assertThat(golden()).hasSize(12);
    for (String rule : List.of("valley", "steep", "slide", "minimum")) {
      assertThat(golden().stream().map(c -> c.get(rule).asDouble()).distinct().count())
          .as(rule)
          .isGreaterThan(6);
    }
  }

  @Test
  void saysWhenThereAreTooFewPoints() {
    RateSuggestion few = new RateSuggestion(new double[20], new double[20], 100);
    assertThat(few.hasEnough()).isFalse();
    assertThatThrownBy(() -> few.requireEnough("plugin"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("plugin: a suggestion needs 16 points or more")
        .hasMessageContaining("there are 5")
        .hasMessageContaining("lower start rate");
    assertThat(new RateSuggestion(new double[2], new double[2], 100).hasEnough()).isFalse();
  }

  private static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(node -> node.isNull() ? Double.NaN : node.asDouble())
        .toArray();
  }
}
