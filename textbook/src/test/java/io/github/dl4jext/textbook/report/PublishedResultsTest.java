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
import java.util.regex.Pattern;
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

  /** Runs on all the images take hours, so that those of new experiments may be still to come. */
  @Test
  void everyExperimentWasRunWithTwoSeedsAtItsOwnLengthOrIsNamedAsStillToBeRun() throws IOException {
    String open =
        Files.readString(FOLDER.resolve("README.md"))
            .split("## Not run yet\n")[1]
            .split("\n## ")[0];
    List<String> named =
        Pattern.compile("^\\* `([a-z0-9-]+)`", Pattern.MULTILINE)
            .matcher(open)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(experiments)
        .filteredOn(experiment -> !wasRun(experiment))
        .extracting(Experiment::name)
        .containsExactlyInAnyOrderElementsOf(named);
    assertThat(results)
        .extracting(RunResult::experiment)
        .isSubsetOf(experiments.stream().map(Experiment::name).toList());
  }

  private boolean wasRun(Experiment experiment) {
    return results.stream()
        .filter(
            result ->
                result.experiment().equals(experiment.name())
                    && result.data().equals(DataSource.FASHION_MNIST)
                    && result.epochs() == experiment.about().defaultEpochs()
                    && !result.failed())
        .map(RunResult::seed)
        .toList()
        .containsAll(List.of(1L, 2L));
  }

  @Test
  void theTableIsThatOfTheFigures() throws IOException {
    assertThat(Files.readString(FOLDER.resolve("results.md")))
        .isEqualTo(ReportMarkdown.render(experiments, results));
  }
}
