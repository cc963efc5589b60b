package io.github.dl4jext.layers;

import io.github.dl4jext.testkit.LayerContract;
import java.util.List;
import org.deeplearning4j.nn.conf.inputs.InputType;

class GroupNormTest extends LayerContract {

  @Override
  protected String spec() {
    return "group_norm(groups=2, epsilon=0.001)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "group_norm(groups=3, epsilon=0.001)",
        "group_norm(groups=2, epsilon=0.002)",
        "group_norm(groups=2, epsilon=0.001, featuresLast=true)");
  }

  @Override
  protected InputType otherInput() {
    return InputType.feedForward(5);
  }
}
