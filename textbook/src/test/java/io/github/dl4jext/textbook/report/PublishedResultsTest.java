package io.github.dl4jext.textbook.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dl4jext.textbook.Main;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.data.DataSource;
import io.github.dl4jext.textbook.run.Experiments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The run on real images that is shown in the documentation. */
class PublishedResultsTest {

  private static final Path FOLDER = Path.of("..", "docs", "results");

  private final List<Experiment> experiments =
      Experiments.installed(Main.class.getClassLoader()).all();

  private final List<RunResult> results;

  PublishedResultsTest() throws IOException {
    results =
        new ObjectMapper()
            .readerForListOf(RunResult.class)
            .readValue(FOLDER.resolve("results.json").toFile());
  }

  @Test
  void everyExperimentWasRunWithTwoSeedsAtItsOwnLength() {
    assertThat(experiments)
        .allSatisfy(
            experiment ->
                assertThat(results)
                    .as(experiment.name())
                    .filteredOn(
                        result ->
                            result.experiment().equals(experiment.name())
                                && result.data().equals(DataSource.FASHION_MNIST)
                                && result.epochs() == experiment.about().defaultEpochs()
                                && !result.failed())
                    .extracting(RunResult::seed)
                    .contains(1L, 2L));
    assertThat(results)
        .extracting(RunResult::experiment)
        .isSubsetOf(experiments.stream().map(Experiment::name).toList());
  }

  @Test
  void theTableIsThatOfTheFigures() throws IOException {
    assertThat(Files.readString(FOLDER.resolve("results.md")))
        .isEqualTo(ReportMarkdown.render(experiments, results));
  }
}
