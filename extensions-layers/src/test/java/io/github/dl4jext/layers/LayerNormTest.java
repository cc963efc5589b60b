package io.github.dl4jext.layers;

import io.github.dl4jext.testkit.LayerContract;
import java.util.List;

class LayerNormTest extends LayerContract {

  @Override
  protected String spec() {
    return "layer_norm(epsilon=0.001)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "layer_norm(epsilon=0.002)",
        "layer_norm(epsilon=0.001, axes=[height, width])",
        "layer_norm(epsilon=0.001, sizes=[3])",
        "layer_norm(epsilon=0.001, featuresLast=true)");
  }
}
