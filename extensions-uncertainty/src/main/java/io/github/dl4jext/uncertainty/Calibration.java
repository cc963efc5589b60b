package io.github.dl4jext.uncertainty;

import io.github.dl4jext.spi.Checks;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures whether predicted probabilities are calibrated: of all predictions made with 80 %, 80 %
 * should be right.
 *
 * <pre>{@code
 * Calibration calibration = Calibration.of(prediction.mean(), labels);
 * calibration.expectedCalibrationError();
 * }</pre>
 *
 * <p>The confidence of a prediction is its largest probability, or with {@link #ofClass} the
 * probability of one class, predicted or not. Bins have equal width. Bin m of M takes the
 * confidences in {@code ((m - 1) / M, m / M]}, and the first bin also 0.
 *
 * <table>
 * <caption>Measures; each is better when lower</caption>
 * <tr><th>method</th><th>what</th><th>range</th></tr>
 * <tr><td>{@link #expectedCalibrationError()}</td>
 * <td>mean over the examples of |accuracy - confidence| of their bin</td><td>[0, 1]</td></tr>
 * <tr><td>{@link #maximumCalibrationError()}</td><td>the largest of these</td><td>[0, 1]</td></tr>
 * <tr><td>{@link #rootMeanSquareCalibrationError()}</td>
 * <td>root of the mean over the examples of (accuracy - confidence)^2 of their bin</td>
 * <td>[0, 1]</td></tr>
 * <tr><td>{@link #logLoss()}</td><td>mean of -ln p of the true class, in nats</td>
 * <td>[0, inf]</td></tr>
 * <tr><td>{@link #brierScore()}</td><td>mean over the examples of the sum over the classes of (p -
 * y)^2</td><td>[0, 2]</td></tr>
 * </table>
 *
 * <p>The calibration errors depend on the bins, and with few examples they are too large even for
 * perfect probabilities. Log loss and Brier score need no bins, and are also lower for a network
 * that is right more often.
 *
 * <p><b>Edges.</b> An empty bin does not count, and its figures are NaN. The log loss is infinite
 * if a true class has probability 0.
 *
 * <p><b>Check.</b> Probabilities (0.9, 0.1) and (0.6, 0.4) with labels 0 and 1: expected error
 * 0.35, maximum 0.6, root mean square 0.4301163, log loss 0.5108256, Brier score 0.37.
 *
 * <p><b>Departs from others.</b> 15 bins as in the experiments of Guo et al.; Baal takes 10. For
 * two classes scikit-learn's Brier score is half of this one.
 *
 * @see <a href="https://arxiv.org/abs/1706.04599">Guo, Pleiss, Sun, Weinberger (2017)</a>
 */
public final class Calibration {

  /** The default number of bins. */
  public static final int DEFAULT_BINS = 15;

  private final int examples;
  private final int[] counts;
  private final double[] confidence;
  private final int[] right;

  /** The class whose probability is the confidence; -1 for the most probable one. */
  private final int chosen;

  private double logLoss;
  private double brier;

  private Calibration(double[][] probabilities, int[] labels, int bins, int chosen) {
    this.chosen = chosen;
    examples = labels.length;
    counts = new int[bins];
    confidence = new double[bins];
    right = new int[bins];
    for (int i = 0; i < examples; i++) {
      add(probabilities[i], labels[i]);
    }
  }

  private void add(double[] p, int label) {
    int best = 0;
    for (int c = 0; c < p.length; c++) {
      best = p[c] > p[best] ? c : best;
      double miss = p[c] - (c == label ? 1 : 0);
      brier += miss * miss;
    }
    logLoss -= Math.log(p[label]);
    int told = chosen < 0 ? best : chosen;
    int bins = counts.length;
    // probabilities of floats may be a little above 1
    int bin = Math.min(bins, Math.max(1, (int) Math.ceil(p[told] * bins))) - 1;
    counts[bin]++;
    confidence[bin] += p[told];
    right[bin] += told == label ? 1 : 0;
  }

  /**
   * Measures with 15 bins.
   *
   * @param probabilities one row per example, one column per class; a single column is the
   *     probability of class 1 of two
   * @param labels a row per example with a 1 for its class, or a class per example, from 0
   * @return the measures
   * @throws IllegalArgumentException if the shapes do not fit, a number is out of range, or a row
   *     is not probabilities that sum to 1
   */
  public static Calibration of(INDArray probabilities, INDArray labels) {
    Objects.requireNonNull(probabilities, "calibration: probabilities must be given, was null");
    Objects.requireNonNull(labels, "calibration: labels must be given, was null");
    return of(probabilities, labels, DEFAULT_BINS);
  }

  /**
   * Measures with a number of bins.
   *
   * @param probabilities one row per example, one column per class; a single column is the
   *     probability of class 1 of two
   * @param labels a row per example with a 1 for its class, or a class per example, from 0
   * @param bins the number of bins, 1 to 10000
   * @return the measures
   * @throws IllegalArgumentException if the shapes do not fit, a number is out of range, or a row
   *     is not probabilities that sum to 1
   */
  public static Calibration of(INDArray probabilities, INDArray labels, int bins) {
    return of(probabilities, labels, bins, -1);
  }

  /**
   * Measures whether the probabilities of one class, such as the positive class of two, are
   * calibrated: of all examples with a probability of 80 % for the class, 80 % should belong to it.
   * Examples for which another class is predicted count too.
   *
   * @param probabilities one row per example, one column per class; a single column is the
   *     probability of class 1 of two
   * @param labels a row per example with a 1 for its class, or a class per example, from 0
   * @param number the class, from 0; 1 is the positive one of two
   * @param bins the number of bins, 1 to 10000
   * @return the measures; {@link #accuracy()} and {@link #binAccuracies()} are shares of examples
   *     of the class
   * @throws IllegalArgumentException if the shapes do not fit, a number is out of range, or a row
   *     is not probabilities that sum to 1
   */
  public static Calibration ofClass(INDArray probabilities, INDArray labels, int number, int bins) {
    Objects.requireNonNull(probabilities, "calibration: probabilities must be given, was null");
    long classes = probabilities.rank() == 2 ? Math.max(2, probabilities.columns()) : 1;
    Checks.of("calibration")
        .that(
            number >= 0 && number < classes, "number", "a class from 0 to " + (classes - 1), number)
        .done();
    return of(probabilities, labels, bins, number);
  }

  private static Calibration of(INDArray probabilities, INDArray labels, int bins, int chosen) {
    Objects.requireNonNull(probabilities, "calibration: probabilities must be given, was null");
    Objects.requireNonNull(labels, "calibration: labels must be given, was null");
    Checks.of("calibration").that(bins >= 1 && bins <= 10_000, "bins", "1 to 10000", bins).done();
    double[][] p = rows(probabilities);
    return new Calibration(p, classes(labels, p.length, p[0].length), bins, chosen);
  }

  /** Checks the probabilities, and returns rows with a column for each class. */
  static double[][] rows(INDArray probabilities) {
    if (probabilities.rank() != 2 || probabilities.isEmpty()) {
      throw new IllegalArgumentException(
          "probabilities must be of shape [examples, classes], were "
              + Arrays.toString(probabilities.shape())
              + "; give the steps of sequences as examples");
    }
    double[][] p = probabilities.castTo(DataType.DOUBLE).toDoubleMatrix();
    for (int i = 0; i < p.length; i++) {
      p[i] = checked(p[i].length == 1 ? new double[] {1 - p[i][0], p[i][0]} : p[i], i);
    }
    return p;
  }

  private static double[] checked(double[] row, int number) {
    boolean within = Arrays.stream(row).allMatch(p -> p >= 0 && p <= 1 + 1e-6);
    // half precision keeps three digits
    if (!within || !(Math.abs(Arrays.stream(row).sum() - 1) <= 1e-2)) {
      throw new IllegalArgumentException(
          "row "
              + number
              + " must be probabilities that sum to 1, was "
              + Arrays.toString(row)
              + ": does the network end in softmax?");
    }
    return row;
  }

  /** Checks the labels, and returns the class of each example. */
  static int[] classes(INDArray labels, int examples, int classes) {
    double[][] rows =
        labels.rank() == 1
            ? labels.castTo(DataType.DOUBLE).reshape(labels.length(), 1).toDoubleMatrix()
            : labels.rank() == 2
                ? labels.castTo(DataType.DOUBLE).toDoubleMatrix()
                : new double[0][];
    boolean fits = rows.length == examples && (rows[0].length == 1 || rows[0].length == classes);
    if (!fits) {
      throw new IllegalArgumentException(
          "labels must be of shape ["
              + examples
              + ", "
              + classes
              + "] or ["
              + examples
              + "], were "
              + Arrays.toString(labels.shape()));
    }
    int[] found = new int[examples];
    for (int i = 0; i < examples; i++) {
      found[i] = label(rows[i], classes, i);
    }
    return found;
  }

  private static int label(double[] row, int classes, int number) {
    if (row.length == 1) {
      if (row[0] >= 0 && row[0] < classes && row[0] == Math.rint(row[0])) {
        return (int) row[0];
      }
    } else {
      int ones = 0;
      int at = 0;
      for (int c = 0; c < row.length; c++) {
        at = row[c] == 1 ? c : at;
        ones += row[c] == 1 ? 1 : row[c] == 0 ? 0 : 2;
      }
      if (ones == 1) {
        return at;
      }
    }
    throw new IllegalArgumentException(
        "label "
            + number
            + " must be a class from 0 to "
            + (classes - 1)
            + ", or zeros and a single 1, was "
            + Arrays.toString(row));
  }

  /**
   * Counts the examples that were measured.
   *
   * @return the number
   */
  public int examples() {
    return examples;
  }

  /**
   * Returns the share of examples whose most probable class is the true one; after {@link
   * #ofClass}, the share of examples that belong to the class.
   *
   * @return in {@code [0, 1]}
   */
  public double accuracy() {
    return Arrays.stream(right).sum() / (double) examples;
  }

  /**
   * Returns the mean distance between accuracy and confidence.
   *
   * @return in {@code [0, 1]}
   */
  public double expectedCalibrationError() {
    double sum = 0;
    for (int b = 0; b < counts.length; b++) {
      sum += Math.abs(right[b] - confidence[b]);
    }
    return sum / examples;
  }

  /**
   * Returns the root of the mean squared distance between accuracy and confidence, in which large
   * distances count more.
   *
   * @return in {@code [0, 1]}
   */
  public double rootMeanSquareCalibrationError() {
    double sum = 0;
    for (int b = 0; b < counts.length; b++) {
      double distance = right[b] - confidence[b];
      sum += counts[b] == 0 ? 0 : distance * distance / counts[b];
    }
    return Math.sqrt(sum / examples);
  }

  /**
   * Returns the largest distance between a bin's accuracy and its confidence. A bin with few
   * examples often has it.
   *
   * @return in {@code [0, 1]}
   */
  public double maximumCalibrationError() {
    double most = 0;
    for (int b = 0; b < counts.length; b++) {
      if (counts[b] > 0) {
        most = Math.max(most, Math.abs(right[b] - confidence[b]) / counts[b]);
      }
    }
    return most;
  }

  /**
   * Returns the mean negative log-likelihood, in nats.
   *
   * @return 0 or more, may be infinite
   */
  public double logLoss() {
    return logLoss / examples;
  }

  /**
   * Returns the squared distance between probabilities and labels, summed over the classes, with
   * its mean over the examples.
   *
   * @return in {@code [0, 2]}
   */
  public double brierScore() {
    return brier / examples;
  }

  /**
   * Counts the examples in each bin.
   *
   * @return a number per bin
   */
  public int[] binCounts() {
    return counts.clone();
  }

  /**
   * Returns the mean confidence in each bin.
   *
   * @return a number per bin, NaN for an empty one
   */
  public double[] binConfidences() {
    double[] mean = new double[counts.length];
    Arrays.setAll(mean, b -> confidence[b] / counts[b]);
    return mean;
  }

  /**
   * Returns the accuracy in each bin.
   *
   * @return a number per bin, NaN for an empty one
   */
  public double[] binAccuracies() {
    double[] mean = new double[counts.length];
    Arrays.setAll(mean, b -> right[b] / (double) counts[b]);
    return mean;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "Calibration(examples=%d, accuracy=%.4f, ece=%.4f, mce=%.4f, logLoss=%.4f, brier=%.4f)",
        examples,
        accuracy(),
        expectedCalibrationError(),
        maximumCalibrationError(),
        logLoss(),
        brierScore());
  }
}
