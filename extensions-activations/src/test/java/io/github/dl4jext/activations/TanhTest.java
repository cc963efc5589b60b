package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class TanhTest extends ActivationContract {

  @Override
  protected String spec() {
    return "tanh";
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "tanh");
  }
}
