package io.github.dl4jext.layers;

import io.github.dl4jext.testkit.LayerContract;
import java.util.List;

class SwiGLUTest extends LayerContract {

  @Override
  protected String spec() {
    return "swiglu(nOut=5, beta=0.5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "swiglu(nOut=4, beta=0.5)",
        "swiglu(nOut=5, beta=0.5, bias=false)",
        "swiglu(nOut=5, beta=0.6)");
  }
}
