package io.github.dl4jext.optimizers;

import io.github.dl4jext.testkit.OptimizerContract;
import io.github.dl4jext.testkit.OptimizerGolden;
import java.util.List;

class LookaheadTest extends OptimizerContract {

  @Override
  protected String spec() {
    return "lookahead(optimizer=adamw(learningRate=0.002, weightDecay=0.1), steps=4, "
        + "alpha=0.6)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "lookahead(optimizer=adamw(learningRate=0.002, weightDecay=0.2), steps=4, " + "alpha=0.6)",
        "lookahead(optimizer=adamw(learningRate=0.002, weightDecay=0.1), steps=3, " + "alpha=0.6)",
        "lookahead(optimizer=adamw(learningRate=0.002, weightDecay=0.1), steps=4, " + "alpha=0.7)");
  }

  @Override
  protected TwoSteps twoSteps() {
    return new TwoSteps("lookahead(optimizer=sgd(learningRate=0.1), steps=2)", 0.99, 0.985);
  }

  @Override
  protected int stateArrays() {
    return 3;
  }

  @Override
  protected List<OptimizerGolden> golden() {
    return List.of(
        GoldenFiles.more("lookahead(optimizer=adam(learningRate=0.02), steps=4, alpha=0.6)"),
        GoldenFiles.more(
            "lookahead(optimizer=momentum(learningRate=0.01, momentum=0.8), steps=3, "
                + "alpha=0.3)"));
  }

  @Override
  protected List<List<String>> reductions() {
    return List.of(List.of("lookahead(optimizer=nadam, alpha=1)", "nadam"));
  }
}
