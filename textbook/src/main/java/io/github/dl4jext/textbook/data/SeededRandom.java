package io.github.dl4jext.textbook.data;

import java.util.SplittableRandom;

/** Draws random numbers from a seed: the same numbers on every machine and every Java. */
final class SeededRandom {
  private final SplittableRandom random;

  SeededRandom(long seed) {
    this(new SplittableRandom(seed));
  }

  private SeededRandom(SplittableRandom random) {
    this.random = random;
  }

  /** A new generator whose numbers are independent of those that this one draws next. */
  SeededRandom split() {
    return new SeededRandom(random.split());
  }

  /** A uniform number from {@code low} to {@code high}. */
  double between(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /** True with the given probability. */
  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** A uniform whole number from 0 to {@code bound} - 1. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /**
   * An approximately normal number of mean 0 and standard deviation 1, at most 3.47 in size. It is
   * the scaled sum of four uniform numbers, because Java does not promise that nextGaussian stays
   * the same.
   */
  double normal() {
    double sum =
        random.nextDouble() + random.nextDouble() + random.nextDouble() + random.nextDouble();
    return (sum - 2) * 1.7320508075688772;
  }
}
