package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class LAMBTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "lamb(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, " + "weightDecay=0.1)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "lamb(learningRate=0.003, beta1=0.8, beta2=0.99, epsilon=1e-7, " + "weightDecay=0.1)",
        "lamb(learningRate=0.002, beta1=0.85, beta2=0.99, epsilon=1e-7, " + "weightDecay=0.1)",
        "lamb(learningRate=0.002, beta1=0.8, beta2=0.98, epsilon=1e-7, " + "weightDecay=0.1)",
        "lamb(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-6, " + "weightDecay=0.1)",
        "lamb(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, " + "weightDecay=0.3)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("lamb", 0.999, 0.998001);
  }

  @Override
  protected int stateArrays() {
    return 2;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more(
            "lamb(learningRate=0.01, beta1=0.85, beta2=0.97, epsilon=1e-5, " + "weightDecay=0.2)"));
  }
}
