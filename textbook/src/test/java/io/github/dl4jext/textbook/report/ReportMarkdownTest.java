package io.github.dl4jext.textbook.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.FakeExperiment;
import io.github.dl4jext.textbook.api.Figure;
import io.github.dl4jext.textbook.api.ReferenceFigure;
import io.github.dl4jext.textbook.api.RunResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table that is read in a repository. */
class ReportMarkdownTest {

  private final Experiment ours =
      new FakeExperiment(
          "ours",
          context -> {},
          new Claim("a|b is better", averages -> averages.get("accuracy") > 0.87),
          new Claim("a peer is worse", averages -> averages.get("peer", "accuracy") < 0.87));

  private static RunResult run(String data, long seed, double accuracy, double seconds) {
    return new RunResult(
        "ours",
        data,
        seed,
        10,
        seconds,
        "2026-11-2" + seed,
        "a machine",
        null,
        List.of(
            Figure.of("accuracy", accuracy, ReferenceFigure.accuracy(0.88)),
            Figure.of("loss", 0.5, null),
            Figure.of("rate", 0.2, ReferenceFigure.shown(0.1)),
            Figure.of("layers", 3, ReferenceFigure.exactly(4))),
        List.of());
  }

  @Test
  void hasBookAndOursClaimsAndCosts() {
    List<RunResult> results =
        List.of(run("fashion-mnist", 2, 0.89, 70), run("fashion-mnist", 1, 0.87, 60.5));
    assertThat(ReportMarkdown.render(List.of(ours), results))
        .isEqualTo(
            """
            # The textbook chapter

            ## Images: fashion-mnist

            a machine. 2026-11-21; 2026-11-22. 2 runs, 2 min in total.

            | experiment | figure | book | ours | seeds | agrees |
            |---|---|---|---|---|---|
            | ours | accuracy | 0.88 | 0.88 ± 0.014 | 2 | yes |
            | ours | rate | 0.1 | 0.2 | 2 |  |
            | ours | layers | 4 | 3 | 2 | no |

            | experiment | claim | verdict |
            |---|---|---|
            | ours | a\\|b is better | holds |
            | ours | a peer is worse | open |

            | experiment | epochs | seconds for each seed |
            |---|---|---|
            | ours | 10 | 60.5, 70 |
            """);
  }

  @Test
  void eachSetOfImagesHasItsOwn() {
    List<RunResult> results = List.of(run("fashion-mnist", 1, 0.1, 1), run("embedded", 1, 0.2, 1));
    assertThat(ReportMarkdown.render(List.of(), results))
        .containsSubsequence(
            "## Images: embedded",
            "| experiment | figure | ours | seeds |",
            "| ours | accuracy | 0.2 | 1 |",
            "## Images: fashion-mnist",
            "| accuracy | 0.88 | 0.1 | 1 | no |");
  }

  @Test
  void smallNumbersHaveExponents() {
    List<RunResult> results =
        List.of(run("fashion-mnist", 1, 1e-30, 1), run("fashion-mnist", 2, 3e-30, 1));
    assertThat(ReportMarkdown.render(List.of(), results))
        .contains("| accuracy | 0.88 | 2.0E-30 ± 1.4E-30 | 2 | no |");
  }
}
