package io.github.dl4jext.regularization;

import io.github.dl4jext.testkit.StoredPluginContract;
import java.util.List;
import org.deeplearning4j.nn.conf.dropout.IDropout;

class DropoutTest extends StoredPluginContract<IDropout> {
  @Override
  protected Class<IDropout> kind() {
    return IDropout.class;
  }

  @Override
  protected String spec() {
    return "dropout(rate=0.3)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("dropout(rate=0.4)");
  }
}
