package io.github.dl4jext.textbook.report;

import static org.apache.commons.text.StringEscapeUtils.escapeHtml4;

import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.textbook.api.Curve;
import io.github.dl4jext.textbook.api.RunResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The curves as pictures in the page: one per chart, so that experiments which draw into the same
 * chart can be compared.
 */
public final class Charts {

  /** Small, as letters shrink with a picture on a phone; wider screens show two in a row. */
  private static final int WIDTH = 480;

  private static final int HEIGHT = 340;

  private record Drawn(RunResult run, Curve curve) {}

  private record LineKey(String experiment, String name) {}

  private Charts() {}

  /** The charts into which several experiments have drawn; nothing if there are none. */
  static String shared(List<RunResult> ofTheSameData) {
    return figures(byChart(ofTheSameData), true, "");
  }

  /** The charts into which this experiment alone has drawn; nothing if there are none. */
  static String ownOf(String experiment, List<RunResult> ofTheSameData) {
    return figures(byChart(ofTheSameData), false, experiment);
  }

  private static Map<String, List<Drawn>> byChart(List<RunResult> results) {
    return results.stream()
        .flatMap(run -> run.curves().stream().map(curve -> new Drawn(run, curve)))
        .collect(
            Collectors.groupingBy(
                drawn -> drawn.curve.chart(), LinkedHashMap::new, Collectors.toList()));
  }

  private static String figures(
      Map<String, List<Drawn>> charts, boolean shared, String experiment) {
    String figures =
        charts.entrySet().stream()
            .filter(chart -> (experiments(chart.getValue()).size() > 1) == shared)
            .filter(chart -> shared || experiments(chart.getValue()).contains(experiment))
            .map(chart -> figure(chart.getKey(), chart.getValue()))
            .collect(Collectors.joining("\n"));
    return figures.isEmpty() ? "" : "<div class=\"charts\">\n" + figures + "\n</div>\n";
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
    LineChart.Builder chart = LineChart.titled("").xLabel("epoch").yLabel(quantity(title));
    byLine(curves).forEach((line, ofSeeds) -> add(chart, line.name(), ofSeeds));
    return """
        <figure>
        <h4>%s</h4>
        <figcaption>%s</figcaption>
        %s
        </figure>"""
        .formatted(escapeHtml4(title), which, chart.build().toSvg(WIDTH, HEIGHT));
  }

  /** Of a title such as "validation accuracy by schedule" what is told; the axis is short. */
  private static String quantity(String title) {
    return title.split(" by ", 2)[0];
  }

  private static Map<LineKey, List<double[]>> byLine(List<Drawn> curves) {
    Map<LineKey, List<double[]>> lines = new LinkedHashMap<>();
    for (Drawn drawn : curves) {
      lines
          .computeIfAbsent(
              new LineKey(drawn.run.experiment(), drawn.curve.line()), line -> new ArrayList<>())
          .add(drawn.curve.values());
    }
    return lines;
  }

  /** The mean over seeds, as far as all of them were trained. */
  private static void add(LineChart.Builder chart, String line, List<double[]> ofSeeds) {
    int epochs = ofSeeds.stream().mapToInt(values -> values.length).min().orElse(0);
    double[] x = new double[epochs];
    double[] mean = new double[epochs];
    Arrays.setAll(x, i -> i + 1);
    Arrays.setAll(
        mean, i -> ofSeeds.stream().mapToDouble(values -> values[i]).average().orElse(Double.NaN));
    chart.line(line, x, mean);
  }
}
