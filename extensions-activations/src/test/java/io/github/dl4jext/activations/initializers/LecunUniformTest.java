package io.github.dl4jext.activations.initializers;

import io.github.dl4jext.testkit.WeightInitContract;

final class LecunUniformTest extends WeightInitContract {

  @Override
  protected String spec() {
    return "lecun_uniform";
  }

  @Override
  protected double variance(double fanIn, double fanOut, long... shape) {
    return 1 / fanIn;
  }

  @Override
  protected double maxAbs(double fanIn, double fanOut, long... shape) {
    return Math.sqrt(3 / fanIn);
  }
}
