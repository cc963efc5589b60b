package io.github.dl4jext.uncertainty;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Holds the statistics of the samples of one output. The numbers of an example are in groups, with
 * the classes of one distribution next to each other. The arrays are never changed.
 *
 * @param form the meaning of the numbers
 * @param shape the shape of the output, classes last
 * @param counts the number of samples of each example
 * @param mean the mean of each number
 * @param squares the sum of the squared deviations of each number
 * @param entropy the sum of the samples' entropies of each distribution; empty in regression
 * @param votes the number of samples that voted for each class; empty in regression
 * @param lower the lower end of the credible interval, or null
 * @param upper the upper end of the credible interval, or null
 * @param samples all samples, or null
 */
record PredictionStatistics(
    OutputForm form,
    long[] shape,
    int[] counts,
    double[] mean,
    double[] squares,
    double[] entropy,
    int[] votes,
    double @Nullable [] lower,
    double @Nullable [] upper,
    @Nullable List<double[]> samples) {

  /** Computes {@code -p ln p}, one outcome's part of an entropy in nats. */
  static double entropyTerm(double p) {
    return p > 0 ? -p * Math.log(p) : p * 0;
  }

  /** Joins the statistics of parts of a data set, one after another. */
  static PredictionStatistics joined(List<PredictionStatistics> parts) {
    PredictionStatistics first = parts.get(0);
    long[] shape = first.shape.clone();
    shape[0] = 0;
    for (PredictionStatistics part : parts) {
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
          IntStream.range(0, first.samples.size())
              .mapToObj(
                  s ->
                      doubles(
                          parts, part -> Objects.requireNonNull(part.samples, "samples").get(s)))
              .toList();
    }
    return new PredictionStatistics(
        first.form,
        shape,
        ints(parts, PredictionStatistics::counts),
        doubles(parts, PredictionStatistics::mean),
        doubles(parts, PredictionStatistics::squares),
        doubles(parts, PredictionStatistics::entropy),
        ints(parts, PredictionStatistics::votes),
        first.lower == null ? null : doubles(parts, PredictionStatistics::lower),
        first.upper == null ? null : doubles(parts, PredictionStatistics::upper),
        samples);
  }

  private static double[] doubles(
      List<PredictionStatistics> parts, Function<PredictionStatistics, double[]> field) {
    return parts.stream().flatMapToDouble(p -> Arrays.stream(field.apply(p))).toArray();
  }

  private static int[] ints(
      List<PredictionStatistics> parts, Function<PredictionStatistics, int[]> field) {
    return parts.stream().flatMapToInt(p -> Arrays.stream(field.apply(p))).toArray();
  }

  /** Returns how many samples the example of a number got. */
  int count(int number) {
    return counts[(int) ((long) number * counts.length / mean.length)];
  }

  /** Returns how many numbers a distribution has. */
  int classes() {
    return form.type() == OutputType.CATEGORICAL ? (int) shape[shape.length - 1] : 1;
  }

  /** Makes an array in the shape of the network's output, with the classes in its dimension. */
  INDArray full(IntToDoubleFunction value) {
    double[] numbers = new double[mean.length];
    Arrays.setAll(numbers, value);
    INDArray classesLast = Nd4j.createFromArray(numbers).reshape('c', shape);
    int last = shape.length - 1;
    if (form.type() != OutputType.CATEGORICAL || form.classDimension() >= last) {
      return classesLast;
    }
    int[] order = new int[shape.length];
    for (int i = 0; i <= last; i++) {
      order[i] = i < form.classDimension() ? i : i == form.classDimension() ? last : i - 1;
    }
    return classesLast.permute(order).dup('c');
  }

  /** Makes an array with one number for each distribution. */
  INDArray perDistribution(IntToDoubleFunction value) {
    double[] numbers = new double[mean.length / classes()];
    Arrays.setAll(numbers, value);
    boolean categorical = form.type() == OutputType.CATEGORICAL;
    long[] distributions = categorical ? Arrays.copyOf(shape, shape.length - 1) : shape;
    return Nd4j.createFromArray(numbers).reshape('c', distributions);
  }
}
