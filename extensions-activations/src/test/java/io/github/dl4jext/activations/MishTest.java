package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;
import java.util.stream.Stream;

class MishTest extends ActivationContract {

  @Override
  protected String spec() {
    return "mish";
  }

  @Override
  protected List<Golden> golden() {
    return Stream.concat(
            Golden.read("/golden/activations.json", "mish").stream(),
            Golden.read("/golden/activations-wide.json", "mish").stream())
        .toList();
  }
}
