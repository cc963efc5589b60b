package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class ELUTest extends ActivationContract {

  @Override
  protected String spec() {
    return "elu(alpha=0.5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("elu", "elu(alpha=2)");
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "elu(alpha=0.5)");
  }

  @Override
  protected double[] kinks() {
    return new double[] {0};
  }
}
