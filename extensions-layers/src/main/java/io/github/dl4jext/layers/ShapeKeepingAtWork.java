package io.github.dl4jext.layers;

import io.github.dl4jext.network.HostMemory;
import java.util.Objects;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A layer in a network that keeps the shape of its input.
 *
 * @param <L> its configuration
 */
abstract class ShapeKeepingAtWork<L extends ShapeKeepingLayer> extends BaseLayer<L> {

  private static final long serialVersionUID = 1L;

  private transient @Nullable ExampleShape shape;
  private transient @Nullable Grouping grouping;

  ShapeKeepingAtWork(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  final Grouping grouping(INDArray x) {
    L conf = layerConf();
    ExampleShape given = ExampleShape.of(x.shape(), conf.get(ShapeKeepingLayer.FEATURES_LAST));
    if (given.features() != conf.getNIn()) {
      throw new DL4JInvalidInputException(
          conf + " must get " + conf.getNIn() + " features, was given examples of " + given);
    }
    if (!given.equals(shape) || grouping == null) {
      grouping = conf.grouping(given);
      shape = given;
    }
    return grouping;
  }

  final @Nullable Presence presence(INDArray x) {
    return maskArray == null || shape == null ? null : Presence.of(maskArray, x.size(0), shape);
  }

  final double[] numbers(String name, boolean training, LayerWorkspaceMgr workspaces) {
    INDArray parameter = getParamWithNoise(name, training, workspaces);
    if (!HostMemory.isReadable(parameter) || parameter.stride(0) != 1) {
      return parameter.castTo(DataType.DOUBLE).dup().data().asDouble();
    }
    double[] numbers = new double[Math.toIntExact(parameter.length())];
    new HostMemory(parameter, numbers.length).read(0, numbers, numbers.length);
    return numbers;
  }

  final void put(Gradient gradient, String name, double[] numbers) {
    INDArray view = Objects.requireNonNull(gradientViews.get(name), name);
    if (HostMemory.isReadable(view)) {
      new HostMemory(view, numbers.length).write(0, numbers, numbers.length);
    } else {
      view.assign(Nd4j.createFromArray(numbers));
    }
    gradient.gradientForVariable().put(name, view);
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }
}
