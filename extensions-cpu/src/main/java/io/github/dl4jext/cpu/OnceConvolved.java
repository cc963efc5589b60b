package io.github.dl4jext.cpu;

import io.github.dl4jext.network.ComputesAs;
import java.util.Objects;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A {@link FastConvolution} in a network. */
final class OnceConvolved extends ConvolutionLayer implements ComputesAs {

  private static final long serialVersionUID = 1L;

  /** The sum before the activation and the patches, of the last forward pass in training. */
  private transient @Nullable Pair<INDArray, INDArray> kept;

  OnceConvolved(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public Class<?> computesAs() {
    return ConvolutionLayer.class;
  }

  @Override
  public void setInput(INDArray input, LayerWorkspaceMgr workspaces) {
    kept = null;
    super.setInput(input, workspaces);
  }

  @Override
  public void clear() {
    kept = null;
    super.clear();
  }

  @Override
  protected Pair<INDArray, INDArray> preOutput(
      boolean training, boolean forBackprop, LayerWorkspaceMgr workspaces) {
    Pair<INDArray, INDArray> before = kept;
    kept = null;
    if (forBackprop && before != null) {
      return before;
    }
    if (!training || forBackprop || computesAsDl4j()) {
      return super.preOutput(training, forBackprop, workspaces);
    }
    assertInputSet(false);
    INDArray bias = getParamWithNoise(ConvolutionParamInitializer.BIAS_KEY, true, workspaces);
    INDArray weights = getParamWithNoise(ConvolutionParamInitializer.WEIGHT_KEY, true, workspaces);
    validateInputRank();
    validateInputDepth(weights.size(1));
    INDArray x = input.castTo(dataType);
    Patches shape = Patches.of(layerConf(), x);
    INDArray patches =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, weights.dataType(), shape.matrix());
    shape.layOut(x, patches);
    INDArray sums =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS,
            weights.dataType(),
            new long[] {patches.size(0), weights.size(0)},
            'f');
    patches.mmuli(weights.permute(3, 2, 1, 0).reshape('f', patches.size(1), weights.size(0)), sums);
    if (layerConf().hasBias()) {
      sums.addiRowVector(bias);
    }
    INDArray copy = workspaces.dup(ArrayType.ACTIVATIONS, sums, 'f'); // it will be overwritten
    kept = new Pair<>(shape.images(copy), patches);
    return new Pair<>(shape.images(sums), null);
  }

  private boolean computesAsDl4j() {
    return helper != null || layerConf().getCnn2dDataFormat() != CNN2DFormat.NCHW;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (((FastConvolution) layerConf()).isInputGradient()
        || computesAsDl4j()
        || layerConf().getIDropout() != null) {
      return super.backpropGradient(epsilon, workspaces);
    }
    assertInputSet(true);
    Pair<INDArray, INDArray> before = preOutput4d(true, true, workspaces);
    INDArray patches = before.getSecond();
    INDArray delta =
        layerConf()
            .getActivationFn()
            .backprop(before.getFirst(), epsilon.castTo(dataType))
            .getFirst()
            .permute(1, 0, 2, 3);
    INDArray flat = delta.reshape('c', delta.size(0), patches.size(0));
    INDArray weights = gradientOf(ConvolutionParamInitializer.WEIGHT_KEY);
    INDArray rows = weights.reshape('c', weights.size(0), patches.size(1));
    Nd4j.gemm(patches, flat, rows.transpose(), true, true, 1, 0);
    Gradient gradient = new DefaultGradient();
    if (hasBias()) {
      INDArray biases = gradientOf(ConvolutionParamInitializer.BIAS_KEY);
      flat.sum(biases, 1);
      gradient.setGradientFor(ConvolutionParamInitializer.BIAS_KEY, biases);
    }
    gradient.setGradientFor(ConvolutionParamInitializer.WEIGHT_KEY, weights, 'c');
    weightNoiseParams.clear();
    return new Pair<>(gradient, null);
  }

  private INDArray gradientOf(String parameter) {
    return Objects.requireNonNull(gradientViews.get(parameter), parameter);
  }
}
