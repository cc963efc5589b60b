package io.github.dl4jext.layers;

import static org.deeplearning4j.nn.params.DefaultParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.DefaultParamInitializer.GAIN_KEY;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A normalization in a network. */
final class NormalizationAtWork extends ShapeKeepingAtWork<NormalizationLayer> {

  private static final long serialVersionUID = 1L;

  NormalizationAtWork(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    applyDropOutIfNecessary(training, workspaces);
    INDArray x = DenseArrays.dense(input, dataType, ArrayType.FF_WORKING_MEM, workspaces);
    Standardizing normalization = normalizing(x);
    INDArray y =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, x.dataType(), x.shape(), 'c');
    double @Nullable [] bias =
        layerConf().hasBias() ? numbers(BIAS_KEY, training, workspaces) : null;
    normalization.forward(x, y, numbers(GAIN_KEY, training, workspaces), bias, presence(x));
    return DenseArrays.inTypeOf(y, dataType, ArrayType.ACTIVATIONS, workspaces);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray outer, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    applyDropOutIfNecessary(true, workspaces);
    INDArray x = DenseArrays.dense(input, dataType, ArrayType.BP_WORKING_MEM, workspaces);
    INDArray dy = DenseArrays.dense(outer, dataType, ArrayType.BP_WORKING_MEM, workspaces);
    INDArray dx =
        workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, x.dataType(), x.shape(), 'c');
    double[] gain = numbers(GAIN_KEY, true, workspaces);
    double[] gains = new double[gain.length];
    double[] biases = new double[gain.length];
    normalizing(x).backward(x, dy, dx, gain, gains, biases, presence(x));
    Gradient gradient = new DefaultGradient();
    put(gradient, GAIN_KEY, gains);
    if (layerConf().hasBias()) {
      put(gradient, BIAS_KEY, biases);
    }
    weightNoiseParams.clear();
    INDArray inner = DenseArrays.inTypeOf(dx, dataType, ArrayType.ACTIVATION_GRAD, workspaces);
    return new Pair<>(gradient, backpropDropOutIfPresent(inner));
  }

  private Standardizing normalizing(INDArray x) {
    return new Standardizing(grouping(x), layerConf().epsilon(), layerConf().isCentred());
  }

  @Override
  public Type type() {
    return Type.NORMALIZATION;
  }
}
