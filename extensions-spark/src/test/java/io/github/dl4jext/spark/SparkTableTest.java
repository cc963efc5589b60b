package io.github.dl4jext.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.testkit.fixtures.GuideTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the guide's table of training on Spark says is what happens, cell by cell. */
@EnabledForJreRange(max = JRE.JAVA_17, disabledReason = "Spark 3.1 runs on Java 17 at the latest")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SparkTableTest {

  private static final Path PAGE = Path.of("../docs/guide/spark.md");

  @ParameterizedTest
  @CsvSource({"false, false, 1", "false, true, 2", "true, false, 3", "true, true, 4"})
  void aColumnIsWhatHappens(boolean shared, boolean graph, int column, @TempDir Path folder)
      throws IOException {
    Map<String, String> said = new LinkedHashMap<>();
    rows().forEach(cells -> said.put(cells.get(0), cells.get(column)));
    assertThat(new SparkRun(shared, graph, folder).words())
        .containsExactlyInAnyOrderEntriesOf(said);
  }

  /** Each listener has a row. */
  @Test
  void nothingIsLeftOut() throws IOException {
    assertThat(
            rows().stream()
                .map(cells -> cells.get(0))
                .filter(row -> row.startsWith("`"))
                .map(row -> row.replaceAll("`|\\(.*", ""))
                .distinct())
        .containsExactlyInAnyOrderElementsOf(
            Plugins.installed().of(TrainingListener.class).stream().map(Plugin::name).toList());
  }

  private static List<List<String>> rows() throws IOException {
    return GuideTable.rows(PAGE, "What happens to what");
  }
}
