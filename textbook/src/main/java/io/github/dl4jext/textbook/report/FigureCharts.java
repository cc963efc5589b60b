package io.github.dl4jext.textbook.report;

import io.github.dl4jext.textbook.api.Distribution;
import io.github.dl4jext.textbook.api.Figure;
import io.github.dl4jext.textbook.report.StripChart.Row;
import io.github.dl4jext.textbook.report.Verdicts.Compared;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Draws figures, those of the same quantity on one axis. */
final class FigureCharts {

  private final boolean besideBook;

  /**
   * @param besideBook whether the book's figures are about these images, and shown
   */
  FigureCharts(boolean besideBook) {
    this.besideBook = besideBook;
  }

  /** Draws some figures in one picture, whatever they measure. */
  String together(List<Compared> figures) {
    List<String> quantities = figures.stream().map(Compared::quantity).distinct().toList();
    boolean manyExperiments = figures.stream().map(Compared::experiment).distinct().count() > 1;
    boolean sameQuantity = quantities.size() == 1;
    return figure(
        String.join("; ", quantities),
        figures.stream()
            .map(one -> new Row(label(one, manyExperiments, sameQuantity), one))
            .toList());
  }

  private static String label(Compared one, boolean withExperiment, boolean sameQuantity) {
    String what = sameQuantity ? one.variant() : one.figure().metric();
    if (!withExperiment) {
      return what;
    }
    return what.isEmpty() ? one.experiment() : one.experiment() + ": " + what;
  }

  /**
   * Draws the figures of one experiment: a picture for each quantity for which there is something
   * to compare, which is several variants, several seeds, or the book's figure.
   */
  List<String> byQuantity(List<Compared> ofAnExperiment) {
    Map<String, List<Compared>> byQuantity =
        ofAnExperiment.stream()
            .collect(
                Collectors.groupingBy(Compared::quantity, LinkedHashMap::new, Collectors.toList()));
    return byQuantity.values().stream()
        .filter(figures -> figures.size() > 1 || figures.stream().anyMatch(this::isWorthAPicture))
        .map(this::together)
        .toList();
  }

  private boolean isWorthAPicture(Compared one) {
    boolean spreads = one.spread().orElse(0) > 0;
    boolean differs = one.figure().book() != null && one.figure().book() != one.mean();
    return spreads || besideBook && differs;
  }

  private String figure(String title, List<Row> rows) {
    return ChartFigure.html(
        title,
        "",
        new StripChart(title, rows, besideBook).toSvg(),
        legend(rows),
        csv(rows).link(title));
  }

  private List<String> legend(List<Row> rows) {
    List<String> legend = new ArrayList<>();
    if (rows.stream().anyMatch(row -> row.figure().values().length > 1)) {
      legend.add(ChartFigure.meaning("seed", "a seed"));
      legend.add(ChartFigure.meaning("mean", "our mean"));
    }
    if (besideBook) {
      if (figures(rows).map(Figure::book).anyMatch(Objects::nonNull)) {
        legend.add(ChartFigure.meaning("book", "the book, one seed"));
      }
      figures(rows)
          .map(Figure::distribution)
          .filter(Objects::nonNull)
          .map(Distribution::of)
          .distinct()
          .forEach(of -> legend.add(ChartFigure.meaning("many", of + ", many seeds")));
    }
    return legend;
  }

  private static Stream<Figure> figures(List<Row> rows) {
    return rows.stream().map(row -> row.figure().figure());
  }

  private Csv csv(List<Row> rows) {
    Csv csv =
        besideBook
            ? new Csv("experiment", "figure", "seed", "value", "book", "many seeds", "deviation")
            : new Csv("experiment", "figure", "seed", "value");
    for (Row row : rows) {
      Compared one = row.figure();
      for (int i = 0; i < one.values().length; i++) {
        List<Object> cells = new ArrayList<>();
        cells.addAll(List.of(one.experiment(), one.figure().metric()));
        cells.addAll(List.of(one.seeds()[i], one.values()[i]));
        if (besideBook) {
          Distribution many = one.figure().distribution();
          cells.add(one.figure().book());
          cells.add(many == null ? null : (Double) many.mean());
          cells.add(many == null ? null : (Double) many.deviation());
        }
        csv.row(cells.toArray());
      }
    }
    return csv;
  }
}
