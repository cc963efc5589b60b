package io.github.dl4jext.layers;

import static io.github.dl4jext.layers.GateAndValue.GATE;
import static io.github.dl4jext.layers.GateAndValue.GATE_BIAS;
import static io.github.dl4jext.layers.GateAndValue.VALUE;
import static io.github.dl4jext.layers.GateAndValue.VALUE_BIAS;

import java.util.Arrays;
import java.util.Objects;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A gated unit in a network. */
final class GatedLayerAtWork extends BaseLayer<GatedLayer> {

  private static final long serialVersionUID = 1L;

  GatedLayerAtWork(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    applyDropOutIfNecessary(training, workspaces);
    INDArray x = rows();
    INDArray gate = projection(x, GATE, GATE_BIAS, training, workspaces);
    INDArray value = projection(x, VALUE, VALUE_BIAS, training, workspaces);
    INDArray y =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, x.dataType(), gate.shape(), 'c');
    layerConf().gate().at(gate).value().muli(value, y);
    if (maskArray != null) {
      applyMask(y);
    }
    return y;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray outer, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    applyDropOutIfNecessary(true, workspaces);
    INDArray x = rows();
    INDArray dy = outer.castTo(dataType);
    if (maskArray != null) {
      dy = dy.dup();
      applyMask(dy);
    }
    GateFunction.Point gate =
        layerConf().gate().at(projection(x, GATE, GATE_BIAS, true, workspaces));
    INDArray byGate =
        projection(x, VALUE, VALUE_BIAS, true, workspaces).muli(dy).muli(gate.slope());
    INDArray byValue = gate.value().muli(dy);
    Gradient gradient = new DefaultGradient();
    put(gradient, GATE, GATE_BIAS, x, byGate);
    put(gradient, VALUE, VALUE_BIAS, x, byValue);
    INDArray dx =
        workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, x.dataType(), x.shape(), 'f');
    Nd4j.gemm(byGate, getParamWithNoise(GATE, true, workspaces), dx, false, true, 1, 0);
    Nd4j.gemm(byValue, getParamWithNoise(VALUE, true, workspaces), dx, false, true, 1, 1);
    weightNoiseParams.clear();
    return new Pair<>(gradient, backpropDropOutIfPresent(dx));
  }

  /** The input, which is one row for each example or time step. */
  private INDArray rows() {
    if (input.rank() != 2 || input.size(1) != layerConf().getNIn()) {
      throw new DL4JInvalidInputException(
          layerConf()
              + " must get rows of "
              + layerConf().getNIn()
              + " numbers, was given "
              + Arrays.toString(input.shape())
              + "; with the network's input type set, DL4J reshapes series and images");
    }
    return input.castTo(dataType);
  }

  private INDArray projection(
      INDArray x, String weights, String bias, boolean training, LayerWorkspaceMgr workspaces) {
    INDArray z = x.mmul(getParamWithNoise(weights, training, workspaces));
    return layerConf().hasBias()
        ? z.addiRowVector(getParamWithNoise(bias, training, workspaces))
        : z;
  }

  private void put(Gradient gradient, String weights, String bias, INDArray x, INDArray delta) {
    INDArray byWeights = Objects.requireNonNull(gradientViews.get(weights), weights);
    Nd4j.gemm(x, delta, byWeights, true, false, 1, 0);
    gradient.gradientForVariable().put(weights, byWeights);
    if (layerConf().hasBias()) {
      INDArray byBias = Objects.requireNonNull(gradientViews.get(bias), bias);
      delta.sum(byBias, 0);
      gradient.gradientForVariable().put(bias, byBias);
    }
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }
}
