package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class HardTanhTest extends ActivationContract {

  @Override
  protected String spec() {
    return "hard_tanh";
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "hard_tanh");
  }

  @Override
  protected double[] kinks() {
    return new double[] {-1, 1};
  }
}
