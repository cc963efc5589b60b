package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class SquaredReLUTest extends ActivationContract {

  @Override
  protected String spec() {
    return "squared_relu";
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "squared_relu");
  }
}
