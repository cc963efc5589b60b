package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;
import java.util.stream.Stream;

class GELUTanhTest extends ActivationContract {

  @Override
  protected String spec() {
    return "gelu_tanh";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("gelu");
  }

  @Override
  protected List<Golden> golden() {
    return Stream.concat(
            Golden.read("/golden/activations.json", "gelu_tanh").stream(),
            Golden.read("/golden/activations-wide.json", "gelu_tanh").stream())
        .toList();
  }
}
