package io.github.dl4jext.layers;

import io.github.dl4jext.testkit.LayerContract;
import java.util.List;

class GEGLUTest extends LayerContract {

  @Override
  protected String spec() {
    return "geglu(nOut=5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("geglu(nOut=4)", "geglu(nOut=5, bias=false)");
  }
}
