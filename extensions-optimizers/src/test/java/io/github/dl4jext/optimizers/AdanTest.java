package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class AdanTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "adan(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, beta3=0.97, "
        + "weightDecay=0.1)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "adan(learningRate=0.003, beta1=0.8, beta2=0.99, epsilon=1e-7, beta3=0.97, "
            + "weightDecay=0.1)",
        "adan(learningRate=0.002, beta1=0.85, beta2=0.99, epsilon=1e-7, "
            + "beta3=0.97, weightDecay=0.1)",
        "adan(learningRate=0.002, beta1=0.8, beta2=0.98, epsilon=1e-7, beta3=0.97, "
            + "weightDecay=0.1)",
        "adan(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-6, beta3=0.97, "
            + "weightDecay=0.1)",
        "adan(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, beta3=0.96, "
            + "weightDecay=0.1)",
        "adan(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, beta3=0.97, "
            + "weightDecay=0.3)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("adan", 0.999000000100, 0.998092640626);
  }

  @Override
  protected int stateArrays() {
    return 4;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more(
            "adan(learningRate=0.01, beta1=0.95, beta2=0.9, beta3=0.97, epsilon=1e-6, "
                + "weightDecay=0.2)"));
  }
}
