package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class HardSwishTest extends ActivationContract {

  @Override
  protected String spec() {
    return "hard_swish";
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "hard_swish");
  }

  @Override
  protected double[] kinks() {
    return new double[] {-3, 3};
  }
}
