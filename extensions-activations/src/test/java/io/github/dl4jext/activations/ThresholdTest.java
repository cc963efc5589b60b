package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class ThresholdTest extends ActivationContract {

  @Override
  protected String spec() {
    return "threshold(threshold=0.7, value=-0.3)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("threshold(threshold=0.8, value=-0.3)", "threshold(threshold=0.7, value=-0.4)");
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "threshold(threshold=0.7, value=-0.3)");
  }

  @Override
  protected double[] kinks() {
    return new double[] {0.7};
  }
}
