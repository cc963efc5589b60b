package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class AdaMaxTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "adamax(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "adamax(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, convention=keras)",
        "adamax(learningRate=0.003, beta1=0.8, beta2=0.99, epsilon=1e-7)",
        "adamax(learningRate=0.002, beta1=0.85, beta2=0.99, epsilon=1e-7)",
        "adamax(learningRate=0.002, beta1=0.8, beta2=0.98, epsilon=1e-7)",
        "adamax(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-6)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("adamax", 0.999000000100, 0.998236842243);
  }

  @Override
  protected int stateArrays() {
    return 2;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more("adamax(learningRate=0.03, beta1=0.8, beta2=0.95, epsilon=1e-3)"),
        GoldenFiles.first(
            "adamax", "adamax(learningRate=0.0026, beta1=0.89, beta2=0.9948, epsilon=1e-08)"));
  }
}
