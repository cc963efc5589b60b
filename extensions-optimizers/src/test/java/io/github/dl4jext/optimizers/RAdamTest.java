package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class RAdamTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "radam(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "radam(learningRate=0.003, beta1=0.8, beta2=0.99, epsilon=1e-7)",
        "radam(learningRate=0.002, beta1=0.85, beta2=0.99, epsilon=1e-7)",
        "radam(learningRate=0.002, beta1=0.8, beta2=0.98, epsilon=1e-7)",
        "radam(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-6)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("radam", 0.999900000000, 0.999747368421);
  }

  @Override
  protected int stateArrays() {
    return 2;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more("radam(learningRate=0.012, beta1=0.8, beta2=0.99, epsilon=1e-4)"),
        GoldenFiles.more("radam(learningRate=0.004, beta2=0.6)"),
        GoldenFiles.first(
            "radam", "radam(learningRate=0.0026, beta1=0.89, beta2=0.9948, epsilon=1e-08)"));
  }
}
