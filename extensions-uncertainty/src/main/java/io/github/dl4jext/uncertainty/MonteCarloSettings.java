package io.github.dl4jext.uncertainty;

import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Holds the settings of a predictor, which are checked here.
 *
 * @param samples of an example, at most
 * @param seed what the random numbers follow from
 * @param batchSize how many rows are computed together, or null for as many as fit
 * @param tolerance the standard error that ends the samples of an example, or null
 * @param minimumSamples before the standard error is looked at
 * @param level of the credible interval, or null for none
 * @param keepSamples whether all samples are kept
 * @param sameMask whether all examples of a sample have the random numbers of the first
 * @param outputType of all outputs, or null to read it off the output layers
 */
record MonteCarloSettings(
    int samples,
    long seed,
    @Nullable Integer batchSize,
    @Nullable Double tolerance,
    int minimumSamples,
    @Nullable Double level,
    boolean keepSamples,
    boolean sameMask,
    @Nullable OutputType outputType) {

  private static final Parameter<Integer> SAMPLES =
      Parameter.integer("samples").in("[1, inf)").doc("forward passes of an example");
  private static final Parameter<Integer> BATCH_SIZE =
      Parameter.integer("batchSize").in("[1, inf)").doc("rows that are computed together");
  private static final Parameter<Double> TOLERANCE =
      Parameter.number("untilStandardErrorBelow").in("(0, inf)").doc("when an example is finished");
  private static final Parameter<Integer> MINIMUM_SAMPLES =
      Parameter.integer("minimumSamples").in("[2, inf)").doc("before the error is looked at");
  private static final Parameter<Double> LEVEL =
      Parameter.number("credibleInterval").in("(0, 1)").doc("share of samples in the interval");

  MonteCarloSettings {
    Checks checks = Checks.of("monte_carlo_dropout").check(SAMPLES, samples);
    if (batchSize != null) {
      checks.check(BATCH_SIZE, batchSize);
    }
    if (tolerance != null) {
      checks
          .check(TOLERANCE, tolerance)
          .check(MINIMUM_SAMPLES, minimumSamples)
          .that(
              minimumSamples <= samples,
              "minimumSamples",
              "at most samples, which is " + samples,
              minimumSamples)
          .that(
              !keepSamples,
              "keepSamples",
              "left out where a standard error ends the samples: their number differs",
              keepSamples);
    }
    if (level != null) {
      checks.check(LEVEL, level);
    }
    checks.done();
  }

  /** Gives what the numbers of an output are, as set or else as read off its layer. */
  OutputForm form(OutputForm read) {
    return outputType == null ? read : read.with(outputType);
  }
}
