package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import java.util.List;

/** The form of Keras. */
class RMSpropKerasTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "rmsprop(learningRate=0.02, rho=0.8, epsilon=1e-7, momentum=0.3, centered=true, convention=keras)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "rmsprop(learningRate=0.022, rho=0.8, epsilon=1e-7, momentum=0.3, centered=true, convention=keras)",
        "rmsprop(learningRate=0.02, rho=0.7, epsilon=1e-7, momentum=0.3, centered=true, convention=keras)",
        "rmsprop(learningRate=0.02, rho=0.8, epsilon=1.1e-07, momentum=0.3, centered=true, convention=keras)",
        "rmsprop(learningRate=0.02, rho=0.8, epsilon=1e-7, momentum=0.33, centered=true, convention=keras)",
        "rmsprop(learningRate=0.02, rho=0.8, epsilon=1e-7, momentum=0.3, centered=false, convention=keras)",
        "rmsprop(learningRate=0.02, rho=0.8, epsilon=1e-7, momentum=0.3, centered=true, convention=torch)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps(
        "rmsprop(epsilon=1e-3, momentum=0.5, centered=true, convention=keras)",
        0.997705842661,
        0.993746878338);
  }

  @Override
  protected int stateArrays() {
    return 3;
  }
}
