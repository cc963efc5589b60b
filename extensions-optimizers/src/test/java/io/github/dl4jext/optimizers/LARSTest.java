package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class LARSTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "lars(learningRate=1.5, momentum=0.8, weightDecay=0.1, "
        + "trustCoefficient=0.01, epsilon=1e-7)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "lars(learningRate=2, momentum=0.8, weightDecay=0.1, "
            + "trustCoefficient=0.01, epsilon=1e-7)",
        "lars(learningRate=1.5, momentum=0.7, weightDecay=0.1, "
            + "trustCoefficient=0.01, epsilon=1e-7)",
        "lars(learningRate=1.5, momentum=0.8, weightDecay=0.2, "
            + "trustCoefficient=0.01, epsilon=1e-7)",
        "lars(learningRate=1.5, momentum=0.8, weightDecay=0.1, "
            + "trustCoefficient=0.02, epsilon=1e-7)",
        "lars(learningRate=1.5, momentum=0.8, weightDecay=0.1, "
            + "trustCoefficient=0.01, epsilon=1e-6)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("lars(learningRate=0.1)", 0.999900000010, 0.999710010024);
  }

  @Override
  protected int stateArrays() {
    return 1;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more(
            "lars(learningRate=2, momentum=0.8, weightDecay=0.05, "
                + "trustCoefficient=0.004, epsilon=1e-6)"));
  }
}
