package io.github.dl4jext.network;

import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_LOG_STD;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_MEAN;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_VAR;

import java.util.Objects;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Pools mean and variance over all rows that one layer of batch normalization has as its input. */
final class PooledStatistics {

  /** A variance of 0 has no logarithm, which is how some layers store it. */
  private static final double LEAST_VARIANCE = Float.MIN_NORMAL;

  private final BatchNormalization source;
  private final LiveNode target;

  private @Nullable INDArray mean;

  /** Squares of the distances from the mean. */
  private @Nullable INDArray squares;

  private long rows;

  /**
   * Begins without rows.
   *
   * @param source the layer whose input the rows are
   * @param target the layer that gets the result
   */
  PooledStatistics(LiveNode source, LiveNode target) {
    this.source = (BatchNormalization) source.liveLayer().orElseThrow();
    this.target = target;
  }

  /** Adds the rows of the last forward pass. */
  void add() {
    INDArray input = source.input().castTo(DataType.DOUBLE);
    boolean last = input.rank() == 4 && source.layerConf().getCnn2DFormat() == CNN2DFormat.NHWC;
    int channel = last ? 3 : 1;
    int[] others = IntStream.range(0, input.rank()).filter(i -> i != channel).toArray();
    INDArray meanNow = input.mean(others);
    long now = input.length() / meanNow.length();
    INDArray squaresNow = input.var(false, others).muli(now);
    if (rows == 0 || mean == null || squares == null) {
      mean = meanNow;
      squares = squaresNow;
    } else {
      // two sets of rows together: the squares of each, and those between their means
      INDArray apart = meanNow.sub(mean);
      double all = (double) rows + now;
      squares.addi(squaresNow).addi(apart.mul(apart).muli(rows * (now / all)));
      mean.addi(apart.muli(now / all));
    }
    rows += now;
  }

  void store() {
    if (rows == 0 || mean == null || squares == null) {
      throw new IllegalArgumentException(
          "batch normalization needs data for its statistics, but the iterator has none");
    }
    assign(GLOBAL_MEAN, mean.toDoubleVector());
    double[] variance = squares.div(rows).toDoubleVector();
    boolean logarithm = source.layerConf().isUseLogStd();
    for (int i = 0; logarithm && i < variance.length; i++) {
      variance[i] = Math.log10(Math.max(variance[i], LEAST_VARIANCE)) / 2;
    }
    assign(logarithm ? GLOBAL_LOG_STD : GLOBAL_VAR, variance);
  }

  private void assign(String key, double[] values) {
    INDArray parameter =
        Objects.requireNonNull(target.parameters().get(key), "batch normalization has statistics");
    parameter.assign(
        Nd4j.createFromArray(values).castTo(parameter.dataType()).reshape(parameter.shape()));
  }
}
