package io.github.dl4jext.plots;

import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.uncertainty.Calibration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The reliability diagram: the accuracy of predictions over their confidence. Calibrated
 * predictions lie on the diagonal, overconfident ones below it.
 *
 * <pre>{@code
 * ReliabilityDiagram.of(Calibration.of(net.output(x), labels)).writeSvg(Path.of("reliability.svg"));
 * }</pre>
 *
 * <p>A bin without examples, whose figures are NaN, is left out and its neighbours are joined.
 *
 * @see <a href="https://arxiv.org/abs/1706.04599">Guo, Pleiss, Sun, Weinberger (2017)</a>
 */
public final class ReliabilityDiagram {

  /**
   * The bins of one predictor.
   *
   * @param confidence the mean confidence of each bin, in {@code [0, 1]}, or NaN
   * @param accuracy the accuracy of each bin, in {@code [0, 1]}, or NaN
   */
  public record Bins(double[] confidence, double[] accuracy) {

    /**
     * Checks the arrays and copies them.
     *
     * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range, or if the
     *     arrays differ in length
     */
    public Bins {
      Objects.requireNonNull(confidence, "the confidences must not be null");
      Objects.requireNonNull(accuracy, "the accuracies must not be null");
      Checks.of("reliability diagram")
          .that(inRange(confidence), "confidence", "in [0, 1] or NaN", listed(confidence))
          .that(inRange(accuracy), "accuracy", "in [0, 1] or NaN", listed(accuracy))
          .that(
              accuracy.length == confidence.length,
              "accuracy",
              "as many numbers as there are confidences, which is " + confidence.length,
              accuracy.length)
          .done();
      confidence = confidence.clone();
      accuracy = accuracy.clone();
    }

    /**
     * Takes the bins of a calibration.
     *
     * @param calibration the measured calibration
     * @return its confidences and accuracies
     */
    public static Bins of(Calibration calibration) {
      Objects.requireNonNull(calibration, "the calibration must not be null");
      return new Bins(calibration.binConfidences(), calibration.binAccuracies());
    }

    private static List<Double> listed(double[] numbers) {
      return Arrays.stream(numbers).boxed().toList();
    }

    private static boolean inRange(double[] numbers) {
      // a mean of floats may be a little above 1
      return Arrays.stream(numbers).allMatch(n -> Double.isNaN(n) || n >= 0 && n <= 1 + 1e-6);
    }

    @Override
    public double[] confidence() {
      return confidence.clone();
    }

    @Override
    public double[] accuracy() {
      return accuracy.clone();
    }

    private double[] filled(double[] numbers) {
      double[] kept = new double[numbers.length];
      int n = 0;
      for (int i = 0; i < numbers.length; i++) {
        if (!Double.isNaN(confidence[i]) && !Double.isNaN(accuracy[i])) {
          kept[n++] = numbers[i];
        }
      }
      return Arrays.copyOf(kept, n);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bins that
          && Arrays.equals(confidence, that.confidence)
          && Arrays.equals(accuracy, that.accuracy);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(confidence) + Arrays.hashCode(accuracy);
    }

    @Override
    public String toString() {
      return "Bins(confidence="
          + Arrays.toString(confidence)
          + ", accuracy="
          + Arrays.toString(accuracy)
          + ")";
    }
  }

  private ReliabilityDiagram() {}

  /**
   * Draws the diagram of one predictor, with a second line for the share of the examples in each
   * bin, since a bin with few examples says little.
   *
   * @param calibration the measured calibration
   * @return a chart with the diagonal, the accuracy and the share of examples
   */
  public static LineChart of(Calibration calibration) {
    Bins bins = Bins.of(calibration);
    double[] shares =
        Arrays.stream(calibration.binCounts())
            .mapToDouble(count -> count / (double) calibration.examples())
            .toArray();
    return titled("", Map.of("accuracy", bins))
        .xLabel("confidence (" + calibration.examples() + " examples)")
        .line("share of examples", bins.filled(bins.confidence), bins.filled(shares))
        .build();
  }

  /**
   * Draws the diagram of one predictor.
   *
   * @param confidence the mean confidence of each bin, in {@code [0, 1]}, or NaN
   * @param accuracy the accuracy of each bin, in {@code [0, 1]}, or NaN
   * @return a chart with the diagonal
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range, or if the
   *     arrays differ in length
   */
  public static LineChart of(double[] confidence, double[] accuracy) {
    return titled("", Map.of("accuracy", new Bins(confidence, accuracy))).build();
  }

  /**
   * Returns the builder of a chart with the diagram of several predictors, for further settings.
   *
   * @param title the text above the lines; may be empty
   * @param predictors bins by the names in the legend, in the map's order
   * @return a builder with the diagonal and a line per predictor
   */
  public static LineChart.Builder titled(String title, Map<String, Bins> predictors) {
    Objects.requireNonNull(predictors, "the predictors must not be null");
    LineChart.Builder chart =
        LineChart.titled(title)
            .xLabel("confidence")
            .yLabel("accuracy")
            .line("calibrated", new double[] {0, 1}, new double[] {0, 1});
    predictors.forEach(
        (name, bins) -> {
          Objects.requireNonNull(bins, () -> "the bins of " + name + " must not be null");
          chart.line(name, bins.filled(bins.confidence), bins.filled(bins.accuracy));
        });
    return chart;
  }
}
