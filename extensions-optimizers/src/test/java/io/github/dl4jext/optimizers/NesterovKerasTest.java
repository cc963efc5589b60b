package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import java.util.List;

/** The form of Keras. */
class NesterovKerasTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "nesterov(learningRate=0.02, momentum=0.8, convention=keras)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "nesterov(learningRate=0.022, momentum=0.8, convention=keras)",
        "nesterov(learningRate=0.02, momentum=0.7, convention=keras)",
        "nesterov(learningRate=0.02, momentum=0.8, convention=torch)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("nesterov(learningRate=0.1, convention=keras)", 0.981, 0.9349);
  }

  @Override
  protected int stateArrays() {
    return 1;
  }

  @Override
  protected List<List<String>> reductions() {
    return List.of(List.of(spec(), "nesterov(learningRate=0.02, momentum=0.8)"));
  }
}
