package io.github.dl4jext.uncertainty;

import io.github.dl4jext.network.ComputesAs;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.layers.recurrent.TimeDistributedLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Computes a layer with its preprocessor and its dropout. */
final class LayerStep implements PlanStep {

  private final int[] inputs;
  private final Layer layer;
  private final @Nullable InputPreProcessor preProcessor;
  private final int @Nullable [] permutation;
  private final ExtractedDropout dropout;

  /**
   * Takes the layer and what comes before it.
   *
   * @param input the number of the value that it takes
   * @param preProcessor the layer's preprocessor, or null
   * @param permutation the permutation of the input after the preprocessor, or null
   * @param dropout the layer's noise
   * @param layer the layer, without its dropout
   */
  LayerStep(
      int input,
      @Nullable InputPreProcessor preProcessor,
      int @Nullable [] permutation,
      ExtractedDropout dropout,
      Layer layer) {
    this.inputs = new int[] {input};
    this.layer = layer;
    this.preProcessor = preProcessor;
    this.permutation = permutation;
    this.dropout = dropout;
    layer.setCacheMode(CacheMode.NONE);
  }

  @Override
  public int[] inputs() {
    return inputs;
  }

  @Override
  public boolean isRandomAt(int iteration, int epoch) {
    return dropout.actsAt(iteration, epoch);
  }

  @Override
  public boolean isRandomBySampleAt(int iteration, int epoch) {
    return dropout.actsOnWeightsAt(iteration, epoch);
  }

  @Override
  public INDArray forward(
      INDArray[] values,
      boolean spare,
      int rows,
      @Nullable SampleBatch batch,
      LayerWorkspaceMgr workspaces) {
    INDArray x = values[0];
    boolean mine = spare;
    if (preProcessor != null) {
      x = preProcessor.preProcess(x, rows, workspaces);
    }
    if (permutation != null) {
      x = x.permute(permutation);
    }
    if (batch != null && dropout.atInput() != null) {
      if (!mine) {
        x = workspaces.dup(ArrayType.ACTIVATIONS, x, 'c');
        mine = true;
      }
      dropout.disturbInput(x, batch);
    }
    if (layer instanceof org.deeplearning4j.nn.layers.DropoutLayer) {
      INDArray mask = layer.getMaskArray();
      return mask == null || x.rank() != 2
          ? x
          : (mine ? x : workspaces.dup(ArrayType.ACTIVATIONS, x, 'c'))
              .muliColumnVector(mask.castTo(x.dataType()));
    }
    if (isPlain(x)) {
      return dense(x, workspaces);
    }
    // layers without parameters may overwrite an input that other steps need
    if (!mine && layer.numParams() == 0) {
      x = workspaces.dup(ArrayType.ACTIVATIONS, x, x.ordering());
    }
    if (layer instanceof TimeDistributedLayer) {
      // it applies the mask to the wrong time steps
      layer.setMaskArray(null);
    }
    dropout.inside().forEach(seeded -> seeded.use(batch));
    dropout.weights().forEach(seeded -> seeded.use(batch));
    layer.allowInputModification(mine);
    boolean asInTraining = batch != null && !dropout.inside().isEmpty();
    INDArray y = layer.activate(x, asInTraining, workspaces);
    layer.clear();
    return y;
  }

  /** Whether the layer is only an affine map and an activation, without a mask. */
  private boolean isPlain(INDArray x) {
    Class<?> kind = ComputesAs.of(layer);
    return (kind == DenseLayer.class || kind == org.deeplearning4j.nn.layers.OutputLayer.class)
        && layer.getMaskArray() == null
        && dropout.weights().isEmpty()
        && !((org.deeplearning4j.nn.layers.BaseLayer<?>) layer).hasLayerNorm()
        && x.rank() == 2
        && x.dataType() == layer.getParam(DefaultParamInitializer.WEIGHT_KEY).dataType()
        && x.size(1) == layer.getParam(DefaultParamInitializer.WEIGHT_KEY).size(0);
  }

  /**
   * Computes the layer's output, but with the rows of input and output contiguous in memory. That
   * is three times as fast, and the order that the next layer's dropout needs.
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
