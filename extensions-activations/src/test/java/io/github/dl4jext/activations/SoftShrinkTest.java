package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class SoftShrinkTest extends ActivationContract {

  @Override
  protected String spec() {
    return "soft_shrink(lambda=0.7)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("soft_shrink");
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "soft_shrink(lambda=0.7)");
  }

  @Override
  protected double[] kinks() {
    return new double[] {-0.7, 0.7};
  }
}
