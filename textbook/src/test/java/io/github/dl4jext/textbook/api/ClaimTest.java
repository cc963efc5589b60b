package io.github.dl4jext.textbook.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a claim says, and when it is left open. */
class ClaimTest {

  private static final Claim GAIN =
      new Claim("a gains", averages -> averages.isClearlyAbove("accuracy, a", "accuracy, b"));

  /** One run per gain of a over b. */
  private static SeedAverages runs(String data, double... gains) {
    List<RunResult> results = new ArrayList<>();
    for (int i = 0; i < gains.length; i++) {
      double b = 0.5 + 0.1 * i;
      List<Figure> figures =
          List.of(Figure.of("accuracy, a", b + gains[i], null), Figure.of("accuracy, b", b, null));
      results.add(run("ours", data, i + 1, figures));
      results.add(run("peer", data, i + 1, List.of(Figure.of("accuracy, a", 0.0, null))));
      results.add(run("peer", data, i + 100, List.of(Figure.of("accuracy, a", 0.0, null))));
    }
    return new SeedAverages("ours", results);
  }

  private static RunResult run(String name, String data, long seed, List<Figure> figures) {
    return new RunResult(
        name, data, seed, 1, 1, "2026-11-30", "a machine", null, figures, List.of());
  }

  @Test
  void theTextSaysWhichImagesAndHowManySeedsItTakes() {
    assertThat(GAIN.text()).isEqualTo("a gains");
    assertThat(GAIN.onAllImages().text()).isEqualTo("a gains (all images)");
    assertThat(GAIN.overSeeds(5).text()).isEqualTo("a gains (5 seeds)");
    assertThat(GAIN.overSeeds(5).onRealImages().onAllImages().text())
        .isEqualTo("a gains (all real images, 5 seeds)");
  }

  @Test
  void withFewerSeedsItIsLeftOpen() {
    assertThat(GAIN.overSeeds(3).verdict(runs("fashion-mnist", 0.1, 0.12))).isEqualTo(Verdict.OPEN);
    assertThat(GAIN.overSeeds(3).verdict(runs("fashion-mnist", -0.1, -0.12)))
        .isEqualTo(Verdict.OPEN);
    assertThat(GAIN.overSeeds(3).verdict(runs("fashion-mnist", 0.1, 0.12, 0.14)))
        .isEqualTo(Verdict.HOLDS);
    assertThat(GAIN.overSeeds(3).verdict(runs("fashion-mnist", -0.1, -0.12, -0.14)))
        .isEqualTo(Verdict.FAILS);
    assertThat(GAIN.overSeeds(3).onRealImages().verdict(runs("embedded", 0.1, 0.12, 0.14)))
        .isEqualTo(Verdict.OPEN);
  }

  /** Gains of 0.01 and 0.03: mean 0.02, standard error 0.01. */
  @Test
  void aGainMustBeMoreThanTwoStandardErrorsAbove0() {
    assertThat(GAIN.verdict(runs("fashion-mnist", 0.01, 0.0299))).isEqualTo(Verdict.HOLDS);
    assertThat(GAIN.verdict(runs("fashion-mnist", 0.01, 0.0301))).isEqualTo(Verdict.FAILS);
    assertThat(GAIN.verdict(runs("fashion-mnist", -0.01, -0.01))).isEqualTo(Verdict.FAILS);
    assertThat(GAIN.verdict(runs("fashion-mnist", Double.NaN, 0.1))).isEqualTo(Verdict.FAILS);
  }

  @Test
  void ofOneSeedNoGainCanBeTold() {
    SeedAverages one = runs("fashion-mnist", 0.1);
    assertThat(GAIN.verdict(one)).isEqualTo(Verdict.OPEN);
    assertThat(one.asked())
        .containsExactly(
            new SeedAverages.Asked("ours", "accuracy, a"),
            new SeedAverages.Asked("ours", "accuracy, b"));
  }
}
