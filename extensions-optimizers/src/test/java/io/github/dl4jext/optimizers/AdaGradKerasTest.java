package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import java.util.List;

/** The form of Keras. */
class AdaGradKerasTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "adagrad(learningRate=0.02, epsilon=1e-7, initialAccumulator=0.1, convention=keras)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "adagrad(learningRate=0.022, epsilon=1e-7, initialAccumulator=0.1, convention=keras)",
        "adagrad(learningRate=0.02, epsilon=1.1e-07, initialAccumulator=0.1, convention=keras)",
        "adagrad(learningRate=0.02, epsilon=1e-7, initialAccumulator=0.11, convention=keras)",
        "adagrad(learningRate=0.02, epsilon=1e-7, initialAccumulator=0.1, convention=torch)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps(
        "adagrad(learningRate=0.01, epsilon=1e-3, initialAccumulator=0.1, convention=keras)",
        0.996998498874,
        0.991851648748);
  }

  @Override
  protected int stateArrays() {
    return 1;
  }
}
