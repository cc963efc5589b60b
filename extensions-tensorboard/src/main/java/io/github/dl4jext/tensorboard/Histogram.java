package io.github.dl4jext.tensorboard;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Counts numbers in buckets as TensorFlow does: each ten percent wider than the one before it, from
 * 1e-12 to 1e20, on both sides of 0.
 *
 * @param min the least number
 * @param max the largest number
 * @param count how many numbers there are
 * @param sum of the numbers
 * @param squares the sum of their squares
 * @param limits the upper end of each bucket, which itself belongs to the next bucket
 * @param buckets how many numbers each bucket has
 */
record Histogram(
    double min,
    double max,
    long count,
    double sum,
    double squares,
    double[] limits,
    double[] buckets) {

  private static final double[] ALL_LIMITS = allLimits();

  private static double[] allLimits() {
    double[] positive = DoubleStream.iterate(1e-12, v -> v < 1e20, v -> v * 1.1).toArray();
    DoubleStream sides =
        DoubleStream.concat(
            Arrays.stream(positive).map(v -> -v),
            DoubleStream.concat(DoubleStream.of(0), Arrays.stream(positive)));
    return DoubleStream.concat(DoubleStream.of(-Double.MAX_VALUE, Double.MAX_VALUE), sides)
        .sorted()
        .toArray();
  }

  /** Counts the numbers that are finite. */
  static Histogram of(double[] numbers) {
    double[] finite = Arrays.stream(numbers).filter(Double::isFinite).toArray();
    double[] counts = new double[ALL_LIMITS.length];
    double squares = 0;
    for (double number : finite) {
      counts[bucket(number)]++;
      squares += number * number;
    }
    // A bucket begins where the one before it ends, so the bucket before a full one is listed
    // too.
    int[] told = new int[counts.length];
    int size = 0;
    for (int i = 0; i < counts.length; i++) {
      boolean nextIsFull = i + 1 < counts.length && counts[i + 1] > 0;
      if (counts[i] > 0 || nextIsFull) {
        told[size++] = i;
      }
    }
    int[] places = Arrays.copyOf(told, size);
    return new Histogram(
        Arrays.stream(finite).min().orElse(0),
        Arrays.stream(finite).max().orElse(0),
        finite.length,
        Arrays.stream(finite).sum(),
        squares,
        Arrays.stream(places).mapToDouble(i -> ALL_LIMITS[i]).toArray(),
        Arrays.stream(places).mapToDouble(i -> counts[i]).toArray());
  }

  private static int bucket(double number) {
    int found = Arrays.binarySearch(ALL_LIMITS, number == 0 ? 0.0 : number);
    return Math.min(found >= 0 ? found + 1 : -found - 1, ALL_LIMITS.length - 1);
  }

  Message message() {
    return new Message()
        .number(1, min)
        .number(2, max)
        .number(3, count)
        .number(4, sum)
        .number(5, squares)
        .numbers(6, limits)
        .numbers(7, buckets);
  }
}
