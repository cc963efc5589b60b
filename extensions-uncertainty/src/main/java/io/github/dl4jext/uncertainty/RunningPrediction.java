package io.github.dl4jext.uncertainty;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Updates the statistics of one output with each sample: mean and variance by Welford's method,
 * sums of entropies, and votes. Its memory does not grow with the number of samples, unless they
 * are to be kept.
 *
 * <p>The numbers of an example are in groups, with the classes of one distribution next to each
 * other.
 */
final class RunningPrediction {

  private final OutputForm form;
  private final long[] shape;
  private final int unitsPerRow;
  private final int classes;
  private final int[] counts;
  private final double[] mean;
  private final double[] squares;
  private final double[] entropy;
  private final int[] votes;
  private final @Nullable TailQuantiles tails;
  private final @Nullable List<double[]> kept;

  /**
   * Starts without a sample.
   *
   * @param form the meaning of the numbers
   * @param shape the shape of the output, classes last
   * @param settings the settings of the predictor
   */
  RunningPrediction(OutputForm form, long[] shape, MonteCarloSettings settings) {
    this.form = form;
    this.shape = shape.clone();
    int rows = Math.toIntExact(shape[0]);
    long units = 1;
    for (int i = 1; i < shape.length; i++) {
      units *= shape[i];
    }
    this.unitsPerRow = Math.toIntExact(units);
    this.classes = form.type() == OutputType.CATEGORICAL ? (int) shape[shape.length - 1] : 1;
    int all = Math.multiplyExact(rows, unitsPerRow);
    this.counts = new int[rows];
    this.mean = new double[all];
    this.squares = new double[all];
    boolean probabilities = form.type() != OutputType.REGRESSION;
    this.entropy = new double[probabilities ? all / classes : 0];
    this.votes = new int[probabilities ? all : 0];
    this.tails =
        settings.level() == null
            ? null
            : new TailQuantiles(settings.level(), all, settings.samples());
    this.kept = settings.keepSamples() ? new ArrayList<>() : null;
  }

  int unitsPerRow() {
    return unitsPerRow;
  }

  int count(int row) {
    return counts[row];
  }

  /** Takes the next sample of a row. */
  void add(int row, double[] values, int from) {
    int n = ++counts[row];
    int begin = row * unitsPerRow;
    for (int i = 0; i < unitsPerRow; i++) {
      double value = values[from + i];
      double before = value - mean[begin + i];
      mean[begin + i] += before / n;
      squares[begin + i] += before * (value - mean[begin + i]);
      if (tails != null) {
        tails.add(begin + i, value);
      }
    }
    if (form.type() == OutputType.CATEGORICAL) {
      vote(begin, values, from);
    } else if (form.type() == OutputType.BINARY) {
      for (int i = 0; i < unitsPerRow; i++) {
        double yes = values[from + i];
        entropy[begin + i] +=
            PredictionStatistics.entropyTerm(yes) + PredictionStatistics.entropyTerm(1 - yes);
        votes[begin + i] += yes > 0.5 ? 1 : 0;
      }
    }
    if (kept != null) {
      while (kept.size() < n) {
        kept.add(new double[mean.length]);
      }
      System.arraycopy(values, from, kept.get(n - 1), begin, unitsPerRow);
    }
  }

  private void vote(int begin, double[] values, int from) {
    for (int group = 0; group < unitsPerRow; group += classes) {
      int best = 0;
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        double p = values[from + group + c];
        sum += PredictionStatistics.entropyTerm(p);
        best = p > values[from + group + best] ? c : best;
      }
      entropy[(begin + group) / classes] += sum;
      votes[begin + group + best]++;
    }
  }

  /** Returns the largest standard error of the row's means. */
  double standardError(int row) {
    double most = 0;
    for (int i = row * unitsPerRow; i < (row + 1) * unitsPerRow; i++) {
      // so written that NaN counts as a large error
      most = squares[i] <= most ? most : squares[i];
    }
    double n = counts[row];
    return Math.sqrt(most / (n - 1) / n);
  }

  PredictionStatistics finish() {
    double @Nullable [] lower = null;
    double @Nullable [] upper = null;
    if (tails != null) {
      lower = new double[mean.length];
      upper = new double[mean.length];
      for (int i = 0; i < mean.length; i++) {
        lower[i] = tails.lower(i, counts[i / unitsPerRow]);
        upper[i] = tails.upper(i, counts[i / unitsPerRow]);
      }
    }
    return new PredictionStatistics(
        form, shape, counts, mean, squares, entropy, votes, lower, upper, kept);
  }
}
