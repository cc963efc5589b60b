package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class MomentumTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "momentum(learningRate=0.02, momentum=0.8)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "momentum(learningRate=0.02, momentum=0.8, convention=keras)",
        "momentum(learningRate=0.03, momentum=0.8)",
        "momentum(learningRate=0.02, momentum=0.7)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("momentum(learningRate=0.1)", 0.99, 0.961);
  }

  @Override
  protected int stateArrays() {
    return 1;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more("momentum(learningRate=0.013, momentum=0.77)"),
        GoldenFiles.first("momentum", "momentum(learningRate=0.0026, momentum=0.896)"));
  }

  @Override
  protected List<List<String>> reductions() {
    return List.of(List.of("momentum(learningRate=0.02, momentum=0)", "sgd(learningRate=0.02)"));
  }
}
