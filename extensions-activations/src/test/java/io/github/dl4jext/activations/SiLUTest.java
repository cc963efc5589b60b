package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class SiLUTest extends ActivationContract {

  @Override
  protected String spec() {
    return "swish";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("swish(beta=2)");
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "swish");
  }
}
