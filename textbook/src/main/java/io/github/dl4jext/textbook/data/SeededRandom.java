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

  /** Another generator, whose numbers have nothing to do with the further ones of this one. */
  SeededRandom split() {
    return new SeededRandom(random.split());
  }

  /** Evenly from {@code low} to {@code high}. */
  double between(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /** True in a share {@code probability} of the calls. */
  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** From 0 to {@code bound} - 1. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /**
   * About normal, mean 0 and standard deviation 1, never beyond 3.47: four even numbers added,
   * because Java does not promise that its nextGaussian stays the same.
   */
  double normal() {
    double sum =
        random.nextDouble() + random.nextDouble() + random.nextDouble() + random.nextDouble();
    return (sum - 2) * 1.7320508075688772;
  }
}
