package io.github.dl4jext.uncertainty;

import io.github.dl4jext.spi.Checks;
import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Corrects probabilities by one number: the temperature T by which the outputs in front of the
 * softmax are divided, {@code p_i^(1/T) / sum_j p_j^(1/T)}.
 *
 * <p>Modern networks are overconfident. A T above 1 lowers their confidence, and a T below 1 raises
 * it. The most probable class does not change, and neither does the accuracy. T is fitted on data
 * that the network was not trained on, such as the validation set.
 *
 * <pre>{@code
 * TemperatureScaling scaling = TemperatureScaling.fit(net.output(valid.getFeatures()), valid.getLabels());
 * INDArray calibrated = scaling.apply(net.output(features));
 * }</pre>
 *
 * <p><b>The fit.</b> T minimises the log loss, {@code mean of -ln p(true class)}, which is convex
 * in {@code b = 1 / T}. Bisection over T from 0.001 to 1000 finds, to 15 digits, where its slope
 * {@code mean of (sum_j p_j ln q_j - ln q_true)} is 0; q are the probabilities given, and p those
 * scaled by b.
 *
 * <p><b>Edges.</b> If every example is right, or none, the best T is 0 or infinite, and the fit
 * gives 0.001 or 1000. If all probabilities of each example are equal, it gives 1. A probability
 * below the smallest normal float, 1.2e-38, counts as that float, so that a single true class of
 * probability 0 does not make the loss infinite.
 *
 * <p><b>Check.</b> Nine examples of ten are right, each with the probabilities (0.99, 0.01) or
 * (0.01, 0.99): T = ln 99 / ln 9 = 2.0913, and all become (0.9, 0.1) or (0.1, 0.9).
 *
 * @param temperature T, in {@code (0, inf)}
 * @see <a href="https://arxiv.org/abs/1706.04599">Guo, Pleiss, Sun, Weinberger (2017), section
 *     4.2</a>
 */
public record TemperatureScaling(double temperature) {

  private static final double LOWEST = 1e-3;
  private static final double HIGHEST = 1e3;

  /**
   * Takes a temperature that is known.
   *
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is out of range
   */
  public TemperatureScaling {
    boolean isPositive = temperature > 0 && temperature < Double.POSITIVE_INFINITY;
    Checks.of("temperature_scaling")
        .that(isPositive, "temperature", "a number in (0, inf)", temperature)
        .done();
  }

  /**
   * Finds the temperature with the smallest log loss.
   *
   * @param probabilities one row per example, one column per class; a single column is the
   *     probability of class 1 of two
   * @param labels a row per example with a 1 for its class, or a class per example, from 0
   * @return the scaling
   * @throws IllegalArgumentException if the shapes do not fit, or if a row is not probabilities
   *     that sum to 1
   */
  public static TemperatureScaling fit(INDArray probabilities, INDArray labels) {
    Objects.requireNonNull(
        probabilities, "temperature scaling: probabilities must be given, was null");
    Objects.requireNonNull(labels, "temperature scaling: labels must be given, was null");
    double[][] logs = logs(Calibration.rows(probabilities));
    int[] classes = Calibration.classes(labels, logs.length, logs[0].length);
    if (Arrays.stream(logs).allMatch(TemperatureScaling::isEven)) {
      return new TemperatureScaling(1);
    }
    double low = Math.log(LOWEST);
    double high = Math.log(HIGHEST);
    for (double middle = (low + high) / 2;
        middle > low && middle < high;
        middle = (low + high) / 2) {
      // a loss that still falls as 1 / T grows has its minimum at a lower T
      if (slope(logs, classes, Math.exp(-middle)) <= 0) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return new TemperatureScaling(Math.exp((low + high) / 2));
  }

  private static double[][] logs(double[][] rows) {
    return Arrays.stream(rows)
        .map(row -> Arrays.stream(row).map(p -> Math.log(Math.max(p, Float.MIN_NORMAL))).toArray())
        .toArray(double[][]::new);
  }

  private static boolean isEven(double[] row) {
    return Arrays.stream(row).allMatch(log -> log == row[0]);
  }

  /** Returns a multiple of the slope of the log loss with respect to 1 / T. */
  private static double slope(double[][] logs, int[] classes, double inverse) {
    double sum = 0;
    for (int i = 0; i < logs.length; i++) {
      double[] scaled = softmax(logs[i], inverse);
      for (int c = 0; c < scaled.length; c++) {
        sum += scaled[c] * (logs[i][c] - logs[i][classes[i]]);
      }
    }
    return sum;
  }

  private static double[] softmax(double[] logs, double inverse) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double log : logs) {
      largest = Math.max(largest, log);
    }
    double[] scaled = new double[logs.length];
    double sum = 0;
    for (int i = 0; i < logs.length; i++) {
      scaled[i] = Math.exp((logs[i] - largest) * inverse);
      sum += scaled[i];
    }
    for (int i = 0; i < logs.length; i++) {
      scaled[i] /= sum;
    }
    return scaled;
  }

  /**
   * Scales probabilities.
   *
   * @param probabilities one row per example, one column per class; a single column is the
   *     probability of class 1 of two, and stays a single one
   * @return the scaled probabilities, in a new array of the same shape and type
   * @throws IllegalArgumentException if the shape does not fit, or if a row is not probabilities
   *     that sum to 1
   */
  public INDArray apply(INDArray probabilities) {
    Objects.requireNonNull(
        probabilities, "temperature scaling: probabilities must be given, was null");
    double[][] logs = logs(Calibration.rows(probabilities));
    double[][] scaled = new double[logs.length][];
    for (int i = 0; i < logs.length; i++) {
      double[] row = softmax(logs[i], 1 / temperature);
      scaled[i] = probabilities.size(1) == 1 ? new double[] {row[1]} : row;
    }
    DataType type = probabilities.dataType();
    return Nd4j.createFromArray(scaled).castTo(type);
  }
}
