package io.github.dl4jext.activations.initializers;

import io.github.dl4jext.testkit.WeightInitContract;
import java.util.List;

/** With a slope below zero. */
final class HeUniformOfALeakyReLUTest extends WeightInitContract {

  @Override
  protected String spec() {
    return "he_uniform(slope=0.3)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("he_uniform(slope=0.4)");
  }

  @Override
  protected double variance(double fanIn, double fanOut, long... shape) {
    return 2 / 1.09 / fanIn;
  }

  @Override
  protected double maxAbs(double fanIn, double fanOut, long... shape) {
    return Math.sqrt(6 / 1.09 / fanIn);
  }
}
