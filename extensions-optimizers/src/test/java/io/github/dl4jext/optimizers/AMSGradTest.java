package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class AMSGradTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "amsgrad(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "amsgrad(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, convention=keras)",
        "amsgrad(learningRate=0.003, beta1=0.8, beta2=0.99, epsilon=1e-7)",
        "amsgrad(learningRate=0.002, beta1=0.85, beta2=0.99, epsilon=1e-7)",
        "amsgrad(learningRate=0.002, beta1=0.8, beta2=0.98, epsilon=1e-7)",
        "amsgrad(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-6)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("amsgrad", 0.999000000100, 0.998034818135);
  }

  @Override
  protected int stateArrays() {
    return 3;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more("amsgrad(learningRate=0.02, beta1=0.88, beta2=0.9, epsilon=1e-3)"),
        GoldenFiles.first(
            "amsgrad", "amsgrad(learningRate=0.0026, beta1=0.89, beta2=0.9948, epsilon=1e-08)"));
  }
}
