package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.listeners.diagnosis.checks.DiagnosisCheck;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.testkit.fixtures.GuideTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a check advises is there, and the guide's table from symptom to technique says the same. */
class DiagnosisTableTest {

  private static final Path PAGE = Path.of("../docs/guide/diagnosis.md");

  @Test
  void whatIsAdvisedIsThere() {
    Set<String> plugins =
        Plugins.installed().all().stream().map(Plugin::name).collect(Collectors.toSet());
    for (DiagnosisCheck check : DiagnosisCheck.all()) {
      assertThat(plugins).as(check.name()).containsAll(check.techniques());
      assertThat(Files.exists(Path.of("..").resolve(check.guide()))).as(check.guide()).isTrue();
      assertThat(check.techniques().isEmpty() ? check.advice() : "").doesNotContain("  ");
    }
  }

  @Test
  void theTableSaysWhatTheChecksSay() throws IOException {
    List<String> rows =
        DiagnosisCheck.all().stream()
            .map(
                check ->
                    String.join(
                        " | ",
                        check.symptom(),
                        "`" + check.name() + "`",
                        check.advice(),
                        check.techniques().stream()
                            .map(name -> "`" + name + "`")
                            .collect(Collectors.joining(", ")),
                        page(check)))
            .toList();
    assertThat(GuideTable.rows(PAGE, "From the symptom to the technique"))
        .map(cells -> String.join(" | ", cells))
        .containsExactlyInAnyOrderElementsOf(rows);
  }

  private static String page(DiagnosisCheck check) {
    String file = Path.of(check.guide()).getFileName().toString();
    return "[" + file.replace(".md", "").replace('-', ' ') + "](" + file + ")";
  }
}
