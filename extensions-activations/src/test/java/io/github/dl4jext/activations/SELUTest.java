package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;
import java.util.stream.Stream;

class SELUTest extends ActivationContract {

  @Override
  protected String spec() {
    return "selu";
  }

  @Override
  protected List<Golden> golden() {
    return Stream.concat(
            Golden.read("/golden/activations.json", "selu").stream(),
            Golden.read("/golden/activations-wide.json", "selu").stream())
        .toList();
  }

  @Override
  protected double[] kinks() {
    return new double[] {0};
  }
}
