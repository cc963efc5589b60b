package io.github.dl4jext.regularization.penalties;

import io.github.dl4jext.testkit.RegularizationContract;
import java.util.List;

class L1Test extends RegularizationContract {

  @Override
  protected String spec() {
    return "l1(coefficient=0.7)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("l1(coefficient=0.3)");
  }
}
