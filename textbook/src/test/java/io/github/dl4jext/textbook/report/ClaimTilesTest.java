package io.github.dl4jext.textbook.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.FakeExperiment;
import io.github.dl4jext.textbook.api.Figure;
import io.github.dl4jext.textbook.api.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** Which claims share a picture, and what the picture shows. */
class ClaimTilesTest {

  private final List<Experiment> experiments = new ArrayList<>();
  private final List<RunResult> results = new ArrayList<>();

  private void experiment(String name, Map<String, Double> figures, Claim... claims) {
    experiments.add(new FakeExperiment(name, context -> {}, claims));
    results.add(
        new RunResult(
            name,
            "fashion-mnist",
            1,
            1,
            1,
            "2026-11-22",
            "a machine",
            null,
            new TreeMap<>(figures)
                .entrySet().stream()
                    .map(figure -> Figure.of(figure.getKey(), figure.getValue(), null))
                    .toList(),
            List.of()));
  }

  private static Claim above(String words, String metric) {
    return new Claim(words, means -> means.get(metric) > 0.5);
  }

  /** The text of each tile, by lines. */
  private List<Element> tiles() throws Exception {
    String page = new ReportPage(experiments, results, List.of()).toHtml();
    return new ParsedPage(page)
        .all("article").stream()
            .filter(article -> article.getAttribute("class").equals("tile"))
            .toList();
  }

  private static List<String> texts(Element tile, String tag) {
    var found = tile.getElementsByTagName(tag);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      texts.add(found.item(i).getTextContent().strip());
    }
    return texts;
  }

  private static String words(Element tile) {
    return texts(tile, "desc").toString();
  }

  @Test
  void claimsAboutOneQuantityShareAPicture() throws Exception {
    experiment(
        "ours",
        Map.of("accuracy, a", 0.75, "accuracy, b", 0.25, "accuracy, c", 0.125, "loss, a", 1.0),
        above("a learns", "accuracy, a"),
        above("the loss is large", "loss, a"),
        above("b learns", "accuracy, b"));
    assertThat(tiles()).hasSize(2);
    assertThat(words(tiles().get(0))).isEqualTo("[a 0.75; b 0.25]");
    assertThat(texts(tiles().get(0), "li"))
        .containsExactly("✓holds: a learns", "✗does not hold: b learns");
    assertThat(words(tiles().get(1))).isEqualTo("[a 1]");
  }

  @Test
  void claimsOfTwoExperimentsShareAPictureIfOneLooksAtTheOther() throws Exception {
    experiment("base", Map.of("accuracy", 0.5));
    for (String name : List.of("x", "y")) {
      experiment(
          name,
          Map.of("accuracy", 0.75),
          new Claim(
              name + " is ahead", means -> means.get("accuracy") > means.get("base", "accuracy")));
    }
    experiment("alone", Map.of("accuracy", 0.75), above("it learns", "accuracy"));
    assertThat(tiles()).hasSize(2);
    assertThat(words(tiles().get(0))).isEqualTo("[x 0.75; base 0.5; y 0.75]");
    assertThat(texts(tiles().get(0), "a")).startsWith("x", "y");
  }

  @Test
  void aClaimThatJoinsTwoPicturesMakesThemOne() throws Exception {
    experiment(
        "ours",
        Map.of("loss", 0.75, "error", 0.25),
        above("first", "loss"),
        above("second", "error"),
        new Claim("third", means -> means.get("loss") > means.get("error")));
    assertThat(tiles()).hasSize(1);
    assertThat(words(tiles().get(0))).isEqualTo("[loss 0.75; error 0.25]");
  }

  @Test
  void theAxisHasTwoValuesAtLeastHoweverNarrowItIs() throws Exception {
    String variant = "a variant of many words";
    experiment(
        "ours",
        Map.of("accuracy, " + variant, 0.796, "accuracy, b", 0.836),
        above("a learns", "accuracy, " + variant),
        above("b learns", "accuracy, b"));
    assertThat(texts(tiles().get(0), "text"))
        .filteredOn(text -> text.matches("0[.]\\d\\d"))
        .hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void aClaimWithoutFiguresHasNoPicture() throws Exception {
    experiment("ours", Map.of("loss", 0.75), above("unknown", "error"));
    assertThat(tiles()).hasSize(1);
    assertThat(texts(tiles().get(0), "li")).containsExactly("○open: unknown");
    assertThat(texts(tiles().get(0), "svg")).isEmpty();
  }

  @Test
  void manyClaimsThatHoldAreFoldedAwayAndNoOthers() throws Exception {
    Map<String, Double> figures = new TreeMap<>();
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      figures.put("accuracy, " + i, i == 3 ? 0.25 : 0.75);
      claims.add(above(i + " learns", "accuracy, " + i));
    }
    experiment("ours", figures, claims.toArray(Claim[]::new));
    Element tile = tiles().get(0);
    assertThat(texts(tile, "summary"))
        .singleElement()
        .asString()
        .isEqualTo("✓ 5 of these hold: 0 learns; …");
    Element folded = (Element) tile.getElementsByTagName("details").item(0);
    assertThat(texts(folded, "li")).hasSize(5).noneMatch(text -> text.contains("3 learns"));
    assertThat(texts(tile, "li")).startsWith("✗does not hold: 3 learns");
  }
}
