package io.github.dl4jext.layers;

import io.github.dl4jext.testkit.LayerContract;
import java.util.List;

class ReGLUTest extends LayerContract {

  @Override
  protected String spec() {
    return "reglu(nOut=5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("reglu(nOut=4)", "reglu(nOut=5, bias=false)");
  }
}
