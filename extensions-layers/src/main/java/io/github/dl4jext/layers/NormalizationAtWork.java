package io.github.dl4jext.layers;

import static org.deeplearning4j.nn.params.DefaultParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.DefaultParamInitializer.GAIN_KEY;

import io.github.dl4jext.network.HostMemory;
import java.util.Objects;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A normalization in a network. */
final class NormalizationAtWork extends BaseLayer<NormalizationLayer> {

  private static final long serialVersionUID = 1L;

  private transient @Nullable ExampleShape shape;
  private transient @Nullable Grouping grouping;

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
    NormalizationLayer conf = layerConf();
    ExampleShape given = ExampleShape.of(x.shape(), conf.get(NormalizationLayer.FEATURES_LAST));
    if (given.features() != conf.getNIn()) {
      throw new DL4JInvalidInputException(
          conf + " must get " + conf.getNIn() + " features, was given examples of " + given);
    }
    if (!given.equals(shape) || grouping == null) {
      grouping = conf.grouping(given);
      shape = given;
    }
    return new Standardizing(grouping, conf.epsilon(), conf.isCentred());
  }

  private @Nullable Presence presence(INDArray x) {
    return maskArray == null || shape == null ? null : Presence.of(maskArray, x.size(0), shape);
  }

  private double[] numbers(String name, boolean training, LayerWorkspaceMgr workspaces) {
    INDArray parameter = getParamWithNoise(name, training, workspaces);
    if (!HostMemory.isReadable(parameter) || parameter.stride(0) != 1) {
      return parameter.castTo(DataType.DOUBLE).dup().data().asDouble();
    }
    double[] numbers = new double[Math.toIntExact(parameter.length())];
    new HostMemory(parameter, numbers.length).read(0, numbers, numbers.length);
    return numbers;
  }

  private void put(Gradient gradient, String name, double[] numbers) {
    INDArray view = Objects.requireNonNull(gradientViews.get(name), name);
    if (HostMemory.isReadable(view)) {
      new HostMemory(view, numbers.length).write(0, numbers, numbers.length);
    } else {
      view.assign(Nd4j.createFromArray(numbers));
    }
    gradient.gradientForVariable().put(name, view);
  }

  @Override
  public Type type() {
    return Type.NORMALIZATION;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }
}
