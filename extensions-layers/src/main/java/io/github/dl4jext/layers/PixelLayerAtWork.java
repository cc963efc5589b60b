package io.github.dl4jext.layers;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer without parameters in a network. */
final class PixelLayerAtWork extends AbstractLayer<PixelLayer> {

  private static final long serialVersionUID = 1L;

  PixelLayerAtWork(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    applyDropOutIfNecessary(training, workspaces);
    INDArray x = DenseArrays.dense(input, dataType, ArrayType.FF_WORKING_MEM, workspaces);
    INDArray y =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS, x.dataType(), layerConf().outputShape(x), 'c');
    layerConf().forward(x, y);
    return DenseArrays.inTypeOf(y, dataType, ArrayType.ACTIVATIONS, workspaces);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray outer, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    INDArray dy = DenseArrays.dense(outer, dataType, ArrayType.BP_WORKING_MEM, workspaces);
    INDArray dx =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, dy.dataType(), input.shape(), 'c');
    layerConf().backward(dy, dx);
    INDArray inner = DenseArrays.inTypeOf(dx, dataType, ArrayType.ACTIVATION_GRAD, workspaces);
    return new Pair<>(new DefaultGradient(), backpropDropOutIfPresent(inner));
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      @Nullable INDArray mask, MaskState state, int examples) {
    if (mask != null) {
      layerConf().checkMask(mask);
    }
    return super.feedForwardMaskArray(mask, state, examples);
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public void clearNoiseWeightParams() {}
}
