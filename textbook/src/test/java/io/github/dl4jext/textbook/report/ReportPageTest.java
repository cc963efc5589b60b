package io.github.dl4jext.textbook.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.FakeExperiment;
import io.github.dl4jext.textbook.api.Figure;
import io.github.dl4jext.textbook.api.ReferenceFigure;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.run.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page: book and ours, what must hold, and all about each experiment. */
class ReportPageTest {

  @TempDir private Path folder;

  private final Claim better =
      new Claim(
          "ours is <better>",
          averages -> averages.get("accuracy") > averages.get("peer", "accuracy"));

  /** 0.86 and 0.88. */
  private final Experiment ours =
      new FakeExperiment(
          "ours",
          context -> {
            context.report(
                "accuracy", 0.84 + 0.02 * context.seed(), ReferenceFigure.accuracy(0.874));
            context.report("parameters", 10, ReferenceFigure.exactly(11));
            context.report("shown", 1, ReferenceFigure.shown(2));
            context.picture("a <circle>", "<svg><circle r=\"" + context.seed() + "\"/></svg>");
            context.picture("a chart", LineChart.titled("").line("y", context.seed()).build());
          },
          better,
          new Claim("the mean decides", averages -> averages.get("accuracy") == 0.87));

  private final Experiment peer =
      new FakeExperiment("peer", context -> context.report("accuracy", 0.865));

  @Test
  void aClaimIsOpenUntilAllItsFiguresAreThere() throws IOException {
    String out = run("--only", "ours");
    assertThat(out).containsPattern("open +ours +ours is <better>");
    assertThat(claim("ours is &lt;better&gt;")).contains("class=\"open\"", "open: ");
  }

  @Test
  void aClaimIsJudgedByTheMeansOverTheSeeds() throws IOException {
    String one = run();
    assertThat(one)
        .as("0.86 against 0.865")
        .containsPattern("does not hold +ours +ours is <better>");
    assertThat(claim("ours is &lt;better&gt;")).contains("class=\"fails\"", "does not hold: ");
    String two = run("--seeds", "2");
    assertThat(two)
        .as("0.87 against 0.865")
        .containsPattern("\nholds +ours +ours is <better>")
        .containsPattern("\nholds +ours +the mean decides");
    assertThat(claim("ours is &lt;better&gt;")).contains("class=\"holds\"", "holds: ");
  }

  @Test
  void onImagesThatAreDrawnTheBookIsNoMeasure() throws IOException {
    String out = run("--seeds", "2");
    assertThat(out).doesNotContain("agree with the book");
    assertThat(page())
        .contains("These images are drawn by the program")
        .contains("<td class=\"n\" data-label=\"ours\">0.87\u00a0±\u00a00.014</td>")
        .doesNotContain("should be", "0.874", "data-label=\"book\"", "class=\"book\"")
        .doesNotContain("part.book", "agree with the book");
  }

  @Test
  void onOtherImagesEachFigureWithABoundIsHeldAgainstIt() {
    RunResult run =
        new RunResult(
            "ours",
            "fashion-mnist",
            1,
            10,
            2.5,
            "2026-11-22",
            "a machine",
            null,
            List.of(
                Figure.of("good", 0.87, ReferenceFigure.accuracy(0.874)),
                Figure.of("bad", 0.86, ReferenceFigure.accuracy(0.874)),
                Figure.of("many", 12, ReferenceFigure.exactly(11)),
                Figure.of("shown", 1, ReferenceFigure.shown(2))),
            List.of());
    String page = new ReportPage(List.of(), List.of(run), List.of()).toHtml();
    assertThat(page)
        .contains(
            "<h2 id=\"part.book\">The book's figures beside ours <small>on Fashion-MNIST</small></h2>",
            "<strong>1 of 3</strong> figures agree with the book",
            "data-label=\"seconds\">2.5</td>",
            "2026-11-22",
            "a machine")
        .containsPattern(">good</td>.*<td class=\"holds\" data-label=\"agrees\">yes</td>")
        .containsPattern(">bad</td>.*<td class=\"fails\".*>no: should be at least 0.869</td>")
        .containsPattern(">many</td>.*<td class=\"fails\".*>no: should be at most 11</td>")
        .containsPattern(">shown</td>.*<td data-label=\"agrees\">–</td>");
  }

  @Test
  void whereManySeedsAreKnownTheyDecideAndNotTheLuckOfTheBook() {
    ReferenceFigure lucky = ReferenceFigure.accuracy(0.87).amongSeeds("PyTorch", 0.86, 0.004, 16);
    List<RunResult> runs = new ArrayList<>();
    for (long seed = 1; seed <= 9; seed++) {
      runs.add(
          new RunResult(
              "ours",
              "fashion-mnist",
              seed,
              10,
              2.5,
              "2026-11-22",
              "a machine",
              null,
              List.of(
                  Figure.of("below", 0.8549, lucky),
                  Figure.of("near", 0.8551, lucky),
                  Figure.of("above", 0.8651, lucky)),
              List.of()));
    }
    assertThat(new ReportPage(List.of(), runs, List.of()).toHtml())
        .as("0.86 - 3 * 0.004 * sqrt(1 / 9 + 1 / 16) = 0.855")
        .containsPattern(">below</td>.*<td class=\"fails\".*>no: should be at least 0\\.8550?</td>")
        .containsPattern(">near</td>.*<td class=\"holds\" data-label=\"agrees\">yes</td>")
        .containsPattern(">above</td>.*<td class=\"fails\".*>no: should be at most 0\\.8650?</td>")
        .contains("data-label=\"many seeds\">PyTorch, 16 seeds: 0.86 ± 0.004</td>")
        .contains("<title>PyTorch, 16 seeds: 0.86 ± 0.004</title>", "</i>PyTorch, many seeds</li>");
  }

