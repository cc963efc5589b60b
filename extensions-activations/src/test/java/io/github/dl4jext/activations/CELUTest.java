package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class CELUTest extends ActivationContract {

  @Override
  protected String spec() {
    return "celu(alpha=1.7)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("celu");
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "celu(alpha=1.7)");
  }
}
