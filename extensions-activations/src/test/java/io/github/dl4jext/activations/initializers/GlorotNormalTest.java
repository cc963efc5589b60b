package io.github.dl4jext.activations.initializers;

import io.github.dl4jext.testkit.WeightInitContract;

final class GlorotNormalTest extends WeightInitContract {

  @Override
  protected String spec() {
    return "glorot_normal";
  }

  @Override
  protected double variance(double fanIn, double fanOut, long... shape) {
    return 2 / (fanIn + fanOut);
  }

  @Override
  protected double maxAbs(double fanIn, double fanOut, long... shape) {
    return 2 * Math.sqrt(2 / (fanIn + fanOut)) / 0.87962566103423978;
  }
}
