package io.github.dl4jext.transfer.freezing;

import io.github.dl4jext.network.Topology;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What becomes of batch normalization among layers that are frozen.
 *
 * <ul>
 *   <li>{@link #infer()}: it is frozen like any, and uses the statistics that it has. Keras's and
 *       DL4J's way, and the default of {@link Freezing}. Right for data like the first.
 *   <li>{@link #adapt()}: it goes on learning, statistics, gamma and beta. fastai's {@code
 *       train_bn=True}.
 *   <li>{@link #recalibrate}: it is frozen, but with the statistics of the new data. For data of
 *       another kind, or batches that are too small to adapt by.
 * </ul>
 *
 * <p><b>Recalibration</b> goes through the data once. In that pass each layer normalizes by the
 * batch, as in training, but without dropout; the mean is that of all rows, the variance that of
 * all rows too, between the batches included, divided by n. PyTorch's {@code update_bn} leaves out
 * what is between the batches. Only what the selection freezes is recalibrated.
 */
public final class BatchNormPolicy {

  private static final BatchNormPolicy INFER = new BatchNormPolicy(null);
  private static final BatchNormPolicy ADAPT = new BatchNormPolicy(null);

  /** A variance of 0 has no logarithm, which is how some layers store it. */
  private static final double LEAST_VARIANCE = Float.MIN_NORMAL;

  private final DataSetIterator data;

  private BatchNormPolicy(DataSetIterator data) {
    this.data = data;
  }

  /**
   * Frozen as it is.
   *
   * @return the policy
   */
  public static BatchNormPolicy infer() {
    return INFER;
  }

  /**
   * Not frozen.
   *
   * @return the policy
   */
  public static BatchNormPolicy adapt() {
    return ADAPT;
  }

  /**
   * Frozen with statistics of other data.
   *
   * @param data the data, which is gone through once
   * @return the policy
   */
  public static BatchNormPolicy recalibrate(DataSetIterator data) {
    return new BatchNormPolicy(Objects.requireNonNull(data, "the data must not be null"));
  }

  /** Freezes with the policy. */
  <M extends Model> M freeze(M model, Layers layers) {
    Layers meant = this == ADAPT ? layers.except(Layers.batchNorm()) : layers;
    M frozen = FrozenCopy.of(model, Freezing.with(model, meant), (key, layer) -> {});
    if (data != null) {
      recalibrate(model, frozen, meant);
    }
    return frozen;
  }

  /** Takes the statistics from a copy in which all layers normalize by the batch. */
  private void recalibrate(Model model, Model target, Layers meant) {
    Topology network = Topology.of(model);
    Set<String> norms = new LinkedHashSet<>(Layers.batchNorm().keys(network));
    norms.retainAll(meant.keys(network));
    Model trial = FrozenCopy.of(model, Set.of(), (key, layer) -> FrozenLayers.removeNoise(layer));
    List<Statistics> all = new ArrayList<>();
    for (String key : norms) {
      all.add(new Statistics((BatchNormalization) live(trial, key), live(target, key)));
    }
    if (data.resetSupported()) {
      data.reset();
    }
    while (data.hasNext()) {
      DataSet batch = data.next();
      forward(trial, batch);
      all.forEach(Statistics::add);
    }
    all.forEach(Statistics::store);
  }

  private static Layer live(Model model, String key) {
    return model instanceof MultiLayerNetwork net
        ? net.getLayer(Integer.parseInt(key))
        : ((ComputationGraph) model).getLayer(key);
  }

  private static void forward(Model model, DataSet batch) {
    if (model instanceof MultiLayerNetwork net) {
      net.setLayerMaskArrays(batch.getFeaturesMaskArray(), batch.getLabelsMaskArray());
      net.setInput(batch.getFeatures());
      net.feedForward(true, false);
      net.clearLayerMaskArrays();
    } else {
      ((ComputationGraph) model).feedForward(new INDArray[] {batch.getFeatures()}, true, false);
    }
  }

  /** Sums over the rows of one layer's input. */
  private static final class Statistics {

    private final BatchNormalization source;
    private final Layer target;
    private INDArray sum;
    private INDArray squares;
    private long rows;

    Statistics(BatchNormalization source, Layer target) {
      this.source = source;
      this.target = target;
    }

    void add() {
      INDArray input = source.input().castTo(DataType.DOUBLE);
      boolean last = input.rank() == 4 && source.layerConf().getCnn2DFormat() == CNN2DFormat.NHWC;
      int channel = last ? 3 : 1;
      int[] others = IntStream.range(0, input.rank()).filter(i -> i != channel).toArray();
      INDArray mean = input.mean(others);
      INDArray variance = input.var(false, others);
      long now = input.length() / mean.length();
      if (sum == null) {
        sum = mean.mul(now);
        squares = variance.mul(now);
      } else {
        // two sets of rows together: their own squares, and those between their means
        INDArray apart = mean.sub(sum.div(rows));
        squares
            .addi(variance.mul(now))
            .addi(apart.mul(apart).muli((double) now * rows / (now + rows)));
        sum.addi(mean.mul(now));
      }
      rows += now;
    }

    void store() {
      if (rows == 0) {
        throw new IllegalArgumentException(
            "batch normalization needs data for its statistics, but the iterator has none");
      }
      assign(BatchNormalizationParamInitializer.GLOBAL_MEAN, sum.div(rows).toDoubleVector());
      double[] variance = squares.div(rows).toDoubleVector();
      boolean logarithm = source.layerConf().isUseLogStd();
      for (int i = 0; logarithm && i < variance.length; i++) {
        variance[i] = Math.log10(Math.max(variance[i], LEAST_VARIANCE)) / 2;
      }
      assign(
          logarithm
              ? BatchNormalizationParamInitializer.GLOBAL_LOG_STD
              : BatchNormalizationParamInitializer.GLOBAL_VAR,
          variance);
    }

    private void assign(String key, double[] values) {
      INDArray parameter = target.paramTable().get(key);
      parameter.assign(
          Nd4j.createFromArray(values).castTo(parameter.dataType()).reshape(parameter.shape()));
    }
  }
}
