package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class AdamWTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "adamw(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, " + "weightDecay=0.1)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "adamw(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, weightDecay=0.1, convention=keras)",
        "adamw(learningRate=0.003, beta1=0.8, beta2=0.99, epsilon=1e-7, " + "weightDecay=0.1)",
        "adamw(learningRate=0.002, beta1=0.85, beta2=0.99, epsilon=1e-7, " + "weightDecay=0.1)",
        "adamw(learningRate=0.002, beta1=0.8, beta2=0.98, epsilon=1e-7, " + "weightDecay=0.1)",
        "adamw(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-6, " + "weightDecay=0.1)",
        "adamw(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, " + "weightDecay=0.3)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("adamw", 0.998990000100, 0.998014828235);
  }

  @Override
  protected int stateArrays() {
    return 2;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more(
            "adamw(learningRate=0.015, beta1=0.91, beta2=0.96, epsilon=1e-5, "
                + "weightDecay=0.3)"),
        GoldenFiles.first(
            "adamw",
            "adamw(learningRate=0.0026, beta1=0.89, beta2=0.9948, epsilon=1e-08, "
                + "weightDecay=0.00517)"));
  }

  @Override
  protected List<List<String>> reductions() {
    return List.of(List.of("adamw(learningRate=0.01, weightDecay=0)", "adam(learningRate=0.01)"));
  }
}
