package io.github.dl4jext.activations;

import io.github.dl4jext.testkit.ActivationContract;
import io.github.dl4jext.testkit.Golden;
import java.util.List;

class SquareplusTest extends ActivationContract {

  @Override
  protected String spec() {
    return "squareplus(b=0.7)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("squareplus(b=0.8)");
  }

  @Override
  protected List<Golden> golden() {
    return Golden.read("/golden/activations.json", "squareplus(b=0.7)");
  }
}
