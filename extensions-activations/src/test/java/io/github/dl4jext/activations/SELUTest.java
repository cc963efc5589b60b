package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class SELUTest extends ActivationContract {

  @Override
  protected String spec() {
    return "selu";
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "selu");
  }

  @Override
  protected double[] kinks() {
    return new double[] {0};
  }
}
