package io.github.dl4jext.textbook.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Curve;
import io.github.dl4jext.textbook.api.Drawing;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.FakeExperiment;
import io.github.dl4jext.textbook.api.Figure;
import io.github.dl4jext.textbook.api.ReferenceFigure;
import io.github.dl4jext.textbook.api.RunResult;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** That everyone can read the page: with a keyboard, a screen reader, and without a network. */
class PageStructureTest {

  private static final String REAL = "fashion-mnist";
  private static final String DRAWN = "embedded";

  private final List<Experiment> experiments =
      List.of(
          new FakeExperiment(
                  "first",
                  context -> {},
                  new Claim("a < b & \"c\"", means -> means.get("loss, a") < means.get("loss, b")),
                  new Claim("a is small", means -> means.get("loss, a") < 1),
                  new Claim("the accuracy is high", means -> means.get("accuracy") > 0.5))
              .in(2, "A & B"),
          new FakeExperiment(
                  "second",
                  context -> {},
                  new Claim("ahead", means -> means.get("loss, b") < means.get("first", "loss, b")))
              .in(2, "A & B"),
          new FakeExperiment("third", context -> {}).in(1, "C"));

  private final List<RunResult> results =
      List.of(
          run("first", DRAWN, 1, 0.125),
          run("first", REAL, 1, 0.1),
          run("first", REAL, 2, 0.30000000000000004),
          run("second", REAL, 1, Double.NaN),
          run("third", REAL, 1, 1e-30));

  private final String html =
      new ReportPage(
              experiments,
              results,
              List.of(
                  new Drawing(
                      "third",
                      REAL,
                      1,
                      "a <picture>",
                      "<svg><circle r=\"1\"/></svg>",
                      "line,x,y\r\n")))
          .toHtml();

  private final ParsedPage page;

  PageStructureTest() throws Exception {
    page = new ParsedPage(html);
  }

  private static RunResult run(String experiment, String data, long seed, double loss) {
    return new RunResult(
        experiment,
        data,
        seed,
        3,
        2.5,
        "2026-11-22",
        "a machine",
        null,
        List.of(
            Figure.of("loss, a", loss, null),
            Figure.of("loss, b", 2 * loss, ReferenceFigure.shown(0.5)),
            Figure.of(
                "accuracy",
                0.875,
                ReferenceFigure.accuracy(0.9).amongSeeds("PyTorch", 0.874, 0.01, 40))),
        List.of(
            new Curve("loss by <line>", "x, \"y\"", 3, loss, Double.NaN),
            new Curve("loss of " + experiment, "z", 1, 2)));
  }

  @Test
  void headingsAreInOrderAndTheFirstIsTheOnlyOne() {
    List<Integer> levels =
        page.all("h1", "h2", "h3", "h4", "h5", "h6").stream()
            .map(heading -> heading.getTagName().charAt(1) - '0')
            .toList();
    assertThat(levels).hasSizeGreaterThan(10).startsWith(1, 2, 3);
    assertThat(levels.subList(1, levels.size())).doesNotContain(1);
    for (int i = 1; i < levels.size(); i++) {
      assertThat(levels.get(i)).as("heading %d", i).isLessThanOrEqualTo(levels.get(i - 1) + 1);
    }
  }

