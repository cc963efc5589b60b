package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class RMSpropTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "rmsprop(learningRate=0.02, rho=0.8, epsilon=1e-7, momentum=0.3)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "rmsprop(learningRate=0.02, rho=0.8, epsilon=1e-7, momentum=0.3, convention=keras)",
        "rmsprop(learningRate=0.03, rho=0.8, epsilon=1e-7, momentum=0.3)",
        "rmsprop(learningRate=0.02, rho=0.7, epsilon=1e-7, momentum=0.3)",
        "rmsprop(learningRate=0.02, rho=0.8, epsilon=1e-6, momentum=0.3)",
        "rmsprop(learningRate=0.02, rho=0.8, epsilon=1e-7, momentum=0.4)",
        "rmsprop(learningRate=0.02, rho=0.8, epsilon=1e-7, momentum=0.3, " + "centered=true)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("rmsprop", 0.996837723340, 0.993980580891);
  }

  @Override
  protected int stateArrays() {
    return 2;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more("rmsprop(learningRate=0.004, rho=0.95, epsilon=1e-6)"),
        GoldenFiles.more("rmsprop(learningRate=0.004, rho=0.93, centered=true)"),
        GoldenFiles.more("rmsprop(learningRate=0.003, rho=0.97, momentum=0.6)"),
        GoldenFiles.more("rmsprop(learningRate=0.003, rho=0.9, momentum=0.5, centered=true)"),
        GoldenFiles.first("rmsprop", "rmsprop(learningRate=0.0026, rho=0.895, epsilon=1e-08)"));
  }
}
