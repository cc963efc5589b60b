package io.github.dl4jext.uncertainty;

import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import org.deeplearning4j.nn.api.Model;

/**
 * Settings of {@link MonteCarloDropout}; begin with {@link MonteCarloDropout#builder}. Each has a
 * default; the network must have dropout.
 */
public final class MonteCarloBuilder {

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

  private final Model network;
  private int samples = 100;
  private long seed;
  private Integer batchSize;
  private Double tolerance;
  private int minimumSamples = 30;
  private Double level;
  private boolean keepSamples;
  private OutputType meaning;

  MonteCarloBuilder(Model network) {
    this.network = network;
  }

  private MonteCarloBuilder(MonteCarloBuilder other) {
    this(other.network);
    samples = other.samples;
    seed = other.seed;
    batchSize = other.batchSize;
    tolerance = other.tolerance;
    minimumSamples = other.minimumSamples;
    level = other.level;
    keepSamples = other.keepSamples;
    meaning = other.meaning;
  }

  /**
   * Sets how many samples an example gets, at most where a standard error ends them; default 100.
   *
   * @param number 1 or more
   * @return this
   */
  public MonteCarloBuilder samples(int number) {
    samples = number;
    return this;
  }

  /**
   * Sets what the random numbers follow from, with the number of the example; default 0.
   *
   * @param number any
   * @return this
   */
  public MonteCarloBuilder seed(long number) {
    seed = number;
    return this;
  }

  /**
   * Sets how many rows, examples times samples, are computed together. It bounds memory and changes
   * no result but for rounding. By default so many that their activations come to about eight
   * megabytes, between 16 and 8192.
   *
   * @param rows 1 or more
   * @return this
   */
  public MonteCarloBuilder batchSize(int rows) {
    batchSize = rows;
    return this;
  }

  /**
   * Ends the samples of an example as soon as the standard errors of all its means are below a
   * bound. An error is only an estimate, so that many looks at it make it a little too small in the
   * end: leave a margin.
   *
   * @param error in the unit of the output, above 0
   * @return this
   */
  public MonteCarloBuilder untilStandardErrorBelow(double error) {
    tolerance = error;
    return this;
  }

  /**
   * Sets how many samples an example gets before its standard error is looked at; default 30.
   *
   * @param number 2 or more
   * @return this
   */
  public MonteCarloBuilder minimumSamples(int number) {
    minimumSamples = number;
    return this;
  }

  /**
   * Keeps what a credible interval needs: the smallest and largest samples of every output, {@code
   * (1 - share) samples + 4} numbers in place of all of them. The interval is that of the samples,
   * with no other error.
   *
   * @param share of the samples in it, such as 0.95
   * @return this
   */
  public MonteCarloBuilder credibleInterval(double share) {
    level = share;
    return this;
  }

  /**
   * Keeps all samples, 8 bytes for each number.
   *
   * @return this
   */
  public MonteCarloBuilder keepSamples() {
    keepSamples = true;
    return this;
  }

  /**
   * Says what the outputs are, where it cannot be read off the output layers; for all of them.
   *
   * @param numbers what they are
   * @return this
   */
  public MonteCarloBuilder outputsAre(OutputType numbers) {
    meaning = numbers;
    return this;
  }

  /**
   * Makes the predictor. The builder may be changed afterwards and used again.
   *
   * @return a predictor for any number of threads
   * @throws IllegalArgumentException if a setting is out of range, or if the network has no
   *     dropout, weight noise, or a dropout kind that cannot be seeded; the message says what to do
   */
  public MonteCarloDropout build() {
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
    return new MonteCarloDropout(network, new MonteCarloBuilder(this));
  }

  int samples() {
    return samples;
  }

  long seed() {
    return seed;
  }

  /** 0 for as many as fit. */
  int batchSize() {
    return batchSize == null ? 0 : batchSize;
  }

  /** 0 for none. */
  double tolerance() {
    return tolerance == null ? 0 : tolerance;
  }

  int minimumSamples() {
    return minimumSamples;
  }

  OutputForm meaning(OutputForm read) {
    return meaning == null ? read : read.with(meaning);
  }

  RunningPrediction running(OutputForm form, long[] shape) {
    return new RunningPrediction(form, shape, samples, level == null ? 0 : level, keepSamples);
  }
}
