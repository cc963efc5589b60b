package io.github.dl4jext.layers;

import io.github.dl4jext.testkit.LayerContract;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;

/** The contract with axes that only images have. */
class LayerNormOverImagesTest extends LayerContract {

  @Override
  protected String spec() {
    return "layer_norm(axes=[features, width], epsilon=0.001)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "layer_norm(axes=[height], epsilon=0.001)",
        "layer_norm(axes=[features, width], epsilon=0.002)",
        "layer_norm(axes=[features, width], epsilon=0.001, sizes=[6, 2])",
        "layer_norm(axes=[features, width], epsilon=0.001, featuresLast=true)");
  }

  @Override
  protected List<InputType> inputs() {
    return List.of(
        InputType.convolutional(2, 3, 6, CNN2DFormat.NCHW),
        InputType.convolutional(2, 3, 6, CNN2DFormat.NHWC));
  }

  @Override
  protected InputType otherInput() {
    return InputType.feedForward(6);
  }
}
