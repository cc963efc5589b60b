package io.github.dl4jext.textbook.report;

import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.api.Verdict;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The results as Markdown, for those who read them in a repository: book and ours, and what must
 * hold. The page has everything else.
 */
public final class ReportTable {

  private final List<Experiment> experiments;
  private final List<RunResult> results;

  public ReportTable(List<Experiment> experiments, List<RunResult> results) {
    this.experiments = experiments;
    this.results =
        results.stream()
            .sorted(Comparator.comparing(RunResult::experiment).thenComparing(RunResult::seed))
            .toList();
  }

  public String toMarkdown() {
    return results.stream()
        .map(RunResult::data)
        .distinct()
        .sorted()
        .map(this::images)
        .collect(Collectors.joining("\n", "# The textbook chapter\n\n", ""));
  }

  private String images(String data) {
    List<RunResult> own = results.stream().filter(result -> result.data().equals(data)).toList();
    Verdicts verdicts = new Verdicts(experiments, own, data);
    List<String> figures =
        verdicts.figures().stream()
            .filter(one -> one.figure().book() != null)
            .map(one -> figure(one, verdicts.verdict(one)))
            .toList();
    List<String> claims =
        verdicts.claims().stream()
            .map(one -> row(one.experiment(), one.text(), one.verdict().toString()))
            .toList();
    return Stream.of(
            "## Images: " + data + "\n",
            of(own),
            table(row("experiment", "figure", "book", "ours", "seeds", "agrees"), figures),
            table(row("experiment", "what it is to show", ""), claims),
            table(row("experiment", "epochs", "seconds of each seed"), costs(own)))
        .filter(Objects::nonNull)
        .collect(Collectors.joining("\n"));
  }

  private static String of(List<RunResult> own) {
    String machines = joined(own.stream().map(RunResult::machine));
    String days = joined(own.stream().map(RunResult::finished));
    double seconds = own.stream().mapToDouble(RunResult::seconds).sum();
    return "%s. %s. %d runs, %s in sum.%n"
        .formatted(machines, days, own.size(), NumberText.text(Duration.ofSeconds((long) seconds)));
  }

  private static String joined(Stream<String> texts) {
    return texts.distinct().sorted().collect(Collectors.joining("; "));
  }

  private static String figure(Verdicts.Compared one, Verdict verdict) {
    String agrees =
        switch (verdict) {
          case HOLDS -> "yes";
          case FAILS -> "no";
          case OPEN -> "";
        };
    return row(
        one.experiment(),
        one.figure().metric(),
        NumberText.text(one.figure().book()),
        VerdictTables.ours(one),
        String.valueOf(one.values().length),
        agrees);
  }

  private static List<String> costs(List<RunResult> own) {
    return own.stream()
        .collect(Collectors.groupingBy(RunResult::experiment, TreeMap::new, Collectors.toList()))
        .values()
        .stream()
        .map(
            runs ->
                row(
                    runs.get(0).experiment(),
                    joined(runs.stream().map(run -> String.valueOf(run.epochs()))),
                    runs.stream()
                        .map(run -> NumberText.text(run.seconds()))
                        .collect(Collectors.joining(", "))))
        .toList();
  }

  /** Null if there is nothing to tell. */
  private static String table(String head, List<String> rows) {
    if (rows.isEmpty()) {
      return null;
    }
    String rule = head.replaceAll("[^|]+", "---");
    return Stream.concat(Stream.of(head, rule), rows.stream())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String row(String... cells) {
    return Stream.of(cells)
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
