package io.github.dl4jext.textbook.report;

import io.github.dl4jext.textbook.api.Figure;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.api.Verdict;
import io.github.dl4jext.textbook.report.ResultTable.Cell;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes the tables of the report: book and ours, what must hold, and what the runs cost. */
final class ReportTables {

  private ReportTables() {}

  /** Every figure that the book has, too. */
  static ResultTable figures(Verdicts verdicts) {
    return new ResultTable(
        List.of("experiment", "figure", "book", "ours", "seeds", "agrees"),
        verdicts.figures().stream()
            .filter(one -> one.figure().book() != null)
            .map(
                one ->
                    List.of(
                        Cell.link(one.experiment()),
                        Cell.text(one.figure().metric()),
                        Cell.number(NumberText.text(one.figure().book())),
                        Cell.number(ours(one)),
                        Cell.number(String.valueOf(one.values().length)),
                        agrees(one, verdicts.verdict(one))))
            .toList());
  }

  private static Cell agrees(Verdicts.Compared one, Verdict verdict) {
    Figure figure = one.figure();
    return switch (verdict) {
      case HOLDS -> Cell.verdict(verdict, "yes", "yes");
      case FAILS -> {
        boolean isTooMuch = figure.least() == null || one.mean() >= figure.least();
        String bound =
            isTooMuch
                ? "at most " + NumberText.text(figure.most())
                : "at least " + NumberText.text(figure.least());
        yield Cell.verdict(verdict, "no", "no: " + bound + " would");
      }
      case OPEN -> new Cell("", "–", "");
    };
  }

  /** Every figure of one experiment, seed by seed. */
  static ResultTable figuresOf(String experiment, Verdicts verdicts) {
    return new ResultTable(
        List.of("figure", "book", "ours", "each seed"),
        verdicts.figures().stream()
            .filter(one -> one.experiment().equals(experiment))
            .map(
                one ->
                    List.of(
                        Cell.text(one.figure().metric()),
                        Cell.number(book(one.figure())),
                        Cell.number(ours(one)),
                        Cell.number(
                            Arrays.stream(one.values())
                                .mapToObj(NumberText::text)
                                .collect(Collectors.joining(" \u00a0 ")))))
            .toList());
  }

  private static String book(Figure figure) {
    return figure.book() == null ? "" : NumberText.text(figure.book());
  }

  /** The mean, with the spread if there is any. */
  private static String ours(Verdicts.Compared one) {
    String mean = NumberText.text(one.mean());
    double spread = one.spread().orElse(0);
    return spread > 0 ? mean + " ± " + NumberText.rounded(spread, 2) : mean;
  }

  static ResultTable claims(Verdicts verdicts) {
    return new ResultTable(
        List.of("experiment", "what it is to show", ""),
        verdicts.claims().stream()
            .map(
                one -> {
                  boolean isOpen = one.verdict() == Verdict.OPEN;
                  String verdict = one.verdict().toString();
                  return List.of(
                      Cell.link(one.experiment()),
                      Cell.text(one.text()),
                      Cell.verdict(one.verdict(), verdict, isOpen ? "not measured" : verdict));
                })
            .toList());
  }

  static ResultTable costs(List<RunResult> results) {
    return new ResultTable(
        List.of("experiment", "epochs", "seconds of each seed"),
        results.stream()
            .collect(
                Collectors.groupingBy(RunResult::experiment, TreeMap::new, Collectors.toList()))
            .values()
            .stream()
            .map(
                runs ->
                    List.of(
                        Cell.link(runs.get(0).experiment()),
                        Cell.text(distinct(runs.stream().map(run -> "" + run.epochs()))),
                        Cell.text(
                            runs.stream()
                                .map(run -> NumberText.text(run.seconds()))
                                .collect(Collectors.joining(", ")))))
            .toList());
  }

  /** The different ones of some texts, in order. */
  static String distinct(Stream<String> texts) {
    return texts.distinct().sorted().collect(Collectors.joining("; "));
  }
}
