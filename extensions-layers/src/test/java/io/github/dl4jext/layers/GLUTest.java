package io.github.dl4jext.layers;

import io.github.dl4jext.testkit.LayerContract;
import java.util.List;

class GLUTest extends LayerContract {

  @Override
  protected String spec() {
    return "glu(nOut=5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("glu(nOut=4)", "glu(nOut=5, bias=false)");
  }
}
