package io.github.dl4jext.uncertainty;

import io.github.dl4jext.network.CounterRandom;

/**
 * Rows that go through the network together, each of them one sample of one example, and the random
 * numbers that belong to them.
 *
 * <p>A row's numbers depend on seed, sample, example and place alone. So what else is in the tile,
 * and which thread computes it, changes nothing.
 */
final class SampleBatch {

  private final long[] seeds;
  private final long firstSample;
  private final int iteration;
  private final int epoch;

  private SampleBatch(long[] seeds, long firstSample, int iteration, int epoch) {
    this.seeds = seeds;
    this.firstSample = firstSample;
    this.iteration = iteration;
    this.epoch = epoch;
  }

  /** Samples from {@code firstSample} on, all examples of the first one first. */
  static SampleBatch of(
      long seed, long firstSample, int samples, long[] examples, int iteration, int epoch) {
    long[] seeds = new long[samples * examples.length];
    long base = CounterRandom.mix(seed);
    for (int s = 0; s < samples; s++) {
      long ofSample = CounterRandom.mix(base, firstSample + s);
      for (int e = 0; e < examples.length; e++) {
        seeds[s * examples.length + e] = CounterRandom.mix(ofSample, examples[e]);
      }
    }
    return new SampleBatch(seeds, CounterRandom.mix(base, firstSample), iteration, epoch);
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

  /** The random numbers for a parameter, the same for all examples of the tile's only sample. */
  CounterRandom weights(long place, String key) {
    // no example has number -1, so no row has the same numbers
    long seed = CounterRandom.mix(CounterRandom.mix(firstSample, -1), place);
    return new CounterRandom(CounterRandom.mix(seed, key.hashCode()));
  }

  /**
   * The random numbers for one place in the network. Where time steps or stacked inputs lie along
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
