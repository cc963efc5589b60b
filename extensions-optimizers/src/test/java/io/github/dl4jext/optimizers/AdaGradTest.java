package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class AdaGradTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "adagrad(learningRate=0.02, epsilon=1e-9)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "adagrad(learningRate=0.02, epsilon=1e-9, initialAccumulator=0.2)",
        "adagrad(learningRate=0.02, epsilon=1e-9, convention=keras)",
        "adagrad(learningRate=0.03, epsilon=1e-9)",
        "adagrad(learningRate=0.02, epsilon=1e-8)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("adagrad", 0.990000000010, 0.981055728104);
  }

  @Override
  protected int stateArrays() {
    return 1;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more("adagrad(learningRate=0.07, epsilon=1e-7)"),
        GoldenFiles.first("adagrad", "adagrad(learningRate=0.0026, epsilon=1e-10)"));
  }
}
