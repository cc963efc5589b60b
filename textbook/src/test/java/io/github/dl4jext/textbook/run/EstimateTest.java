package io.github.dl4jext.textbook.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.FakeExperiment;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.data.Garments;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** About how long a run takes; each experiment here says 90 s for 7 epochs. */
class EstimateTest {

  private static final String DRAWN = "embedded";
  private static final String REAL = "fashion-mnist";

  private final Experiment a = new FakeExperiment("a", context -> {});
  private final Experiment b = new FakeExperiment("b", context -> {});

  private static RunResult run(
      String experiment, String data, int epochs, double seconds, String failure) {
    return new RunResult(
        experiment,
        data,
        1,
        epochs,
        seconds,
        "2026-11-22",
        "a machine",
        failure,
        List.of(),
        List.of());
  }

  private Estimate drawn(RunResult... done) {
    return new Estimate(List.of(a, b), DRAWN, Garments.TRAIN, List.of(done));
  }

  private static List<Task> tasks(Experiment experiment, int seeds, int epochs) {
    return LongStream.rangeClosed(1, seeds)
        .mapToObj(seed -> new Task(experiment, seed, epochs))
        .toList();
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1e3));
  }

  @Test
  void isWhatTheExperimentsSayScaledByTheEpochs() {
    assertThat(drawn().of(tasks(a, 1, 7), 1)).isEqualTo(seconds(90));
    assertThat(drawn().of(tasks(a, 1, 14), 1)).isEqualTo(seconds(180));
    assertThat(drawn().of(List.of(), 2)).isZero();
  }

  @Test
  void runsBesideEachOtherCountOnceUnlessThereAreTooMany() {
    assertThat(drawn().of(tasks(a, 2, 7), 2)).isEqualTo(seconds(90));
    assertThat(drawn().of(tasks(a, 3, 7), 2)).isEqualTo(seconds(180));
    List<Task> oneLong = List.of(new Task(a, 1, 7), new Task(a, 2, 7), new Task(b, 1, 14));
    assertThat(drawn().of(oneLong, 2)).as("the longest first").isEqualTo(seconds(180));
  }

  @Test
  void isScaledByTheImages() {
    Estimate all = new Estimate(List.of(a, b), REAL, 60_000, List.of());
    assertThat(all.of(tasks(a, 1, 7), 1)).isEqualTo(seconds(15 * 90));
    Estimate some = new Estimate(List.of(a, b), REAL + ", the first 6000", 6_000, List.of());
    assertThat(some.of(tasks(a, 1, 7), 1)).isEqualTo(seconds(1.5 * 90));
    Estimate few = new Estimate(List.of(a, b), DRAWN + ", the first 600", 600, List.of());
    assertThat(few.of(tasks(a, 1, 7), 1)).isEqualTo(seconds(0.2 * 90));
  }

  @Test
  void whatWasMeasuredOnTheSameImagesCountsMore() {
    RunResult measured = run("a", DRAWN, 7, 30, null);
    assertThat(drawn(measured).of(tasks(a, 1, 14), 1)).isEqualTo(seconds(60));
    assertThat(drawn(measured).of(tasks(b, 1, 7), 1))
        .as("a machine three times as fast")
        .isEqualTo(seconds(30));
    assertThat(drawn(run("a", REAL, 7, 30, null)).of(tasks(a, 1, 7), 1)).isEqualTo(seconds(90));
    assertThat(drawn(run("a", DRAWN, 7, 30, "broke off")).of(tasks(a, 1, 7), 1))
        .isEqualTo(seconds(90));
    assertThat(drawn(run("unknown", DRAWN, 7, 30, null)).of(tasks(a, 1, 7), 1))
        .isEqualTo(seconds(90));
  }

  @Test
  void isToldInSentencesAsAnEstimate() {
    assertThat(drawn().inWords(tasks(a, 4, 7), 2))
        .isEqualTo(
            "There will be 4 runs, 2 at a time. They will take about 3 min (estimated for a machine with"
                + " two cores).");
    assertThat(drawn(run("a", DRAWN, 7, 30, null)).inWords(tasks(a, 1, 7), 1))
        .isEqualTo(
            "There will be 1 run. It will take about 30 s (estimated from the runs in the report).");
    assertThat(drawn().inWords(List.of(), 0)).isEqualTo("There is nothing left to run.");
  }
}
