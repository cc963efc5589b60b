package io.github.dl4jext.textbook;

import static org.apache.commons.text.StringEscapeUtils.escapeHtml4;

import io.github.dl4jext.plots.LineChart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The curves as pictures in the page: one per data and chart, so that experiments which draw into
 * the same chart can be compared.
 */
final class Charts {

  /** Small, as letters shrink with a picture on a phone; wider screens show two in a row. */
  private static final int WIDTH = 480;

  private static final int HEIGHT = 340;

  private record Key(String data, String chart) {}

  private record Line(String experiment, String name) {}

  private Charts() {}

  /** A section, or nothing where there are no curves. */
  static String of(List<Curve> curves) {
    if (curves.isEmpty()) {
      return "";
    }
    Map<Key, List<Curve>> charts =
        curves.stream()
            .sorted(
                Comparator.comparing(Curve::experiment)
                    .thenComparing(Curve::data)
                    .thenComparing(Curve::seed))
            .collect(
                Collectors.groupingBy(
                    curve -> new Key(curve.data(), curve.chart()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return charts.entrySet().stream()
        .map(chart -> figure(chart.getKey(), chart.getValue()))
        .collect(Collectors.joining("\n", "<section class=\"charts\">\n", "\n</section>\n"));
  }

  private static String figure(Key key, List<Curve> curves) {
    List<Long> seeds = curves.stream().map(Curve::seed).distinct().sorted().toList();
    String which =
        seeds.size() == 1
            ? "seed " + seeds.get(0)
            : "mean of the seeds "
                + seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
    LineChart.Builder chart = LineChart.titled("").xLabel("epoch").yLabel(key.chart);
    byLine(curves).forEach((line, ofSeeds) -> add(chart, line.name(), ofSeeds));
    return """
        <figure>
        <h2>%s</h2>
        <figcaption>%s, %s</figcaption>
        %s
        </figure>"""
        .formatted(
            escapeHtml4(key.chart),
            escapeHtml4(key.data),
            which,
            chart.build().toSvg(WIDTH, HEIGHT));
  }

  private static Map<Line, List<double[]>> byLine(List<Curve> curves) {
    Map<Line, List<double[]>> lines = new LinkedHashMap<>();
    for (Curve curve : curves) {
      lines
          .computeIfAbsent(new Line(curve.experiment(), curve.line()), line -> new ArrayList<>())
          .add(curve.values());
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
