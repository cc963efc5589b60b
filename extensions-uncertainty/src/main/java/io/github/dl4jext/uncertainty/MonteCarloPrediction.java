package io.github.dl4jext.uncertainty;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Holds the statistics of many samples of one output of a network, which {@link MonteCarloDropout}
 * draws.
 *
 * <p>With p_s the prediction of sample s and H the entropy in nats:
 *
 * <table>
 * <caption>Measures</caption>
 * <tr><th>method</th><th>what</th><th>high means</th></tr>
 * <tr><td>{@link #mean()}</td><td>mean of p_s: the prediction to use</td><td></td></tr>
 * <tr><td>{@link #standardDeviation()}</td><td>spread of p_s, computed with n - 1</td>
 * <td>the network does not know the value</td></tr>
 * <tr><td>{@link #predictiveEntropy()}</td><td>H(mean p_s)</td><td>the network is uncertain, for
 *   any reason</td></tr>
 * <tr><td>{@link #expectedEntropy()}</td><td>mean of H(p_s)</td><td>the data itself is ambiguous</td></tr>
 * <tr><td>{@link #mutualInformation()}</td><td>their difference, BALD</td>
 * <td>the samples disagree: more data of this kind would help</td></tr>
 * <tr><td>{@link #variationRatio()}</td><td>share of samples that do not vote for the most frequent
 *   class</td><td>the samples disagree on the class</td></tr>
 * </table>
 *
 * <p><b>Shape.</b> Means, deviations and intervals have the shape of the output. Entropies, ratios
 * and classes have it without the dimension of the classes: {@code [examples]}, or {@code
 * [examples, steps]} for sequences. If each number is a separate distribution (sigmoid and binary
 * cross-entropy), they have the shape of the output.
 *
 * <p><b>Type.</b> Double, in a new array at each call, so that changes to it do not change the
 * prediction.
 *
 * <p><b>Check.</b> Two samples (1, 0) and (0, 1): mean (0.5, 0.5), predictive entropy ln 2 =
 * 0.6931472, expected entropy 0, mutual information 0.6931472, variation ratio 0.5.
 *
 * @see <a href="https://arxiv.org/abs/1112.5745">Houlsby, Huszar, Ghahramani, Lengyel (2011):
 *     BALD</a>
 * @see <a href="https://arxiv.org/abs/1703.02910">Gal, Islam, Ghahramani (2017)</a>
 */
public final class MonteCarloPrediction {

  private final PredictionStatistics statistics;

  MonteCarloPrediction(PredictionStatistics statistics) {
    this.statistics = statistics;
  }

  /** Joins the predictions of parts of a data set, one after another. */
  static MonteCarloPrediction joined(List<MonteCarloPrediction> parts) {
    return new MonteCarloPrediction(
        PredictionStatistics.joined(parts.stream().map(part -> part.statistics).toList()));
  }

  /**
   * Returns the meaning of this output's numbers.
   *
   * @return the type that was read from the output layer, or set in the builder
   */
  public OutputType outputType() {
    return statistics.form().type();
  }

  /**
   * Counts the examples.
   *
   * @return the size of dimension 0
   */
  public int examples() {
    return statistics.counts().length;
  }

  /**
   * Counts the samples of an example; the count differs between examples if a standard error ends
   * the sampling.
   *
   * @param example its number, from 0
   * @return the number of samples
   */
  public int sampleCount(int example) {
    return statistics.counts()[example];
  }

  /**
   * Returns the mean of the samples.
   *
   * @return in the shape of the output
   */
  public INDArray mean() {
    return statistics.full(i -> statistics.mean()[i]);
  }

  /**
   * Returns the standard deviation of the samples, computed with n - 1. It is the spread due to
   * dropout; in regression the noise of the data adds to it.
   *
   * @return in the shape of the output; NaN after a single sample
   */
  public INDArray standardDeviation() {
    return statistics.full(this::deviation);
  }

  /**
   * Estimates the error of the mean that is due to the limited number of samples: the standard
   * deviation divided by the square root of their number.
   *
   * @return in the shape of the output; NaN after a single sample
   */
  public INDArray standardError() {
    return statistics.full(i -> deviation(i) / Math.sqrt(statistics.count(i)));
  }

  /**
   * Returns the entropy of the mean, in nats.
   *
   * @return a number per distribution
   * @throws IllegalStateException if the output's numbers are not probabilities
   */
  public INDArray predictiveEntropy() {
    return ofProbabilities("the predictive entropy", this::predictiveEntropy);
  }

  /**
   * Returns the mean of the samples' entropies, in nats.
   *
   * @return a number per distribution
   * @throws IllegalStateException if the output's numbers are not probabilities
   */
  public INDArray expectedEntropy() {
    return ofProbabilities("the expected entropy", this::expectedEntropy);
  }

  /**
   * Measures how much the samples disagree, in nats: the predictive entropy minus the expected
   * entropy, at least 0.
   *
   * @return a number per distribution
   * @throws IllegalStateException if the output's numbers are not probabilities
   */
  public INDArray mutualInformation() {
    return ofProbabilities(
        "the mutual information", q -> Math.max(0, predictiveEntropy(q) - expectedEntropy(q)));
  }

  /**
   * Returns the share of samples that do not vote for the class with the most votes.
   *
   * @return a number per distribution, in {@code [0, 1)}
   * @throws IllegalStateException if the output's numbers are not probabilities
   */
  public INDArray variationRatio() {
    return ofProbabilities("the variation ratio", q -> 1 - mostVotes(q) / (double) samplesOf(q));
  }

  /**
   * Returns the class with the largest mean, the first if several have it; for a binary output, 1
   * if its mean is above one half.
   *
   * @return a class per distribution, counted from 0, as long integers
   * @throws IllegalStateException if the output's numbers are not probabilities
   */
  public INDArray mostProbableClass() {
    return ofProbabilities("the most probable class", this::best).castTo(DataType.INT64);
  }

  /**
   * Returns the lower end of the credible interval: the quantile (1 - level) / 2 of all samples,
   * interpolated as in NumPy.
   *
   * @return in the shape of the output
   * @throws IllegalStateException if the builder was not told to keep an interval
   */
  public INDArray lower() {
    double[] bound = ofInterval(statistics.lower());
    return statistics.full(i -> bound[i]);
  }

  /**
   * Returns the upper end of the credible interval: the quantile (1 + level) / 2 of all samples.
   *
   * @return in the shape of the output
   * @throws IllegalStateException if the builder was not told to keep an interval
   */
  public INDArray upper() {
    double[] bound = ofInterval(statistics.upper());
    return statistics.full(i -> bound[i]);
  }

  /**
   * Returns all the samples.
   *
   * @return the samples along dimension 0, each in the shape of the output
   * @throws IllegalStateException if the builder was not told to keep them
   */
  public INDArray samples() {
    if (statistics.samples() == null) {
      throw new IllegalStateException(
          "the samples were not kept: build the predictor with keepSamples()");
    }
    return Nd4j.stack(
        0,
        statistics.samples().stream()
            .map(sample -> statistics.full(i -> sample[i]))
            .toArray(INDArray[]::new));
  }

  private static double[] ofInterval(double @Nullable [] bound) {
    if (bound == null) {
      throw new IllegalStateException(
          "no interval was kept: build the predictor with credibleInterval(0.95)");
    }
    return bound;
  }

  private double deviation(int i) {
    return Math.sqrt(statistics.squares()[i] / (statistics.count(i) - 1));
  }

  private double predictiveEntropy(int distribution) {
    double[] mean = statistics.mean();
    if (outputType() == OutputType.BINARY) {
      return PredictionStatistics.entropyTerm(mean[distribution])
          + PredictionStatistics.entropyTerm(1 - mean[distribution]);
    }
    int classes = statistics.classes();
    double sum = 0;
    for (int i = distribution * classes; i < (distribution + 1) * classes; i++) {
      sum += PredictionStatistics.entropyTerm(mean[i]);
    }
    return sum;
  }

  private double expectedEntropy(int distribution) {
    return statistics.entropy()[distribution] / samplesOf(distribution);
  }

  private int mostVotes(int distribution) {
    int[] votes = statistics.votes();
    if (outputType() == OutputType.BINARY) {
      return Math.max(votes[distribution], samplesOf(distribution) - votes[distribution]);
    }
    int classes = statistics.classes();
    return Arrays.stream(votes, distribution * classes, (distribution + 1) * classes)
        .max()
        .orElse(0);
  }

  private int samplesOf(int distribution) {
    return statistics.count(distribution * statistics.classes());
  }

  private double best(int distribution) {
    double[] mean = statistics.mean();
    if (outputType() == OutputType.BINARY) {
      return mean[distribution] > 0.5 ? 1 : 0;
    }
    int begin = distribution * statistics.classes();
    int best = 0;
    for (int c = 1; c < statistics.classes(); c++) {
      best = mean[begin + c] > mean[begin + best] ? c : best;
    }
    return best;
  }

  private INDArray ofProbabilities(String what, IntToDoubleFunction value) {
    if (outputType() == OutputType.REGRESSION) {
      throw new IllegalStateException(
          what
              + " needs probabilities, and the output layer has neither softmax nor sigmoid"
              + " with binary cross-entropy: use the standard deviation, or tell the builder what"
              + " the outputs are by outputsAre(OutputType.CATEGORICAL)");
    }
    return statistics.perDistribution(value);
  }

  @Override
  public String toString() {
    return "MonteCarloPrediction(examples="
        + examples()
        + ", outputType="
        + outputType()
        + ", shape="
        + Arrays.toString(statistics.shape())
        + ")";
  }
}
