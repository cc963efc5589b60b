package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class AdaBeliefTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "adabelief(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-9)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "adabelief(learningRate=0.003, beta1=0.8, beta2=0.99, epsilon=1e-9)",
        "adabelief(learningRate=0.002, beta1=0.85, beta2=0.99, epsilon=1e-9)",
        "adabelief(learningRate=0.002, beta1=0.8, beta2=0.98, epsilon=1e-9)",
        "adabelief(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-6)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("adabelief", 0.998888888889, 0.997772012961);
  }

  @Override
  protected int stateArrays() {
    return 2;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more("adabelief(learningRate=0.01, beta1=0.85, beta2=0.95, epsilon=1e-9)"));
  }
}
