package io.github.dl4jext.plots;

import io.github.dl4jext.schedules.finder.LearningRateSweep;
import java.util.Arrays;
import java.util.Objects;

/**
 * Draws the loss over the learning rate, as a {@code LearningRateFinder} measured it.
 *
 * <pre>{@code
 * LearningRateSweep sweep = LearningRateFinder.builder(net).build().sweep(train);
 * LearningRatePlot.of(sweep).writePng(Path.of("rates.png"));
 * }</pre>
 *
 * <p>The rate is on a logarithmic axis; the line is the smoothed loss, and a marker shows the
 * suggestion, if there are enough points for one. So that the descent can be seen, the line ends
 * where the loss diverges: after the lowest loss, before the first loss that is above {@code h +
 * max(h - lowest, |h| / 2)}, where {@code h} is the highest loss up to the lowest.
 */
public final class LearningRatePlot {

  private LearningRatePlot() {}

  /**
   * Draws the curve of a sweep.
   *
   * @param sweep the finder's measurements
   * @return a chart of the smoothed loss by learning rate
   */
  public static LineChart of(LearningRateSweep sweep) {
    return titled("", sweep).build();
  }

  /**
   * Returns the builder of a chart with the curve of a sweep, for further settings.
   *
   * @param title the text above the line; may be empty
   * @param sweep the finder's measurements
   * @return a builder with the line, and with the suggestion's marker if there is a suggestion
   */
  public static LineChart.Builder titled(String title, LearningRateSweep sweep) {
    Objects.requireNonNull(sweep, "the sweep must not be null");
    double[] losses = sweep.smoothed();
    int shown = beforeItDiverges(losses);
    LineChart.Builder chart =
        LineChart.titled(title)
            .xLabel("learning rate")
            .yLabel("loss")
            .logX()
            .line(
                "smoothed loss", Arrays.copyOf(sweep.rates(), shown), Arrays.copyOf(losses, shown));
    return sweep.hasSuggestion() ? chart.marker("valley", sweep.suggestion()) : chart;
  }

  /** Counts the points before the loss diverges. */
  private static int beforeItDiverges(double[] losses) {
    if (losses.length == 0) {
      return 0;
    }
    int lowest = 0;
    for (int i = 0; i < losses.length; i++) {
      lowest = losses[i] < losses[lowest] ? i : lowest;
    }
    double highest = Arrays.stream(losses, 0, lowest + 1).max().orElse(Double.NaN);
    double limit = highest + Math.max(highest - losses[lowest], Math.abs(highest) / 2);
    int end = lowest + 1;
    while (end < losses.length && losses[end] <= limit) {
      end++;
    }
    return end;
  }
}
