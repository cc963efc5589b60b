package io.github.dl4jext.regularization.penalties;

import io.github.dl4jext.testkit.RegularizationContract;
import java.util.List;

class WeightDecayTest extends RegularizationContract {

  @Override
  protected String spec() {
    return "weight_decay(coefficient=0.7)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("weight_decay(coefficient=0.3)");
  }
}
