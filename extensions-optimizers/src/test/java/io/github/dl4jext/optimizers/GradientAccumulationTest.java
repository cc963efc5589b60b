package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import java.util.List;

class GradientAccumulationTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "gradient_accumulation(optimizer=adamw(learningRate=0.002, "
        + "weightDecay=0.1), minibatches=2)"; // the contract saves networks after 3
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "gradient_accumulation(optimizer=adamw(learningRate=0.002, "
            + "weightDecay=0.2), minibatches=2)",
        "gradient_accumulation(optimizer=adamw(learningRate=0.002, "
            + "weightDecay=0.1), minibatches=3)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps(
        "gradient_accumulation(optimizer=sgd(learningRate=0.1), minibatches=2)", 1, 0.985);
  }

  @Override
  protected int stateArrays() {
    return 3;
  }

  @Override
  protected List<List<String>> reductions() {
    return List.of(List.of("gradient_accumulation(optimizer=nadam, minibatches=1)", "nadam"));
  }
}
