package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class TanhShrinkTest extends ActivationContract {

  @Override
  protected String spec() {
    return "tanh_shrink";
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "tanh_shrink");
  }
}
