package io.github.dl4jext.regularization.penalties;

import io.github.dl4jext.testkit.RegularizationContract;
import java.util.List;

class L2Test extends RegularizationContract {

  @Override
  protected String spec() {
    return "l2(coefficient=0.7)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("l2(coefficient=0.3)");
  }
}
