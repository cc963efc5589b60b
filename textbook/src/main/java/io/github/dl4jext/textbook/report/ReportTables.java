package io.github.dl4jext.textbook.report;

import io.github.dl4jext.textbook.api.Figure;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.api.Verdict;
import io.github.dl4jext.textbook.report.ResultTable.Cell;
import io.github.dl4jext.textbook.report.ResultTable.Column;
import io.github.dl4jext.textbook.report.Verdicts.Compared;
import io.github.dl4jext.textbook.report.Verdicts.Judged;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes the tables of the report: the book's figures and ours, the claims, and the costs. */
final class ReportTables {

  private ReportTables() {}

  /** Every figure that the book has too, beside the book's where that is about these images. */
  static ResultTable figures(Verdicts verdicts, PageIds ids) {
    List<Compared> figures =
        verdicts.figures().stream().filter(one -> one.figure().book() != null).toList();
    boolean besideBook = verdicts.areComparedWithTheBook();
    List<Column<Compared>> columns = new ArrayList<>();
    columns.add(new Column<>("experiment", one -> Cell.link(one.experiment(), ids)));
    columns.add(new Column<>("figure", one -> Cell.text(one.figure().metric())));
    if (besideBook) {
      columns.addAll(others(figures));
    }
    columns.add(new Column<>("ours", one -> Cell.number(ours(one))));
    columns.add(new Column<>("seeds", one -> Cell.number("" + one.values().length)));
    if (besideBook) {
      columns.add(new Column<>("agrees", one -> agrees(one, verdicts.verdict(one))));
    }
    return ResultTable.of("Figures that the book has too", columns, figures);
  }

  /** The book's figure, and where it is known the result of many seeds that were run elsewhere. */
  private static List<Column<Compared>> others(List<Compared> figures) {
    Column<Compared> book = new Column<>("book", one -> Cell.number(book(one.figure())));
    boolean isKnown = figures.stream().anyMatch(one -> one.figure().distribution() != null);
    return isKnown
        ? List.of(book, new Column<>("many seeds", one -> Cell.text(manySeeds(one.figure()))))
        : List.of(book);
  }

  private static String manySeeds(Figure figure) {
    return figure.distribution() == null ? "" : StripChart.inWords(figure.distribution());
  }

  private static Cell agrees(Compared one, Verdict verdict) {
    return switch (verdict) {
      case HOLDS -> Cell.verdict(verdict, "yes", "yes");
      case FAILS -> {
        boolean isTooMuch = one.least() == null || one.mean() >= one.least();
        String bound =
            isTooMuch
                ? "at most " + NumberText.text(one.most())
                : "at least " + NumberText.text(one.least());
        yield Cell.verdict(verdict, "no", "no: should be " + bound);
      }
      case OPEN -> new Cell("", "–", "");
    };
  }

  /** Every figure of one experiment, seed by seed. */
  static ResultTable figuresOf(String experiment, Verdicts verdicts) {
    List<Compared> figures =
        verdicts.figures().stream().filter(one -> one.experiment().equals(experiment)).toList();
    boolean hasBook = figures.stream().anyMatch(one -> one.figure().book() != null);
    boolean hasSeeds = figures.stream().anyMatch(one -> one.values().length > 1);
    List<Column<Compared>> columns = new ArrayList<>();
    columns.add(new Column<>("figure", one -> Cell.text(one.figure().metric())));
    if (hasBook && verdicts.areComparedWithTheBook()) {
      columns.addAll(others(figures));
    }
    columns.add(new Column<>("ours", one -> Cell.number(ours(one))));
    if (hasSeeds) {
      columns.add(new Column<>("each seed", one -> Cell.number(eachSeed(one))));
    }
    return ResultTable.of("Figures of " + experiment, columns, figures);
  }

  private static String eachSeed(Compared one) {
    return Arrays.stream(one.values())
        .mapToObj(NumberText::text)
        .collect(Collectors.joining(" \u00a0 "));
  }

  private static String book(Figure figure) {
    return figure.book() == null ? "" : NumberText.text(figure.book());
  }

  /** The mean, with the spread if there is any. */
  static String ours(Compared one) {
    String mean = NumberText.text(one.mean());
    double spread = one.spread().orElse(0);
    return spread > 0 ? mean + " ± " + NumberText.rounded(spread, 2) : mean;
  }

  static ResultTable claims(Verdicts verdicts, PageIds ids) {
    return ResultTable.of(
        "Claims",
        List.of(
            new Column<Judged>("experiment", one -> Cell.link(one.experiment(), ids)),
            new Column<Judged>("claim", one -> Cell.text(one.text())),
            new Column<Judged>("verdict", one -> Cell.text(one.verdict().toString()))),
        verdicts.claims());
  }

  /** What the runs of each experiment cost. */
  static ResultTable costs(List<RunResult> results, PageIds ids) {
    return ResultTable.of(
        "What the runs cost",
        List.of(
            new Column<List<RunResult>>(
                "experiment", runs -> Cell.link(runs.get(0).experiment(), ids)),
            new Column<List<RunResult>>(
                "epochs", runs -> Cell.text(distinct(runs.stream().map(run -> "" + run.epochs())))),
            new Column<List<RunResult>>(
                "seconds for each seed",
                runs ->
                    Cell.text(
                        runs.stream()
                            .map(run -> NumberText.text(run.seconds()))
                            .collect(Collectors.joining(", "))))),
        List.copyOf(
            results.stream()
                .collect(
                    Collectors.groupingBy(RunResult::experiment, TreeMap::new, Collectors.toList()))
                .values()));
  }

  /** How each run of an experiment was made. */
  static ResultTable runs(List<RunResult> ofAnExperiment) {
    return ResultTable.of(
        "Runs of " + ofAnExperiment.get(0).experiment(),
        List.of(
            new Column<RunResult>("seed", run -> Cell.number("" + run.seed())),
            new Column<RunResult>("epochs", run -> Cell.number("" + run.epochs())),
            new Column<RunResult>("seconds", run -> Cell.number(NumberText.text(run.seconds()))),
            new Column<RunResult>("finished", run -> Cell.text(run.finished())),
            new Column<RunResult>("machine", run -> Cell.text(run.machine()))),
        ofAnExperiment);
  }

  /** The texts without repetitions, sorted, with semicolons between them. */
  static String distinct(Stream<String> texts) {
    return texts.distinct().sorted().collect(Collectors.joining("; "));
  }
}
