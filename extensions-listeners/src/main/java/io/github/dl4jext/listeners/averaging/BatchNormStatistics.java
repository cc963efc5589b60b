package io.github.dl4jext.listeners.averaging;

import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_LOG_STD;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_MEAN;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_VAR;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The means and variances of a network's batch normalization, computed anew from data: each is the
 * mean of what the batches have, every batch counting alike, as PyTorch's {@code update_bn} does.
 *
 * <p>The forward pass is that of training, in PyTorch too: each layer normalizes by the batch, and
 * dropout drops. Frozen layers keep their statistics. Variances are divided by n, as DL4J does in
 * training; PyTorch divides its running variance by n - 1.
 */
final class BatchNormStatistics {

  /** A variance of 0 has no logarithm, which is how some layers store it. */
  private static final double LEAST_VARIANCE = Float.MIN_NORMAL;

  private final List<LayerStatistics> layers;

  private BatchNormStatistics(List<LayerStatistics> layers) {
    this.layers = layers;
  }

  /** Those of a network's layers. */
  static BatchNormStatistics in(Layer[] layers) {
    return new BatchNormStatistics(
        Stream.of(layers)
            .filter(BatchNormalization.class::isInstance)
            .map(BatchNormalization.class::cast)
            .map(LayerStatistics::new)
            .toList());
  }

  /** Whether there is a batch normalization that is not frozen. */
  boolean present() {
    return !layers.isEmpty();
  }

  /** Goes through the data once. */
  void recompute(MultiLayerNetwork network, DataSetIterator data) {
    if (!present()) {
      return;
    }
    if (data.resetSupported()) {
      data.reset();
    }
    while (data.hasNext()) {
      DataSet batch = data.next();
      network.setLayerMaskArrays(batch.getFeaturesMaskArray(), batch.getLabelsMaskArray());
      network.setInput(batch.getFeatures());
      network.feedForward(true, false);
      layers.forEach(LayerStatistics::add);
      network.clearLayerMaskArrays();
    }
    finish();
    network.clear();
  }

  /** Goes through the data once. */
  void recompute(ComputationGraph network, MultiDataSetIterator data) {
    if (!present()) {
      return;
    }
    if (data.resetSupported()) {
      data.reset();
    }
    while (data.hasNext()) {
      MultiDataSet batch = data.next();
      network.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
      network.feedForward(batch.getFeatures(), true, false);
      layers.forEach(LayerStatistics::add);
      network.clearLayerMaskArrays();
    }
    finish();
    Stream.of(network.getLayers()).forEach(Layer::clear);
    network.clear();
  }

  private void finish() {
    layers.forEach(LayerStatistics::store);
  }

  private static final class LayerStatistics {

    private final BatchNormalization layer;
    private final List<INDArray> sums = new ArrayList<>();
    private long batches;

    LayerStatistics(BatchNormalization layer) {
      this.layer = layer;
    }

    void add() {
      INDArray input = layer.input();
      int[] others = IntStream.range(0, input.rank()).filter(i -> i != channel(input)).toArray();
      INDArray mean = input.mean(others).castTo(DataType.DOUBLE);
      INDArray variance = input.var(false, others).castTo(DataType.DOUBLE);
      if (batches == 0) {
        sums.add(mean);
        sums.add(variance);
      } else {
        sums.get(0).addi(mean);
        sums.get(1).addi(variance);
      }
      batches++;
    }

    private int channel(INDArray input) {
      boolean last = input.rank() == 4 && layer.layerConf().getCnn2DFormat() == CNN2DFormat.NHWC;
      return last ? 3 : 1;
    }

    void store() {
      if (batches == 0) {
        throw new IllegalArgumentException(
            "batch normalization needs data for its statistics, but the iterator has none");
      }
      assign(GLOBAL_MEAN, sums.get(0).div(batches));
      double[] variance = sums.get(1).div(batches).toDoubleVector();
      if (layer.layerConf().isUseLogStd()) {
        for (int i = 0; i < variance.length; i++) {
          variance[i] = Math.log10(Math.max(variance[i], LEAST_VARIANCE)) / 2;
        }
      }
      assign(
          layer.layerConf().isUseLogStd() ? GLOBAL_LOG_STD : GLOBAL_VAR,
          Nd4j.createFromArray(variance));
    }

    private void assign(String key, INDArray values) {
      INDArray parameter = layer.getParam(key);
      parameter.assign(values.castTo(parameter.dataType()).reshape(parameter.shape()));
    }
  }
}
