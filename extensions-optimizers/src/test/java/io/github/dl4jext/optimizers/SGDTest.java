package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class SGDTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "sgd(learningRate=0.02)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("sgd(learningRate=0.03)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("sgd(learningRate=0.1)", 0.99, 0.97);
  }

  @Override
  protected int stateArrays() {
    return 0;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more("sgd(learningRate=0.031)"),
        GoldenFiles.first("sgd", "sgd(learningRate=0.0026)"));
  }

  @Override
  protected List<List<String>> reductions() {
    return List.of(List.of("sgd(learningRate=0.02)", "momentum(learningRate=0.02, momentum=0)"));
  }
}
