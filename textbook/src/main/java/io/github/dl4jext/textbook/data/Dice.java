package io.github.dl4jext.textbook.data;

import java.util.SplittableRandom;

/** Chance with a seed: the same throws on every machine and every Java. */
final class Dice {
  private final SplittableRandom random;

  Dice(long seed) {
    this(new SplittableRandom(seed));
  }

  private Dice(SplittableRandom random) {
    this.random = random;
  }

  /** Other dice, whose throws have nothing to do with the further ones of these. */
  Dice split() {
    return new Dice(random.split());
  }

  /** Evenly from {@code low} to {@code high}. */
  double between(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /** True in a share {@code probability} of the throws. */
  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** From 0 to {@code sides} - 1. */
  int of(int sides) {
    return random.nextInt(sides);
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
