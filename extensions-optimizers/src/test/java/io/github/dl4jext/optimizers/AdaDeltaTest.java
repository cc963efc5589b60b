package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class AdaDeltaTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "adadelta(learningRate=0.9, rho=0.8, epsilon=1e-5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "adadelta(learningRate=1.1, rho=0.8, epsilon=1e-5)",
        "adadelta(learningRate=0.9, rho=0.7, epsilon=1e-5)",
        "adadelta(learningRate=0.9, rho=0.8, epsilon=1e-4)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("adadelta", 0.996839302294, 0.992800113526);
  }

  @Override
  protected int stateArrays() {
    return 2;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more("adadelta(learningRate=0.8, rho=0.93, epsilon=1e-5)"),
        GoldenFiles.first("adadelta", "adadelta(learningRate=1.0, rho=0.895, epsilon=1e-06)"));
  }
}
