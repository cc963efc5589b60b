package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class ReLU6Test extends ActivationContract {

  @Override
  protected String spec() {
    return "relu6";
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "relu6");
  }

  @Override
  protected double[] kinks() {
    return new double[] {0, 6};
  }
}
