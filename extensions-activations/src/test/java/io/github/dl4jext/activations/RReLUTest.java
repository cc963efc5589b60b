package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class RReLUTest extends ActivationContract {

  @Override
  protected String spec() {
    return "rrelu(lower=0.2, upper=0.4)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("rrelu(lower=0.1, upper=0.4)", "rrelu(lower=0.2, upper=0.5)");
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations-wide.json", "rrelu(lower=0.2, upper=0.4)");
  }

  @Override
  protected double[] kinks() {
    return new double[] {0};
  }
}
