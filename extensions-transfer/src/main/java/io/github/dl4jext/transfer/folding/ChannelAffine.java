package io.github.dl4jext.transfer.folding;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What batch normalization computes outside training: {@code y = scale x + shift}, channel by
 * channel, with {@code scale = gamma / sqrt(variance + eps)} and {@code shift = beta - mean scale}.
 */
record ChannelAffine(double[] scale, double[] shift) {

  static ChannelAffine of(MutableNode part) {
    BatchNormalization conf = (BatchNormalization) part.layer();
    double[] mean = numbers(part, BatchNormalizationParamInitializer.GLOBAL_MEAN);
    double[] variance =
        conf.isUseLogStd()
            ? Arrays.stream(numbers(part, BatchNormalizationParamInitializer.GLOBAL_LOG_STD))
                .map(logStd -> Math.pow(10, 2 * logStd))
                .toArray()
            : numbers(part, BatchNormalizationParamInitializer.GLOBAL_VAR);
    double[] gamma;
    double[] beta;
    if (conf.isLockGammaBeta()) {
      // DL4J leaves both out if either has its default
      boolean applied = conf.getGamma() != 1 && conf.getBeta() != 0;
      gamma = repeated(applied ? conf.getGamma() : 1, mean.length);
      beta = repeated(applied ? conf.getBeta() : 0, mean.length);
    } else {
      gamma = numbers(part, BatchNormalizationParamInitializer.GAMMA);
      beta = numbers(part, BatchNormalizationParamInitializer.BETA);
    }
    double[] scale = new double[mean.length];
    double[] shift = new double[mean.length];
    for (int i = 0; i < mean.length; i++) {
      scale[i] = gamma[i] / Math.sqrt(variance[i] + conf.getEps());
      shift[i] = beta[i] - mean[i] * scale[i];
    }
    return new ChannelAffine(scale, shift);
  }

  private static double[] numbers(MutableNode part, String key) {
    return part.parameter(key).reshape(-1).toDoubleVector();
  }

  private static double[] repeated(double value, int length) {
    return DoubleStream.generate(() -> value).limit(length).toArray();
  }

  int channels() {
    return scale.length;
  }

  boolean isFinite() {
    return DoubleStream.concat(Arrays.stream(scale), Arrays.stream(shift))
        .allMatch(Double::isFinite);
  }

  /** Whether a larger input never gives a smaller output. */
  boolean isRising() {
    return Arrays.stream(scale).allMatch(value -> value >= 0);
  }

  /** Whether zeros stay zeros, as at a border that is padded with them. */
  boolean keepsZero() {
    return Arrays.stream(shift).allMatch(value -> value == 0);
  }

  INDArray scaleVector() {
    return Nd4j.createFromArray(scale);
  }

  INDArray shiftVector() {
    return Nd4j.createFromArray(shift);
  }
}
