package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class LeakyReLUTest extends ActivationContract {

  @Override
  protected String spec() {
    return "leaky_relu(alpha=0.03)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("leaky_relu");
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "leaky_relu(alpha=0.03)");
  }

  @Override
  protected double[] kinks() {
    return new double[] {0};
  }
}
