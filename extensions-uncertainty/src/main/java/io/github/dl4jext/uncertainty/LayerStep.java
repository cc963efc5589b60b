package io.github.dl4jext.uncertainty;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A layer with its preprocessor and its noise. */
final class LayerStep extends PlanStep {

  private final Layer layer;
  private final InputPreProcessor preProcessor;
  private final int[] permutation;
  private final ExtractedDropout noise;

  /**
   * States what is done.
   *
   * @param permutation of the input after the preprocessor, or null
   * @param preProcessor or null
   */
  LayerStep(
      int input,
      InputPreProcessor preProcessor,
      int[] permutation,
      ExtractedDropout noise,
      Layer layer) {
    super(input);
    this.layer = layer;
    this.preProcessor = preProcessor;
    this.permutation = permutation;
    this.noise = noise;
    layer.setCacheMode(CacheMode.NONE);
  }

  @Override
  boolean isRandom() {
    return noise.isPresent();
  }

  @Override
  boolean isRandomBySample() {
    return !noise.weights().isEmpty();
  }

  @Override
  INDArray forward(
      INDArray[] values, boolean spare, int rows, SampleBatch tile, LayerWorkspaceMgr workspaces) {
    INDArray x = values[0];
    boolean mine = spare;
    if (preProcessor != null) {
      x = preProcessor.preProcess(x, rows, workspaces);
    }
    if (permutation != null) {
      x = x.permute(permutation);
    }
    if (noise.atInput() != null) {
      if (!mine) {
        x = workspaces.dup(ArrayType.ACTIVATIONS, x, 'c');
        mine = true;
      }
      noise.atInput().disturb(x, tile);
    }
    if (layer instanceof org.deeplearning4j.nn.layers.DropoutLayer) {
      return x;
    }
    if (isPlain(x)) {
      return dense(x, workspaces);
    }
    // layers without parameters may write into their input, though that is not theirs
    if (!mine && layer.numParams() == 0) {
      x = workspaces.dup(ArrayType.ACTIVATIONS, x, x.ordering());
    }
    noise.inside().forEach(drawn -> drawn.use(tile));
    noise.weights().forEach(drawn -> drawn.use(tile));
    layer.allowInputModification(mine);
    INDArray y = layer.activate(x, !noise.inside().isEmpty(), workspaces);
    layer.clear();
    return y;
  }

  /** Whether the layer is an affine map and an activation, and no more. */
  private boolean isPlain(INDArray x) {
    Class<?> kind = layer.getClass();
    return (kind == DenseLayer.class || kind == org.deeplearning4j.nn.layers.OutputLayer.class)
        && noise.weights().isEmpty()
        && !((org.deeplearning4j.nn.layers.BaseLayer<?>) layer).hasLayerNorm()
        && x.rank() == 2
        && x.dataType() == layer.getParam(DefaultParamInitializer.WEIGHT_KEY).dataType()
        && x.size(1) == layer.getParam(DefaultParamInitializer.WEIGHT_KEY).size(0);
  }

  /**
   * What the layer itself does, but with rows that follow each other in memory on either side,
   * which is three times as fast and what the noise of the next layer wants.
   */
  private INDArray dense(INDArray x, LayerWorkspaceMgr workspaces) {
    org.deeplearning4j.nn.layers.BaseLayer<?> plain =
        (org.deeplearning4j.nn.layers.BaseLayer<?>) layer;
    INDArray weights = layer.getParam(DefaultParamInitializer.WEIGHT_KEY);
    INDArray z =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS, x.dataType(), new long[] {x.size(0), weights.size(1)}, 'c');
    Nd4j.gemm(weights, x.transpose(), z.transpose(), true, false, 1, 0);
    if (plain.hasBias()) {
      z.addiRowVector(layer.getParam(DefaultParamInitializer.BIAS_KEY));
    }
    return plain.layerConf().getActivationFn().getActivation(z, false);
  }
}
