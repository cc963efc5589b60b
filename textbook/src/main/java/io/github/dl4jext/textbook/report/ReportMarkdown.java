package io.github.dl4jext.textbook.report;

import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunResult;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Renders the results as Markdown, for readers of a repository. It has the tables only; the page
 * has charts, pictures and sources too.
 */
final class ReportMarkdown {

  private ReportMarkdown() {}

  static String render(List<Experiment> experiments, List<RunResult> results) {
    return results.stream()
        .map(RunResult::data)
        .distinct()
        .sorted()
        .map(data -> images(data, experiments, results))
        .collect(Collectors.joining("\n", "# The textbook chapter\n\n", ""));
  }

  private static String images(String data, List<Experiment> experiments, List<RunResult> all) {
    List<RunResult> own =
        all.stream()
            .filter(result -> result.data().equals(data))
            .sorted(Comparator.comparing(RunResult::experiment).thenComparing(RunResult::seed))
            .toList();
    Verdicts verdicts = new Verdicts(experiments, own, data);
    PageIds ids = new PageIds(0);
    return Stream.of(
            "## Images: " + data + "\n",
            summary(own),
            ReportTables.figures(verdicts, ids).toMarkdown(),
            ReportTables.claims(verdicts, ids).toMarkdown(),
            ReportTables.costs(own, ids).toMarkdown())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  private static String summary(List<RunResult> own) {
    double seconds = own.stream().mapToDouble(RunResult::seconds).sum();
    return "%s. %s. %s runs, %s in total.%n"
        .formatted(
            ReportTables.distinct(own.stream().map(RunResult::machine)),
            ReportTables.distinct(own.stream().map(RunResult::finished)),
            own.size(),
            NumberText.text(Duration.ofSeconds((long) seconds)));
  }
}
