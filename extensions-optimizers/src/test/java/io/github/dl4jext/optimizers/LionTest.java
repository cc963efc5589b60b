package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class LionTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "lion(learningRate=0.002, beta1=0.8, beta2=0.97, weightDecay=0.1)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "lion(learningRate=0.003, beta1=0.8, beta2=0.97, weightDecay=0.1)",
        "lion(learningRate=0.002, beta1=0.85, beta2=0.97, weightDecay=0.1)",
        "lion(learningRate=0.002, beta1=0.8, beta2=0.96, weightDecay=0.1)",
        "lion(learningRate=0.002, beta1=0.8, beta2=0.97, weightDecay=0.2)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("lion", 0.9999, 0.9998);
  }

  @Override
  protected int stateArrays() {
    return 1;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more("lion(learningRate=0.003, beta1=0.8, beta2=0.95, weightDecay=0.4)"));
  }
}
