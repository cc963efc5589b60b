package io.github.dl4jext.uncertainty;

import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Holds the settings of a predictor, and checks them.
 *
 * @param samples the largest number of samples of an example
 * @param seed the seed of the random numbers
 * @param batchSize the number of rows that are computed together, or null for as many as fit
 * @param tolerance the standard error at which sampling of an example stops, or null
 * @param minimumSamples the number of samples before the standard error is checked
 * @param level the share of samples in the credible interval, or null for none
 * @param keepSamples whether all samples are kept
 * @param sameMask whether all examples of a sample have the same random numbers
 * @param outputType the meaning of all outputs, or null to read it from the output layers
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
              "left out if a standard error ends the sampling, as the numbers of samples then differ",
              keepSamples);
    }
    if (level != null) {
      checks.check(LEVEL, level);
    }
    checks.done();
  }

  /** Returns the form of an output, with the type that was set or else was read from its layer. */
  OutputForm form(OutputForm read) {
    return outputType == null ? read : read.with(outputType);
  }
}
