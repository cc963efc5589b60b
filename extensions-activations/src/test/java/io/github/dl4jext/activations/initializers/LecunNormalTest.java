package io.github.dl4jext.activations.initializers;

import io.github.dl4jext.testkit.WeightInitContract;

final class LecunNormalTest extends WeightInitContract {

  @Override
  protected String spec() {
    return "lecun_normal";
  }

  @Override
  protected double variance(double fanIn, double fanOut, long... shape) {
    return 1 / fanIn;
  }

  @Override
  protected double maxAbs(double fanIn, double fanOut, long... shape) {
    return 2 * Math.sqrt(1 / fanIn) / 0.87962566103423978;
  }
}
