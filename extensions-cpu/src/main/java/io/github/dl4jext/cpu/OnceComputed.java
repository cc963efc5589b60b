package io.github.dl4jext.cpu;

import io.github.dl4jext.network.ComputesAs;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A {@link FastDense} in a network. */
final class OnceComputed extends DenseLayer implements ComputesAs {

  private static final long serialVersionUID = 1L;

  /** The sum before the activation, of the last forward pass in training. */
  private transient @Nullable INDArray sum;

  OnceComputed(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public Class<?> computesAs() {
    return DenseLayer.class;
  }

  @Override
  public void setInput(INDArray input, LayerWorkspaceMgr workspaces) {
    sum = null;
    super.setInput(input, workspaces);
  }

  @Override
  public void clear() {
    sum = null;
    super.clear();
  }

  @Override
  protected Pair<INDArray, INDArray> preOutputWithPreNorm(
      boolean training, boolean forBackprop, LayerWorkspaceMgr workspaces) {
    INDArray kept = sum;
    sum = null;
    if (forBackprop && kept != null) {
      return new Pair<>(kept, null);
    }
    Pair<INDArray, INDArray> computed =
        super.preOutputWithPreNorm(training, forBackprop, workspaces);
    if (training && !forBackprop && !hasLayerNorm()) {
      INDArray now = computed.getFirst(); // the activation overwrites it
      sum = workspaces.dup(ArrayType.ACTIVATIONS, now, now.ordering());
    }
    return computed;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (((FastDense) layerConf()).isInputGradient()
        || hasLayerNorm()
        || layerConf().getIDropout() != null) {
      return super.backpropGradient(epsilon, workspaces);
    }
    assertInputSet(true);
    INDArray before = preOutputWithPreNorm(true, true, workspaces).getFirst();
    INDArray delta = layerConf().getActivationFn().backprop(before, epsilon).getFirst();
    if (maskArray != null) {
      applyMask(delta);
    }
    Gradient gradient = new DefaultGradient();
    if (hasBias()) {
      INDArray biases = gradientOf(DefaultParamInitializer.BIAS_KEY);
      delta.sum(biases, 0);
      gradient.gradientForVariable().put(DefaultParamInitializer.BIAS_KEY, biases);
    }
    INDArray weights = gradientOf(DefaultParamInitializer.WEIGHT_KEY);
    Nd4j.gemm(input.castTo(weights.dataType()), delta, weights, true, false, 1, 0);
    gradient.gradientForVariable().put(DefaultParamInitializer.WEIGHT_KEY, weights);
    weightNoiseParams.clear();
    return new Pair<>(gradient, null);
  }

  private INDArray gradientOf(String parameter) {
    return Objects.requireNonNull(gradientViews.get(parameter), parameter);
  }
}
