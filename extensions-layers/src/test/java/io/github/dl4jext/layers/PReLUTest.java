package io.github.dl4jext.layers;

import io.github.dl4jext.testkit.LayerContract;
import java.util.List;

class PReLUTest extends LayerContract {

  @Override
  protected String spec() {
    return "prelu(alpha=0.3)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "prelu(alpha=0.2)",
        "prelu(alpha=0.3, slopes=layer)",
        "prelu(alpha=0.3, slopes=element)",
        "prelu(alpha=0.3, slopes=element, sizes=[3])",
        "prelu(alpha=0.3, featuresLast=true)");
  }
}
