package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;
import java.util.stream.Stream;

class HardSwishTest extends ActivationContract {

  @Override
  protected String spec() {
    return "hard_swish";
  }

  @Override
  protected List<Golden> golden() {
    return Stream.concat(
            Golden.read("/golden/activations.json", "hard_swish").stream(),
            Golden.read("/golden/activations-wide.json", "hard_swish").stream())
        .toList();
  }

  @Override
  protected double[] kinks() {
    return new double[] {-3, 3};
  }
}
