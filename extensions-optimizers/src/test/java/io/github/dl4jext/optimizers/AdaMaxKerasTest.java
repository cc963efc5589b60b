package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import java.util.List;

/** The form of Keras. */
class AdaMaxKerasTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "adamax(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, convention=keras)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "adamax(learningRate=0.0022, beta1=0.8, beta2=0.99, epsilon=1e-7, convention=keras)",
        "adamax(learningRate=0.002, beta1=0.7, beta2=0.99, epsilon=1e-7, convention=keras)",
        "adamax(learningRate=0.002, beta1=0.8, beta2=0.7, epsilon=1e-7, convention=keras)",
        "adamax(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1.1e-07, convention=keras)",
        "adamax(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, convention=torch)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("adamax(epsilon=1e-3, convention=keras)", 0.999009900990, 0.998250539901);
  }

  @Override
  protected int stateArrays() {
    return 2;
  }
}
