package io.github.dl4jext.textbook;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * One figure of one run: an object of {@code results.json}, with these very keys.
 *
 * <p>JSON has no NaN and no infinities; such a value is the text {@code "NaN"}, {@code "Infinity"}
 * or {@code "-Infinity"}. A run that failed has, after the figures that it came to, one more whose
 * metric is {@code "failed: "} and the reason, and whose value is {@code "NaN"}.
 *
 * @param data the images: {@code embedded}, {@code fashion-mnist}, or the folder
 * @param book the book's figure, or null
 * @param seconds how long the run took, with all its figures
 */
@JsonPropertyOrder({"experiment", "data", "seed", "metric", "value", "book", "seconds"})
record Result(
    String experiment,
    String data,
    long seed,
    String metric,
    double value,
    Double book,
    double seconds) {

  private static final String FAILED = "failed: ";

  static Result failure(String experiment, String data, long seed, String why, double seconds) {
    return new Result(experiment, data, seed, FAILED + why, Double.NaN, null, seconds);
  }

  /** Whether the texts are there: of what a file says, one can be null. */
  boolean isComplete() {
    return experiment != null && data != null && metric != null;
  }

  boolean failed() {
    return metric.startsWith(FAILED);
  }

  RunId run() {
    return new RunId(experiment, data, seed);
  }
}
