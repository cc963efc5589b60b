package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;
import java.util.stream.Stream;

class SoftplusTest extends ActivationContract {

  @Override
  protected String spec() {
    return "softplus";
  }

  @Override
  protected List<Golden> golden() {
    return Stream.concat(
            Golden.read("/golden/activations.json", "softplus").stream(),
            Golden.read("/golden/activations-wide.json", "softplus").stream())
        .toList();
  }
}
