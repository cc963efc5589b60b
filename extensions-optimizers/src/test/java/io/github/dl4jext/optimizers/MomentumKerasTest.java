package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import java.util.List;

/** The form of Keras. */
class MomentumKerasTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "momentum(learningRate=0.02, momentum=0.8, convention=keras)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "momentum(learningRate=0.022, momentum=0.8, convention=keras)",
        "momentum(learningRate=0.02, momentum=0.7, convention=keras)",
        "momentum(learningRate=0.02, momentum=0.8, convention=torch)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("momentum(learningRate=0.1, convention=keras)", 0.99, 0.961);
  }

  @Override
  protected int stateArrays() {
    return 1;
  }

  @Override
  protected List<List<String>> reductions() {
    return List.of(List.of(spec(), "momentum(learningRate=0.02, momentum=0.8)"));
  }
}
