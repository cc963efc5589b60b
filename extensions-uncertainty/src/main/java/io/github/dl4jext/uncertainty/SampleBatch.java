package io.github.dl4jext.uncertainty;

import io.github.dl4jext.network.noise.CounterRandom;

/**
 * Holds the seeds of the rows that go through the network together. Each row is one sample of one
 * example.
 *
 * <p>The random numbers of a row depend only on the seed, the sample, the example and the place in
 * the network, and not on the other rows of the batch or on the thread.
 */
final class SampleBatch {

  private final long[] seeds;
  private final long firstSample;
  private final int iteration;
  private final int epoch;

  /** Takes samples from {@code firstSample} on. All examples of one sample come before the next. */
  SampleBatch(long seed, long firstSample, int samples, long[] examples, int iteration, int epoch) {
    this.iteration = iteration;
    this.epoch = epoch;
    seeds = new long[samples * examples.length];
    long base = CounterRandom.mix(seed);
    for (int s = 0; s < samples; s++) {
      long ofSample = CounterRandom.mix(base, firstSample + s);
      for (int e = 0; e < examples.length; e++) {
        seeds[s * examples.length + e] = CounterRandom.mix(ofSample, examples[e]);
      }
    }
    this.firstSample = CounterRandom.mix(base, firstSample);
  }

  int rows() {
    return seeds.length;
  }

  int iteration() {
    return iteration;
  }

  int epoch() {
    return epoch;
  }

  /**
   * Returns random numbers for a parameter, the same for all examples of the batch's only sample.
   */
  CounterRandom weights(long place, String key) {
    // no example has the number -1, so that no row has these numbers
    long seed = CounterRandom.mix(CounterRandom.mix(firstSample, -1), place);
    return new CounterRandom(CounterRandom.mix(seed, key.hashCode()));
  }

  /**
   * Returns random numbers for one place in the network. If time steps or stacked inputs are along
   * dimension 0, there are several times as many rows; DL4J puts all examples of the first step
   * first.
   */
  CounterRandom draws(long place, long rows) {
    if (rows % seeds.length != 0) {
      throw new IllegalStateException(
          "cannot tell which of " + seeds.length + " examples the " + rows + " rows belong to");
    }
    long[] own = new long[(int) rows];
    for (int i = 0; i < own.length; i++) {
      own[i] =
          CounterRandom.mix(CounterRandom.mix(seeds[i % seeds.length], place), i / seeds.length);
    }
    return new CounterRandom(own);
  }
}