  @Test
  void ofAPartOfTheImagesTheBookIsNoMeasure() {
    RunResult run =
        new RunResult(
            "ours",
            "fashion-mnist, the first 600",
            1,
            10,
            2.5,
            "2026-11-22",
            "a machine",
            null,
            List.of(Figure.of("accuracy", 0.1, ReferenceFigure.accuracy(0.874))),
            List.of());
    assertThat(new ReportPage(List.of(ours), List.of(run), List.of()).toHtml())
        .contains("These runs used only a part of the training images.")
        .doesNotContain("should be", "0.874", "data-label=\"book\"", "class=\"book\"");
  }

  @Test
  void aClaimAboutRealImagesIsOpenOnDrawnOnes() {
    Console console =
        new Console(
            new FakeExperiment(
                "real",
                context -> context.report("accuracy", 1),
                new Claim("it learns", averages -> averages.get("accuracy") > 0).onRealImages()));
    console.run("run", "--report", folder.toString());
    assertThat(console.out()).containsPattern("open +real +it learns \\(real images\\)");
  }

  @Test
  void aClaimAboutAllImagesIsOpenOnAPart() {
    Experiment all =
        new FakeExperiment(
            "all",
            context -> context.report("accuracy", 1),
            new Claim("it learns", averages -> averages.get("accuracy") > 0).onAllImages(),
            new Claim("it shines", averages -> averages.get("accuracy") > 0)
                .onAllImages()
                .onRealImages());
    Console part = new Console(all);
    part.run("run", "--train", "600", "--report", folder.toString());
    assertThat(part.out())
        .containsPattern("open +all +it learns \\(all images\\)")
        .containsPattern("open +all +it shines \\(all real images\\)");
    Console whole = new Console(all);
    whole.run("run", "--report", folder.toString());
    assertThat(whole.out())
        .containsPattern("holds +all +it learns \\(all images\\)")
        .containsPattern("open +all +it shines \\(all real images\\)");
  }

  @Test
  void picturesAreThoseOfTheFirstSeed() throws IOException {
    run("--seeds", "2");
    assertThat(page())
        .containsPattern(
            "<strong>a &lt;circle&gt;</strong> <span>seed 1</span></figcaption>\\s*"
                + "<div role=\"img\" aria-label=\"a &lt;circle&gt;\"><svg><circle r=\"1\"/></svg>")
        .doesNotContain("r=\"2\"");
  }

  @Test
  void theChartOfAnExperimentCanBeSavedAndAnotherPictureCannot() throws IOException {
    run();
    assertThat(page())
        .containsPattern(
            "<strong>a chart</strong> <span>seed 1</span> <a class=\"csv\" download=\"a-chart.csv\""
                + " href=\"data:text/csv;charset=utf-8,line%2Cx%2Cy%0D%0A%22y%22%2C0.0%2C1.0%0D%0A\"")
        .contains("<strong>a &lt;circle&gt;</strong> <span>seed 1</span></figcaption>");
  }

  @Test
  void aReportOfPicturesWithoutValuesIsStillRead() throws IOException {
    run();
    Path pictures = folder.resolve("pictures.json");
    String without =
        Files.readString(pictures)
            .replaceAll(",\"csv\":(null|\"[^\"\\\\]*(\\\\.[^\"\\\\]*)*\")", "");
    assertThat(without).doesNotContain("csv").contains("a chart");
    Files.writeString(pictures, without);
    run("--seeds", "2");
    assertThat(page()).contains("<strong>a chart</strong> <span>seed 1</span></figcaption>");
  }

  @Test
  void theSourceOfARealExperimentIsInThePage() throws IOException {
    new Console(new io.github.dl4jext.textbook.experiments.SignalPropagation())
        .run("run", "--report", folder.toString());
    assertThat(page())
        .contains("the source</summary>", "public final class SignalPropagation")
        .contains("./textbook.sh run --again --only signal-propagation<");
  }

  private String run(String... options) {
    List<String> all =
        new ArrayList<>(List.of("run", "--jobs", "1", "--report", folder.toString()));
    all.addAll(List.of(options));
    Console console = new Console(ours, peer);
    assertThat(console.run(all.toArray(String[]::new))).isZero();
    return console.out();
  }

  /** The item of the list that has these words. */
  private String claim(String words) throws IOException {
    Matcher item =
        Pattern.compile("<li>(?:(?!<li>).)*" + Pattern.quote(words) + "</span></li>")
            .matcher(page());
    assertThat(item.find()).as(words).isTrue();
    return item.group();
  }

  private String page() throws IOException {
    return Files.readString(folder.resolve("index.html"));
  }
}
