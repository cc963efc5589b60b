package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class HardSigmoidTest extends ActivationContract {

  @Override
  protected String spec() {
    return "hard_sigmoid";
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "hard_sigmoid");
  }

  @Override
  protected double[] kinks() {
    return new double[] {-3, 3};
  }
}
