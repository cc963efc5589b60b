package io.github.dl4jext.activations.initializers;

import io.github.dl4jext.testkit.WeightInitContract;

final class GlorotUniformTest extends WeightInitContract {

  @Override
  protected String spec() {
    return "glorot_uniform";
  }

  @Override
  protected double variance(double fanIn, double fanOut, long... shape) {
    return 2 / (fanIn + fanOut);
  }

  @Override
  protected double maxAbs(double fanIn, double fanOut, long... shape) {
    return Math.sqrt(6 / (fanIn + fanOut));
  }
}
