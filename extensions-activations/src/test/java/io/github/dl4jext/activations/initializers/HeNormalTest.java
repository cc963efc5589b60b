package io.github.dl4jext.activations.initializers;

import io.github.dl4jext.testkit.WeightInitContract;
import java.util.List;

final class HeNormalTest extends WeightInitContract {

  @Override
  protected String spec() {
    return "he_normal";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("he_normal(slope=0.3)");
  }

  @Override
  protected double variance(double fanIn, double fanOut, long... shape) {
    return 2 / fanIn;
  }

  @Override
  protected double maxAbs(double fanIn, double fanOut, long... shape) {
    return 2 * Math.sqrt(2 / fanIn) / 0.87962566103423978;
  }
}
