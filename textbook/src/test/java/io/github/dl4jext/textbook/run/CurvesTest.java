package io.github.dl4jext.textbook.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.FakeExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Curves, from an experiment into the report. */
class CurvesTest {

  private static final String ACCURACY = "validation accuracy";

  @TempDir private Path folder;

  /** Draws two lines; those of seed 2 are 0.5 higher. */
  private final Experiment drawing =
      new FakeExperiment(
          "drawing",
          context -> {
            double more = (context.seed() - 1) * 0.5;
            context.curve(ACCURACY, "Adam", more, 0.25 + more, 1 + more);
            context.curve(ACCURACY, "<SGD>", 0, Double.NaN, 0.25);
            context.curve("loss", "Adam", 3, 2, 1);
          });

  @Test
  void areWrittenAsJson() throws IOException {
    assertThat(run(drawing)).isZero();
    JsonNode curves = curves();
    assertThat(curves).hasSize(3);
    assertThat(curves.get(1).toString())
        .isEqualTo(
            "{\"chart\":\"validation accuracy\",\"line\":\"<SGD>\",\"values\":[0.0,\"NaN\",0.25]}");
  }

  @Test
  void arePicturesInThePage() throws IOException {
    run(drawing);
    String page = page();
    assertThat(page)
        .contains("<strong>validation accuracy</strong> <span>seed 1</span>")
        .contains("<strong>loss</strong> <span>seed 1</span>")
        .contains("</i>Adam</li>", "</i>&lt;SGD&gt;</li>")
        .contains("<title>epoch 2\nAdam: 0.25\n&lt;SGD&gt;: NaN</title>")
        .contains("Adam: 0 after epoch 1, 1 after epoch 3, at most 1;")
        .doesNotContain("<SGD>", "<?xml");
    assertThat(page.split("<svg ")).hasSize(3);
  }

  @Test
  void ofSeveralSeedsAreTheirMean() throws IOException {
    run(drawing, "--seeds", "2");
    assertThat(page()).contains("mean of the seeds 1, 2");
    assertThat(page().split("class=\"seeds ink0\"")).as("and a thin line each").hasSize(5);
    double[] y = adam();
    assertThat(y).hasSize(3);
    assertThat((y[1] - y[0]) / (y[2] - y[0]))
        .as("0.5 on the way from 0.25 to 1.25")
        .isCloseTo(0.25, within(0.002));
  }

  @Test
  void ofSeedsThatWereTrainedLongerAreCutWhereTheShortestEnds() throws IOException {
    run(
        new FakeExperiment(
            "drawing",
            context -> {
              double[] values = new double[(int) context.seed() + 1];
              values[1] = 1;
              context.curve(ACCURACY, "Adam", values);
            }),
        "--seeds",
        "2");
    assertThat(adam()).hasSize(2);
  }

  @Test
  void ofOneChartShareAPictureWhateverExperimentTheyAreFrom() throws IOException {
    run(drawing);
    run(new FakeExperiment("other", context -> context.curve(ACCURACY, "Nadam", 0.5, 0.25)));
    assertThat(page().split("<svg ")).as("two pictures, as before").hasSize(3);
    assertThat(page()).contains("</i>Adam</li>", "</i>Nadam</li>");
  }

  @Test
  void areThereAfterAFailure() throws IOException {
    Experiment broken =
        new FakeExperiment(
            "broken",
            context -> {
              context.curve(ACCURACY, "Adam", 0.5, 0.75);
              throw new IllegalStateException("no luck");
            });
    assertThat(run(broken)).isEqualTo(1);
    assertThat(curves()).hasSize(1);
    assertThat(page()).contains("<strong>validation accuracy</strong>");
  }

  @Test
  void drawnTwiceAreAFailure() {
    Experiment twice =
        new FakeExperiment(
            "twice",
            context -> {
              context.curve(ACCURACY, "Adam", 1);
              context.curve(ACCURACY, "Adam", 2);
            });
    Console console = new Console(twice);
    assertThat(console.run("run", "--report", folder.toString())).isEqualTo(1);
    assertThat(console.out()).contains("twice draws \"Adam\" twice in \"validation accuracy\"");
  }

  @Test
  void withoutAnyThereIsNoSection() throws IOException {
    run(new FakeExperiment("plain", context -> context.report("loss", 1)));
    assertThat(curves()).isEmpty();
    assertThat(page()).doesNotContain("<figure", "<svg");
  }

  /** The heights of the points of the first chart's first line, from the top of the picture. */
  private double[] adam() throws IOException {
    Matcher line = Pattern.compile("class=\"line ink0\" d=\"([^\"]*)\"").matcher(page());
    assertThat(line.find()).isTrue();
    return Pattern.compile("[ML][0-9.]+ ([0-9.]+)")
        .matcher(line.group(1))
        .results()
        .mapToDouble(point -> Double.parseDouble(point.group(1)))
        .toArray();
  }

  private int run(Experiment experiment, String... options) {
    List<String> args =
        new ArrayList<>(List.of("run", "--jobs", "1", "--report", folder.toString()));
    args.addAll(List.of(options));
    return new Console(experiment).run(args.toArray(String[]::new));
  }

  private String page() throws IOException {
    return Files.readString(folder.resolve("index.html"));
  }

  /** Of the first run. */
  private JsonNode curves() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("results.json").toFile()).at("/0/curves");
  }
}