  @Test
  void nothingIsFetched() {
    assertThat(html.replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
        .doesNotContain("http:", "https:", "src=", "url(", "@import");
    assertThat(page.withAttribute("href"))
        .allSatisfy(link -> assertThat(link.getAttribute("href")).matches("#.+|data:.*"));
  }

  @Test
  void everyAnchorIsThereOnce() {
    List<String> ids =
        page.withAttribute("id").stream().map(element -> element.getAttribute("id")).toList();
    assertThat(ids).doesNotHaveDuplicates().contains("first", "images2.first");
    assertThat(page.all("a"))
        .extracting(link -> link.getAttribute("href"))
        .filteredOn(href -> href.startsWith("#"))
        .isNotEmpty()
        .allSatisfy(href -> assertThat(ids).contains(href.substring(1)));
  }

  @Test
  void theFirstLinkSkipsToTheResults() {
    assertThat(page.all("a").get(0).getAttribute("href")).isEqualTo("#results");
    assertThat(page.all("main"))
        .singleElement()
        .satisfies(main -> assertThat(main.getAttribute("id")).isEqualTo("results"));
    assertThat(page.all("nav"))
        .singleElement()
        .satisfies(nav -> assertThat(nav.getAttribute("aria-label")).isEqualTo("Contents"));
  }

  @Test
  void theContentsLeadToEverySectionAndExperimentInTheOrderOfThePage() {
    Element nav = page.all("nav").get(0);
    List<String> linked =
        page.all("a").stream()
            .filter(link -> (nav.compareDocumentPosition(link) & 16) != 0)
            .map(link -> link.getAttribute("href").substring(1))
            .toList();
    assertThat(linked)
        .containsExactly(
            "part.learnt",
            "part.learnt.2",
            "part.book",
            "part.experiments",
            "third",
            "first",
            "second",
            "images2.part.learnt",
            "images2.part.learnt.2",
            "images2.part.experiments",
            "images2.first");
    assertThat(page.withAttribute("id").stream().map(one -> one.getAttribute("id")))
        .containsSubsequence(linked);
  }

  @Test
  void everyChartSaysInWordsWhatItShows() {
    assertThat(page.all("figure")).hasSizeGreaterThan(5);
    assertThat(page.all("svg"))
        .hasSameSizeAs(page.all("figure"))
        .allSatisfy(
            svg -> {
              Element around = (Element) svg.getParentNode();
              Element image = around.getAttribute("role").equals("img") ? around : svg;
              assertThat(image.getAttribute("role")).isEqualTo("img");
              if (image == svg) {
                assertThat(ParsedPage.children(svg, "title")).hasSize(1);
                assertThat(ParsedPage.children(svg, "desc"))
                    .singleElement()
                    .satisfies(desc -> assertThat(desc.getTextContent()).containsPattern("\\d"));
              } else {
                assertThat(image.getAttribute("aria-label")).isEqualTo("a <picture>");
              }
            });
  }

  @Test
  void everyTableHasACaptionAndEveryHeadAScope() {
    assertThat(page.all("table"))
        .isNotEmpty()
        .allSatisfy(
            table ->
                assertThat(ParsedPage.children(table, "caption"))
                    .singleElement()
                    .satisfies(caption -> assertThat(caption.getTextContent()).isNotBlank()));
    assertThat(page.all("th"))
        .isNotEmpty()
        .allSatisfy(head -> assertThat(head.getAttribute("scope")).isIn("col", "row"));
    assertThat(page.all("td"))
        .allSatisfy(cell -> assertThat(cell.hasAttribute("data-label")).isTrue());
  }

  @Test
  void theValuesOfACurveAreSavedAsTheyAre() {
    assertThat(saved("loss by <line>"))
        .startsWith(
            """
            experiment,line,seed,epoch,value
            first,"x, ""y""\",1,1,3.0
            first,"x, ""y""\",1,2,0.1
            first,"x, ""y""\",1,3,NaN
            first,"x, ""y""\",2,1,3.0
            first,"x, ""y""\",2,2,0.30000000000000004
            """)
        .contains("third,\"x, \"\"y\"\"\",1,2,1.0E-30\n");
  }

  @Test
  void theFiguresOfAChartAreSavedAsTheyAre() {
    assertThat(saved("loss"))
        .isEqualTo(
            """
            experiment,figure,seed,value,book,many seeds,deviation
            first,"loss, a",1,0.1,,,
            first,"loss, a",2,0.30000000000000004,,,
            first,"loss, b",1,0.2,0.5,,
            first,"loss, b",2,0.6000000000000001,0.5,,
            second,"loss, b",1,NaN,0.5,,
            """);
    assertThat(saved("accuracy"))
        .isEqualTo(
            """
            experiment,figure,seed,value,book,many seeds,deviation
            first,accuracy,1,0.875,0.9,0.874,0.01
            first,accuracy,2,0.875,0.9,0.874,0.01
            """);
  }

  @Test
  void onDrawnImagesNothingOfTheBookIsShownOrSaved() {
    String drawn = html.substring(html.indexOf("aria-label=\"images: drawn images\""));
    assertThat(drawn)
        .contains("data-label=\"ours\">0.875<")
        .doesNotContain("data-label=\"book\"", "class=\"book\"", "class=\"many\"", "PyTorch");
    assertThat(drawn).doesNotContain(",book", "%2Cbook");
  }

  /** The text behind the first link that saves the values of such a chart. */
  private String saved(String chart) {
    String link =
        page.all("a").stream()
            .filter(a -> a.getAttribute("aria-label").contains("“" + chart + "”"))
            .map(a -> a.getAttribute("href"))
            .findFirst()
            .orElseThrow();
    String start = "data:text/csv;charset=utf-8,";
    assertThat(link).startsWith(start).doesNotContain(" ", "+");
    return URLDecoder.decode(link.substring(start.length()), StandardCharsets.UTF_8)
        .replace("\r\n", "\n");
  }
}
