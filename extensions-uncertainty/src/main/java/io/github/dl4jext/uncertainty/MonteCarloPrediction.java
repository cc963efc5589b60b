package io.github.dl4jext.uncertainty;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What many samples of one output of a network say: {@link MonteCarloDropout} makes it.
 *
 * <p>With p_s the prediction of sample s and H the entropy in nats:
 *
 * <table>
 * <caption>Measures</caption>
 * <tr><th>method</th><th>what</th><th>high means</th></tr>
 * <tr><td>{@link #mean()}</td><td>mean of p_s: the prediction to use</td><td></td></tr>
 * <tr><td>{@link #standardDeviation()}</td><td>spread of p_s, divided by n - 1</td>
 * <td>the network does not know the value</td></tr>
 * <tr><td>{@link #predictiveEntropy()}</td><td>H(mean p_s)</td><td>uncertain, for whatever reason</td></tr>
 * <tr><td>{@link #expectedEntropy()}</td><td>mean of H(p_s)</td><td>the data itself is ambiguous</td></tr>
 * <tr><td>{@link #mutualInformation()}</td><td>their difference, BALD</td>
 * <td>the samples disagree: more data of this kind would help</td></tr>
 * <tr><td>{@link #variationRatio()}</td><td>share of samples that do not vote for the class that most
 * vote for</td><td>the samples disagree on the class</td></tr>
 * </table>
 *
 * <p><b>Shape.</b> Means, deviations and intervals have the shape of the output. Entropies, ratios
 * and classes have it without the dimension of the classes: {@code [examples]}, or {@code
 * [examples, steps]} for sequences. Where each number is a question of its own (sigmoid and binary
 * cross-entropy), they have the shape of the output, and class 1 is yes.
 *
 * <p><b>Type.</b> Double, and a new array at each call: what is done to it does not come back here.
 *
 * <p><b>Check.</b> Two samples (1, 0) and (0, 1): mean (0.5, 0.5), predictive entropy ln 2 =
 * 0.6931472, expected entropy 0, mutual information 0.6931472, variation ratio 0.5.
 *
 * @see <a href="https://arxiv.org/abs/1112.5745">Houlsby, Huszar, Ghahramani, Lengyel (2011):
 *     BALD</a>
 * @see <a href="https://arxiv.org/abs/1703.02910">Gal, Islam, Ghahramani (2017)</a>
 */
public final class MonteCarloPrediction {

  private final OutputForm form;
  private final long[] shape;
  private final int[] counts;
  private final double[] mean;
  private final double[] squares;
  private final double[] entropy;
  private final int[] votes;
  private final double[] lower;
  private final double[] upper;
  private final List<double[]> samples;

  MonteCarloPrediction(
      OutputForm form,
      long[] shape,
      int[] counts,
      double[] mean,
      double[] squares,
      double[] entropy,
      int[] votes,
      double[] lower,
      double[] upper,
      List<double[]> samples) {
    this.form = form;
    this.shape = shape;
    this.counts = counts;
    this.mean = mean;
    this.squares = squares;
    this.entropy = entropy;
    this.votes = votes;
    this.lower = lower;
    this.upper = upper;
    this.samples = samples;
  }

  /** Predictions of pieces of a data set, one after another. */
  static MonteCarloPrediction joined(List<MonteCarloPrediction> parts) {
    MonteCarloPrediction first = parts.get(0);
    long[] shape = first.shape.clone();
    shape[0] = 0;
    for (MonteCarloPrediction part : parts) {
      if (!Arrays.equals(part.shape, 1, part.shape.length, shape, 1, shape.length)) {
        throw new IllegalArgumentException(
            "outputs of unequal shapes cannot be joined: "
                + Arrays.toString(first.shape)
                + " and "
                + Arrays.toString(part.shape)
                + "; predict batch by batch instead");
      }
      shape[0] += part.shape[0];
    }
    List<double[]> samples = null;
    if (first.samples != null) {
      samples =
          java.util.stream.IntStream.range(0, first.samples.size())
              .mapToObj(s -> doubles(parts, part -> part.samples.get(s)))
              .toList();
    }
    return new MonteCarloPrediction(
        first.form,
        shape,
        parts.stream().flatMapToInt(p -> Arrays.stream(p.counts)).toArray(),
        doubles(parts, p -> p.mean),
        doubles(parts, p -> p.squares),
        doubles(parts, p -> p.entropy),
        parts.stream().flatMapToInt(p -> Arrays.stream(p.votes)).toArray(),
        first.lower == null ? null : doubles(parts, p -> p.lower),
        first.upper == null ? null : doubles(parts, p -> p.upper),
        samples);
  }

  private static double[] doubles(
      List<MonteCarloPrediction> parts, Function<MonteCarloPrediction, double[]> field) {
    return parts.stream().flatMapToDouble(p -> Arrays.stream(field.apply(p))).toArray();
  }

  /**
   * What the numbers of this output are taken for.
   *
   * @return read off the output layer, or as the builder was told
   */
  public OutputType meaning() {
    return form.meaning();
  }

  /**
   * How many examples were predicted.
   *
   * @return the size of dimension 0
   */
  public int examples() {
    return counts.length;
  }

  /**
   * How many samples an example got; not the same for all where a standard error ends them.
   *
   * @param example its number, from 0
   * @return how many
   */
  public int sampleCount(int example) {
    return counts[example];
  }

  /**
   * The mean of the samples.
   *
   * @return in the shape of the output
   */
  public INDArray mean() {
    return full(i -> mean[i]);
  }

  /**
   * The standard deviation of the samples, divided by n - 1. It is the spread that comes of
   * dropout; noise of the data comes on top in regression.
   *
   * @return in the shape of the output; NaN after a single sample
   */
  public INDArray standardDeviation() {
    return full(i -> deviation(i));
  }

  /**
   * How far the mean may be off because there are not more samples: the standard deviation over the
   * square root of their number.
   *
   * @return in the shape of the output; NaN after a single sample
   */
  public INDArray standardError() {
    return full(i -> deviation(i) / Math.sqrt(count(i)));
  }

  /**
   * The entropy of the mean, in nats.
   *
   * @return a number per question
   * @throws IllegalStateException if the output is not one of probabilities
   */
  public INDArray predictiveEntropy() {
    return perQuestion("the predictive entropy", this::predictiveEntropy);
  }

  /**
   * The mean of the samples' entropies, in nats.
   *
   * @return a number per question
   * @throws IllegalStateException if the output is not one of probabilities
   */
  public INDArray expectedEntropy() {
    return perQuestion("the expected entropy", this::expectedEntropy);
  }

  /**
   * What the samples disagree about, in nats: predictive less expected entropy, never below 0.
   *
   * @return a number per question
   * @throws IllegalStateException if the output is not one of probabilities
   */
  public INDArray mutualInformation() {
    return perQuestion(
        "the mutual information", q -> Math.max(0, predictiveEntropy(q) - expectedEntropy(q)));
  }

  /**
   * The share of samples that do not vote for the class that gets the most votes.
   *
   * @return a number per question, in {@code [0, 1)}
   * @throws IllegalStateException if the output is not one of probabilities
   */
  public INDArray variationRatio() {
    return perQuestion(
        "the variation ratio", q -> 1 - mostVotes(q) / (double) count(q * classes()));
  }

  /**
   * The class of the largest mean, the first of several; of a yes-or-no question 1 if its mean is
   * above one half.
   *
   * @return a class per question, counted from 0, as long integers
   * @throws IllegalStateException if the output is not one of probabilities
   */
  public INDArray mostProbableClass() {
    return perQuestion("the most probable class", this::best).castTo(DataType.INT64);
  }

  /**
   * The lower end of the credible interval: the quantile (1 - level) / 2 of the samples, exact,
   * interpolated as NumPy does.
   *
   * @return in the shape of the output
   * @throws IllegalStateException if the builder was not told to keep an interval
   */
  public INDArray lower() {
    requireInterval();
    return full(i -> lower[i]);
  }

  /**
   * The upper end of the credible interval: the quantile (1 + level) / 2 of the samples.
   *
   * @return in the shape of the output
   * @throws IllegalStateException if the builder was not told to keep an interval
   */
  public INDArray upper() {
    requireInterval();
    return full(i -> upper[i]);
  }

  /**
   * All the samples.
   *
   * @return in the shape of the output with one dimension more in front, the samples
   * @throws IllegalStateException if the builder was not told to keep them
   */
  public INDArray samples() {
    if (samples == null) {
      throw new IllegalStateException(
          "the samples were not kept: build the predictor with keepSamples()");
    }
    return Nd4j.stack(0, samples.stream().map(s -> full(i -> s[i])).toArray(INDArray[]::new));
  }

  private void requireInterval() {
    if (lower == null) {
      throw new IllegalStateException(
          "no interval was kept: build the predictor with credibleInterval(0.95)");
    }
  }

  /** Minus p ln p, in nats. */
  static double surprise(double p) {
    return p > 0 ? -p * Math.log(p) : p * 0;
  }

  private int count(int unit) {
    return counts[(int) ((long) unit * counts.length / mean.length)];
  }

  private int classes() {
    return form.meaning() == OutputType.CLASSES ? (int) shape[shape.length - 1] : 1;
  }

  private double deviation(int i) {
    return Math.sqrt(squares[i] / (count(i) - 1));
  }

  private double predictiveEntropy(int question) {
    if (form.meaning() == OutputType.YES_OR_NO) {
      return surprise(mean[question]) + surprise(1 - mean[question]);
    }
    double sum = 0;
    for (int i = question * classes(); i < (question + 1) * classes(); i++) {
      sum += surprise(mean[i]);
    }
    return sum;
  }

  private double expectedEntropy(int question) {
    return entropy[question] / count(question * classes());
  }

  private int mostVotes(int question) {
    if (form.meaning() == OutputType.YES_OR_NO) {
      return Math.max(votes[question], count(question) - votes[question]);
    }
    return Arrays.stream(votes, question * classes(), (question + 1) * classes()).max().orElse(0);
  }

  private double best(int question) {
    if (form.meaning() == OutputType.YES_OR_NO) {
      return mean[question] > 0.5 ? 1 : 0;
    }
    int begin = question * classes();
    int best = 0;
    for (int c = 1; c < classes(); c++) {
      best = mean[begin + c] > mean[begin + best] ? c : best;
    }
    return best;
  }

  /** In the shape of the output, with the classes where the network has them. */
  private INDArray full(IntToDoubleFunction value) {
    double[] numbers = new double[mean.length];
    Arrays.setAll(numbers, value);
    INDArray classesLast = Nd4j.createFromArray(numbers).reshape('c', shape);
    int last = shape.length - 1;
    if (form.meaning() != OutputType.CLASSES || form.classDimension() >= last) {
      return classesLast;
    }
    int[] order = new int[shape.length];
    for (int i = 0; i <= last; i++) {
      order[i] = i < form.classDimension() ? i : i == form.classDimension() ? last : i - 1;
    }
    return classesLast.permute(order).dup('c');
  }

  private INDArray perQuestion(String what, IntToDoubleFunction value) {
    if (form.meaning() == OutputType.NUMBERS) {
      throw new IllegalStateException(
          what
              + " is one of probabilities, and the output layer has neither softmax nor sigmoid"
              + " with binary cross-entropy: use the standard deviation, or tell the builder what"
              + " the outputs are by outputsAre(OutputMeaning.CLASSES)");
    }
    double[] numbers = new double[mean.length / classes()];
    Arrays.setAll(numbers, value);
    boolean classes = form.meaning() == OutputType.CLASSES;
    long[] questions = classes ? Arrays.copyOf(shape, shape.length - 1) : shape;
    return Nd4j.createFromArray(numbers).reshape('c', questions);
  }

  @Override
  public String toString() {
    return "MonteCarloPrediction(examples="
        + counts.length
        + ", meaning="
        + form.meaning()
        + ", shape="
        + Arrays.toString(shape)
        + ")";
  }
}
