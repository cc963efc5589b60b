package io.github.dl4jext.layers;

import io.github.dl4jext.testkit.LayerContract;
import java.util.List;

class RMSNormTest extends LayerContract {

  @Override
  protected String spec() {
    return "rms_norm(epsilon=0.001)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "rms_norm(epsilon=0.002)",
        "rms_norm(epsilon=0.001, axes=[features, width])",
        "rms_norm(epsilon=0.001, sizes=[3])",
        "rms_norm(epsilon=0.001, featuresLast=true)");
  }
}
