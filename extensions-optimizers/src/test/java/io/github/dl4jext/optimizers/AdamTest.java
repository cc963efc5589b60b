package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class AdamTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "adam(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "adam(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, convention=keras)",
        "adam(learningRate=0.003, beta1=0.8, beta2=0.99, epsilon=1e-7)",
        "adam(learningRate=0.002, beta1=0.85, beta2=0.99, epsilon=1e-7)",
        "adam(learningRate=0.002, beta1=0.8, beta2=0.98, epsilon=1e-7)",
        "adam(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-6)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("adam", 0.999000000100, 0.998034818135);
  }

  @Override
  protected int stateArrays() {
    return 2;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more("adam(learningRate=0.02, beta1=0.83, beta2=0.97, epsilon=1e-4)"),
        GoldenFiles.more("adam(learningRate=0.01, beta1=0, beta2=0.9)"),
        GoldenFiles.first(
            "adam", "adam(learningRate=0.0026, beta1=0.89, beta2=0.9948, epsilon=1e-08)"));
  }

  @Override
  protected List<List<String>> reductions() {
    return List.of(List.of("adam(learningRate=0.01)", "adamw(learningRate=0.01, weightDecay=0)"));
  }
}
