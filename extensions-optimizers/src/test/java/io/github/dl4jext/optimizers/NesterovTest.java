package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class NesterovTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "nesterov(learningRate=0.02, momentum=0.8)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "nesterov(learningRate=0.02, momentum=0.8, convention=keras)",
        "nesterov(learningRate=0.03, momentum=0.8)",
        "nesterov(learningRate=0.02, momentum=0.7)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("nesterov(learningRate=0.1)", 0.981, 0.9349);
  }

  @Override
  protected int stateArrays() {
    return 1;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more("nesterov(learningRate=0.011, momentum=0.83)"),
        GoldenFiles.first("nesterov", "nesterov(learningRate=0.0026, momentum=0.896)"));
  }

  @Override
  protected List<List<String>> reductions() {
    return List.of(List.of("nesterov(learningRate=0.02, momentum=0)", "sgd(learningRate=0.02)"));
  }
}
