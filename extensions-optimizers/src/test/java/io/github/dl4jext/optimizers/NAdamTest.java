package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class NAdamTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "nadam(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, "
        + "momentumDecay=0.01)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "nadam(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, momentumDecay=0.01, form=paper)",
        "nadam(learningRate=0.003, beta1=0.8, beta2=0.99, epsilon=1e-7, " + "momentumDecay=0.01)",
        "nadam(learningRate=0.002, beta1=0.85, beta2=0.99, epsilon=1e-7, " + "momentumDecay=0.01)",
        "nadam(learningRate=0.002, beta1=0.8, beta2=0.98, epsilon=1e-7, " + "momentumDecay=0.01)",
        "nadam(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-6, " + "momentumDecay=0.01)",
        "nadam(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-7, " + "momentumDecay=0.5)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("nadam", 0.998950468922, 0.997992273280);
  }

  @Override
  protected int stateArrays() {
    return 2;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more(
            "nadam(learningRate=0.006, beta1=0.85, beta2=0.98, epsilon=1e-5, "
                + "momentumDecay=1)"),
        GoldenFiles.more("nadam(learningRate=0.006, momentumDecay=0.02)"),
        GoldenFiles.first(
            "nadam",
            "nadam(learningRate=0.0026, beta1=0.89, beta2=0.9948, epsilon=1e-08, "
                + "momentumDecay=0.004)"));
  }
}
