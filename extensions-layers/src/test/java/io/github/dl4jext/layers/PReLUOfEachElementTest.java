package io.github.dl4jext.layers;

import io.github.dl4jext.testkit.LayerContract;
import java.util.List;

class PReLUOfEachElementTest extends LayerContract {

  @Override
  protected String spec() {
    return "prelu(slopes=element)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "prelu(slopes=layer)",
        "prelu(slopes=element, alpha=0.3)",
        "prelu(slopes=element, sizes=[3])",
        "prelu(slopes=element, featuresLast=true)");
  }
}
