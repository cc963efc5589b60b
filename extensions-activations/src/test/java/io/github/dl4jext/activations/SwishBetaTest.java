package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class SwishBetaTest extends ActivationContract {

  @Override
  protected String spec() {
    return "swish(beta=0.7)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("swish");
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "swish(beta=0.7)");
  }
}
