package io.github.dl4jext.textbook.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.FakeExperiment;
import io.github.dl4jext.textbook.api.ReferenceFigure;
import io.github.dl4jext.textbook.data.IdxFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class RunCommandTest {

  @TempDir private Path folder;

  private final List<String> ran = new ArrayList<>();

  private final Experiment accuracy =
      new FakeExperiment(
          "accuracy",
          context -> {
            ran.add("accuracy " + context.seed() + " " + context.epochs());
            context.report("test accuracy", 0.912345, ReferenceFigure.accuracy(0.9));
            context.report("loss", Double.NaN);
          });

  private final Experiment broken =
      new FakeExperiment(
          "broken",
          context -> {
            ran.add("broken");
            context.report("first half", 1);
            throw new IllegalStateException("no <b>luck</b>\nand more");
          });

  private final Experiment last = new FakeExperiment("last", context -> ran.add("last"));

  private final Console console = new Console(accuracy, broken, last);

  @Test
  void showsTheBooksFigureBesideOurs(@TempDir Path images) throws IOException {
    IdxFiles.writeAll(images);
    assertThat(run("--only", "accuracy", "--data", images.toString())).isZero();
    assertThat(console.out())
        .containsPattern("metric +book +ours")
        .containsPattern("test accuracy +0\\.9 +0\\.9123")
        .containsPattern("loss +- +NaN");
  }

  @Test
  void onDrawnImagesShowsOursOnly() {
    assertThat(run("--only", "accuracy")).isZero();
    assertThat(console.out())
        .containsSubsequence(
            "There will be 1 run. It will take about 90 s (estimated for a machine with two cores).",
            "accuracy, seed 1, epochs 7")
        .containsPattern("test accuracy +0\\.9123")
        .containsPattern("loss +NaN")
        .doesNotContain("book")
        .contains("report: " + folder.resolve("index.html"));
  }

  @Test
  void writesWhatWasMeasuredAsJson() throws IOException {
    run("--only", "accuracy");
    assertThat(results()).hasSize(1);
    JsonNode run = results().get(0);
    assertThat(run.fieldNames())
        .toIterable()
        .containsExactly(
            "experiment",
            "data",
            "seed",
            "epochs",
            "seconds",
            "finished",
            "machine",
            "failure",
            "figures",
            "curves");
    assertThat(run.get("experiment").asText()).isEqualTo("accuracy");
    assertThat(run.get("data").asText()).isEqualTo("embedded");
    assertThat(run.get("seed").asLong()).isEqualTo(1);
    assertThat(run.get("epochs").asInt()).isEqualTo(7);
    assertThat(run.get("seconds").isNumber()).isTrue();
    assertThat(run.get("finished").asText()).matches("\\d{4}-\\d\\d-\\d\\d");
    assertThat(run.get("machine").asText())
        .contains("cores", "Java", "OMP_NUM_THREADS=", "OpenBLAS 0.3.", " kernels)");
    assertThat(run.get("failure").isNull()).isTrue();
    assertThat(run.get("figures").toString())
        .isEqualTo(
            "[{\"metric\":\"test accuracy\",\"value\":0.912345,\"book\":0.9,\"least\":0.895,\"most\":null},"
                + "{\"metric\":\"loss\",\"value\":\"NaN\",\"book\":null,\"least\":null,\"most\":null}]");
  }

  @Test
  void whatManySeedsCameToIsWrittenAndReadAgainAndMayBeMissing() throws IOException {
    Console console =
        new Console(
            new FakeExperiment(
                "among",
                context ->
                    context.report(
                        "accuracy",
                        0.86,
                        ReferenceFigure.accuracy(0.87).amongSeeds("PyTorch", 0.8639, 0.003, 55))),
            last);
    String[] command = {"run", "--jobs", "1", "--report", folder.toString()};
    assertThat(console.run(command)).isZero();
    String figure = results().at("/0/figures/0/distribution").toString();
    assertThat(figure)
        .isEqualTo("{\"of\":\"PyTorch\",\"mean\":0.8639,\"deviation\":0.003,\"seeds\":55}");
    assertThat(console.run("run", "--jobs", "1", "--seeds", "2", "--report", folder.toString()))
        .isZero();
    assertThat(results().at("/0/figures/0/distribution").toString()).isEqualTo(figure);
    Path file = folder.resolve("results.json");
    Files.writeString(file, Files.readString(file).replace(",\"distribution\":" + figure, ""));
    assertThat(console.run(command)).as("results of an earlier version").isZero();
  }

  @Test
  void runsEveryExperimentWithEverySeedForTheEpochsGiven() throws IOException {
    assertThat(run("--only", "last,ACCURACY,,last", "--seeds", "2", "--epochs", "3")).isZero();
    assertThat(ran).containsExactly("last", "last", "accuracy 1 3", "accuracy 2 3");
    assertThat(results()).hasSize(4);
    assertThat(results().findValuesAsText("epochs")).containsOnly("3");
  }

  @Test
  void whatIsFinishedIsNotRunAgain() throws IOException {
    run("--only", "accuracy", "--seeds", "2");
    assertThat(run("--only", "accuracy,last", "--seeds", "3")).isZero();
    assertThat(ran)
        .containsExactly("accuracy 1 7", "accuracy 2 7", "accuracy 3 7", "last", "last", "last");
    assertThat(console.out()).contains("already in the report: 2 of 6 runs; --again repeats them");
    assertThat(results()).hasSize(6);
    assertThat(run("--only", "accuracy")).as("nothing left to do").isZero();
    assertThat(console.out()).contains("There is nothing left to run.");
    assertThat(console.out()).endsWith("report: " + folder.resolve("index.html") + "\n");
  }

  @Test
  void whatFailedOrHadOtherEpochsIsRunAgain() {
    run("--only", "broken,last");
    run("--only", "broken,last");
    run("--only", "last", "--epochs", "8");
    assertThat(ran).containsExactly("broken", "last", "broken", "last");
  }

  @Test
  void againReplacesItsOwnResultsAndKeepsTheOthers() throws IOException {
    run("--only", "accuracy", "--seeds", "2");
    run("--only", "accuracy", "--again");
    assertThat(results().findValues("seed")).extracting(JsonNode::asInt).containsExactly(2, 1);
  }

  @Test
  void aPartOfTheImagesHasANameAndResultsOfItsOwn() throws IOException {
    List<Integer> sizes = new ArrayList<>();
    Console sized =
        new Console(
            new FakeExperiment(
                "sized", context -> sizes.add(context.images(9_000).train().size())));
    assertThat(sized.run("run", "--train", "600", "--report", folder.toString())).isZero();
    assertThat(sized.run("run", "--report", folder.toString())).isZero();
    assertThat(sizes).as("a sixth is held out, at most 9,000 are left").containsExactly(500, 9_000);
    assertThat(results().findValuesAsText("data"))
        .containsExactly("embedded, the first 600", "embedded");
  }

  @Test
  void aFailureIsNamedAndTheOthersAreRun() throws IOException {
    assertThat(run()).isEqualTo(1);
    assertThat(ran).containsExactly("accuracy 1 7", "broken", "last");
    assertThat(console.out())
        .contains("FAILED: IllegalStateException: no <b>luck</b>", "failed: broken (seed 1)")
        .doesNotContain("\tat ");
    assertThat(results().findValuesAsText("metric"))
        .containsExactly("test accuracy", "loss", "first half");
    assertThat(results().findValuesAsText("failure"))
        .containsExactly("null", "IllegalStateException: no <b>luck</b>", "null");
    assertThat(Files.readString(folder.resolve("index.html")))
        .contains(
            "<p class=\"failed\">seed 1 failed: IllegalStateException: no &lt;b&gt;luck&lt;/b&gt;")
        .doesNotContain("<b>");
  }

  @Test
  void verboseShowsWhereAFailureComesFrom() {
    run("--only", "broken", "--verbose");
    assertThat(console.out()).contains("\tat " + RunCommandTest.class.getName());
  }

  @Test
  void aFailureWithoutAMessageIsNamedByItsCause() {
    Throwable cause = new UnsupportedOperationException("no backend");
    Console wrapped =
        new Console(
            new FakeExperiment(
                "wrapped",
                context -> {
                  throw new ExceptionInInitializerError(cause);
                }),
            new FakeExperiment(
                "mute",
                context -> {
                  throw new IllegalStateException();
                }));
    assertThat(wrapped.run("run", "--jobs", "1", "--report", folder.toString())).isEqualTo(1);
    assertThat(wrapped.out().lines())
        .contains(
            "  FAILED: UnsupportedOperationException: no backend",
            "  FAILED: IllegalStateException")
        .as("there is no figure")
        .noneMatch(line -> line.contains("metric"));
  }

  @Test
  void theProgressOfARunThatBrokeOffIsEnded() {
    PrintStream before = System.out;
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    System.setOut(new PrintStream(shown, true, StandardCharsets.UTF_8));
    try {
      new Console(
              new FakeExperiment(
                  "breaks",
                  context -> {
                    context.progress("training").onEpochStart(null);
                    throw new IllegalStateException("in the first epoch");
                  }))
          .run("run", "--report", folder.toString());
    } finally {
      System.setOut(before);
    }
    assertThat(shown.toString(StandardCharsets.UTF_8)).contains("epoch 1/7: no steps");
  }

  @Test
  void reportingAMetricTwiceIsAFailure() {
    Console twice =
        new Console(
            new FakeExperiment(
                "twice",
                context -> {
                  context.report("loss", 1);
                  context.report("loss", 2);
                }));
    assertThat(twice.run("run", "--report", folder.toString())).isEqualTo(1);
    assertThat(twice.out()).contains("twice reports \"loss\" twice");
  }

  @Test
  void randomNumbersDependOnTheSeedAlone() {
    List<Double> drawn = new ArrayList<>();
    FakeExperiment.Work draw =
        context -> drawn.add(Nd4j.rand(DataType.DOUBLE, 1).getDouble(0) + context.seed());
    Console both = new Console(new FakeExperiment("a", draw), new FakeExperiment("b", draw));
    both.run("run", "--jobs", "1", "--seeds", "2", "--report", folder.toString());
    assertThat(drawn).hasSize(4);
    assertThat(drawn.subList(0, 2)).isEqualTo(drawn.subList(2, 4));
  }

  @Test
  void anUnknownNameIsAnsweredWithTheNearestAndAllNames() {
    assertThat(run("--only", "acuracy,last,zzz")).isEqualTo(2);
    assertThat(console.err())
        .contains("no experiment is named \"acuracy\"; the nearest are accuracy")
        .contains("no experiment is named \"zzz\"" + System.lineSeparator())
        .contains("all experiments: accuracy, broken, last")
        .doesNotContain("\tat ");
    assertThat(ran).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--epochs,0,--epochs must be at least 1",
    "--seeds,-2,--seeds must be at least 1",
    "--train,0,--train must be at least 1",
    "--train,12001,'--train must be at most the number of training images, 12000, was 12001'",
    "--seeds,many,--seeds': must be a whole number",
    "--epochs,99999999999,--epochs': must be a whole number",
    "--only,'',--only names no experiment; all experiments: accuracy",
    "--only,',',--only names no experiment; all experiments: accuracy",
    "--data,/no/such/folder,/no/such/folder",
    "--no-such-option,1,--no-such-option"
  })
  void whatCannotBeIsSaidBeforeAnythingIsRun(String option, String value, String message) {
    assertThat(run(option, value)).isEqualTo(2);
    assertThat(console.err()).contains(message).doesNotContain("\tat ");
    assertThat(ran).isEmpty();
  }

  @Test
  void noJobIsRefused() {
    assertThat(console.run("run", "--jobs", "0", "--report", folder.toString())).isEqualTo(2);
    assertThat(console.err()).contains("--jobs must be at least 1, was 0");
  }

  @Test
  void aReportThatIsAFileIsRefusedBeforeAnythingIsRun() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    for (Path report : List.of(file, file.resolve("below"))) {
      Console fresh = new Console(accuracy);
      assertThat(fresh.run("run", "--report", report.toString())).isEqualTo(2);
      assertThat(fresh.err()).startsWith("the report ").contains(file.toString());
    }
    assertThat(ran).isEmpty();
    assertThat(file).hasContent("mine");
  }

  @Test
  void aReportWithoutANameIsRefused() {
    assertThat(console.run("run", "--report", "")).isEqualTo(2);
    assertThat(console.err()).startsWith("--report must name a folder, was \"\"");
  }

  @Test
  void aFolderInThePlaceOfThePageIsRefusedBeforeAnythingIsRun() throws IOException {
    Path page = Files.createDirectory(folder.resolve("index.html"));
    assertThat(run()).isEqualTo(2);
    assertThat(console.err()).startsWith(page + " is a folder");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[{\"experiment\": \"a\"",
        "{\"experiment\": \"a\"}",
        "[null]",
        "null",
        "[{\"experiment\": \"a\", \"data\": \"d\", \"seed\": 1}]",
        "[{\"experiment\": \"a\", \"data\": \"d\", \"seed\": 1, \"epochs\": 1, \"seconds\": 1, \"finished\": \"f\", \"machine\": \"m\", \"failure\": null, \"figures\": [null], \"curves\": []}]",
        "[{\"experiment\": \"a\", \"data\": \"d\", \"seed\": 1, \"epochs\": 1, \"seconds\": 1, \"finished\": \"f\", \"machine\": \"m\", \"failure\": null, \"figures\": [], \"curves\": null}]",
        "[] []"
      })
  void corruptResultsAreNeverOverwritten(String corrupt) throws IOException {
    Path file = Files.writeString(folder.resolve("results.json"), corrupt);
    assertThat(run()).isEqualTo(2);
    assertThat(console.err()).startsWith(file + " is not a list of results (");
    assertThat(file).hasContent(corrupt);
    assertThat(ran).isEmpty();
  }

  @Test
  void resultsThatCannotBeWrittenStopTheProgramAndLeaveTheOldOnes() throws IOException {
    run("--only", "accuracy");
    String before = Files.readString(folder.resolve("results.json"));
    Experiment spoiler =
        new FakeExperiment(
            "spoiler",
            context -> {
              Files.delete(folder.resolve("index.html"));
              Files.createDirectory(folder.resolve("index.html"));
            });
    Console console = new Console(spoiler, last);
    assertThat(
            console.run(
                "run", "--jobs", "1", "--only", "spoiler,last", "--report", folder.toString()))
        .isEqualTo(1);
    assertThat(console.err()).contains("cannot be written", "what was written before is kept");
    assertThat(folder.resolve("results.json")).hasContent(before);
    assertThat(ran).doesNotContain("last");
  }

  @Test
  void leavesNothingButTheFourFiles() throws IOException {
    run();
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("results.json", "pictures.json", "results.md", "index.html");
    }
  }

  private int run(String... options) {
    List<String> args =
        new ArrayList<>(List.of("run", "--jobs", "1", "--report", folder.toString()));
    args.addAll(List.of(options));
    return console.run(args.toArray(String[]::new));
  }

  private JsonNode results() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("results.json").toFile());
  }
}
