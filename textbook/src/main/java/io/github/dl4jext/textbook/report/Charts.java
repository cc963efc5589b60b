package io.github.dl4jext.textbook.report;

import io.github.dl4jext.textbook.api.Curve;
import io.github.dl4jext.textbook.api.RunResult;
import io.github.dl4jext.textbook.report.CurveChart.Line;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Draws the curves of one set of images: one picture per chart, so that experiments that draw into
 * the same chart can be compared.
 */
final class Charts {

  private record Drawn(RunResult run, Curve curve) {}

  private record LineKey(String experiment, String name) {}

  private final Map<String, List<Drawn>> byChart;

  /**
   * @param ofTheSameImages the runs; their lines are drawn and listed in this order
   */
  Charts(List<RunResult> ofTheSameImages) {
    byChart =
        ofTheSameImages.stream()
            .flatMap(run -> run.curves().stream().map(curve -> new Drawn(run, curve)))
            .collect(
                Collectors.groupingBy(
                    drawn -> drawn.curve.chart(), LinkedHashMap::new, Collectors.toList()));
  }

  /** The charts into which several experiments have drawn, where the first is one of these. */
  List<String> sharedBy(List<String> experiments) {
    return byChart.entrySet().stream()
        .filter(chart -> experiments(chart.getValue()).size() > 1)
        .filter(chart -> experiments.contains(experiments(chart.getValue()).get(0)))
        .map(chart -> figure(chart.getKey(), chart.getValue()))
        .toList();
  }

  /** The charts into which this experiment alone has drawn. */
  List<String> ownOf(String experiment) {
    return byChart.entrySet().stream()
        .filter(chart -> experiments(chart.getValue()).equals(List.of(experiment)))
        .map(chart -> figure(chart.getKey(), chart.getValue()))
        .toList();
  }

  private static List<String> experiments(List<Drawn> curves) {
    return curves.stream().map(drawn -> drawn.run.experiment()).distinct().toList();
  }

  private static String figure(String title, List<Drawn> curves) {
    List<Long> seeds = curves.stream().map(drawn -> drawn.run.seed()).distinct().sorted().toList();
    String which =
        seeds.size() == 1
            ? "seed " + seeds.get(0)
            : "mean of the seeds "
                + seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
    List<Line> lines = lines(curves);
    List<String> legend =
        IntStream.range(0, lines.size())
            .mapToObj(i -> ChartFigure.meaning(CurveChart.ink(i), lines.get(i).name()))
            .toList();
    return ChartFigure.html(
        title, which, new CurveChart(title, lines).toSvg(), legend, csv(curves).link(title));
  }

  private static List<Line> lines(List<Drawn> curves) {
    Map<LineKey, List<double[]>> lines = new LinkedHashMap<>();
    for (Drawn drawn : curves) {
      lines
          .computeIfAbsent(
              new LineKey(drawn.run.experiment(), drawn.curve.line()), line -> new ArrayList<>())
          .add(drawn.curve.values());
    }
    return lines.entrySet().stream()
        .map(line -> new Line(line.getKey().name(), line.getValue()))
        .toList();
  }

  private static Csv csv(List<Drawn> curves) {
    Csv csv = new Csv("experiment", "line", "seed", "epoch", "value");
    for (Drawn drawn : sorted(curves)) {
      double[] values = drawn.curve.values();
      for (int i = 0; i < values.length; i++) {
        csv.row(drawn.run.experiment(), drawn.curve.line(), drawn.run.seed(), i + 1, values[i]);
      }
    }
    return csv;
  }

  private static List<Drawn> sorted(List<Drawn> curves) {
    return curves.stream()
        .sorted(
            Comparator.comparing((Drawn drawn) -> drawn.run.experiment())
                .thenComparing(drawn -> drawn.curve.line())
                .thenComparing(drawn -> drawn.run.seed()))
        .toList();
  }
}
