package io.github.dl4jext.activations.initializers;

import io.github.dl4jext.testkit.WeightInitContract;
import java.util.List;

final class HeUniformTest extends WeightInitContract {

  @Override
  protected String spec() {
    return "he_uniform";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("he_uniform(slope=0.3)");
  }

  @Override
  protected double variance(double fanIn, double fanOut, long... shape) {
    return 2 / fanIn;
  }

  @Override
  protected double maxAbs(double fanIn, double fanOut, long... shape) {
    return Math.sqrt(6 / fanIn);
  }
}
