package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class ClippedReLUTest extends ActivationContract {

  @Override
  protected String spec() {
    return "clipped_relu(maxValue=6, negativeSlope=0.3, threshold=0.7)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "clipped_relu(maxValue=7, negativeSlope=0.3, threshold=0.7)",
        "clipped_relu(maxValue=6, negativeSlope=0.4, threshold=0.7)",
        "clipped_relu(maxValue=6, negativeSlope=0.3, threshold=0.8)");
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read(
        "/golden/activations.json", "clipped_relu(maxValue=6, negativeSlope=0.3, threshold=0.7)");
  }

  @Override
  protected double[] kinks() {
    return new double[] {0.7, 6};
  }
}
