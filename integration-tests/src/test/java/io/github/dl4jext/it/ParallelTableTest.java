package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.testkit.fixtures.GuideTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the guide's tables of parallel training say is what happens, cell by cell. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ParallelTableTest {

  private static final Path PAGE = Path.of("../docs/guide/parallel.md");

  static Stream<Arguments> columns() {
    return Stream.of(true, false)
        .flatMap(
            ours ->
                Stream.of(TrainingMode.AVERAGING, TrainingMode.SHARED_GRADIENTS)
                    .flatMap(
                        mode ->
                            Stream.of(false, true).map(graph -> Arguments.of(ours, mode, graph))));
  }

  @ParameterizedTest
  @MethodSource("columns")
  void aColumnIsWhatHappens(boolean ours, TrainingMode mode, boolean graph, @TempDir Path folder)
      throws IOException {
    int column = (mode == TrainingMode.AVERAGING ? 1 : 3) + (graph ? 1 : 0);
    Map<String, String> said = new LinkedHashMap<>();
    rows(ours).forEach(cells -> said.put(cells.get(0), cells.get(column)));
    assertThat(new ParallelRun(ours, mode, graph, folder).words())
        .containsExactlyInAnyOrderEntriesOf(said);
  }

  /** Each kind that a network can have has a row, and each listener. */
  @Test
  void nothingIsLeftOut() throws IOException {
    for (boolean ours : new boolean[] {true, false}) {
      List<String> rows = rows(ours).stream().map(cells -> cells.get(0)).toList();
      assertThat(rows.stream().filter(row -> !row.startsWith("`")))
          .as("a schedule has two rows")
          .hasSize(SavedModel.KINDS.size() + 1);
      assertThat(
              rows.stream()
                  .filter(row -> row.startsWith("`"))
                  .map(row -> row.replaceAll("`|\\(.*", ""))
                  .distinct())
          .containsExactlyInAnyOrderElementsOf(
              Plugins.installed().of(TrainingListener.class).stream().map(Plugin::name).toList());
    }
  }

  private static List<List<String>> rows(boolean ours) throws IOException {
    return GuideTable.rows(PAGE, ours ? "With ParallelTraining" : "With ParallelWrapper");
  }
}
