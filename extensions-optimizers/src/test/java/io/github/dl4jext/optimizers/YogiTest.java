package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class YogiTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "yogi(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-4, "
        + "initialAccumulator=1e-3)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "yogi(learningRate=0.003, beta1=0.8, beta2=0.99, epsilon=1e-4, "
            + "initialAccumulator=1e-3)",
        "yogi(learningRate=0.002, beta1=0.85, beta2=0.99, epsilon=1e-4, "
            + "initialAccumulator=1e-3)",
        "yogi(learningRate=0.002, beta1=0.8, beta2=0.98, epsilon=1e-4, "
            + "initialAccumulator=1e-3)",
        "yogi(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-6, "
            + "initialAccumulator=1e-3)",
        "yogi(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-4, "
            + "initialAccumulator=1e-2)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("yogi", 0.990555424601, 0.981059107582);
  }

  @Override
  protected int stateArrays() {
    return 2;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more(
            "yogi(learningRate=0.02, beta1=0.86, beta2=0.97, epsilon=1e-4, "
                + "initialAccumulator=1e-3)"));
  }
}
