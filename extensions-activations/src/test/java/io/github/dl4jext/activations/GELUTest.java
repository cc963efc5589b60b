package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class GELUTest extends ActivationContract {

  @Override
  protected String spec() {
    return "gelu";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("gelu(approximation=tanh)", "gelu_sigmoid");
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "gelu");
  }
}
