package io.github.dl4jext.activations.initializers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.TruncatedNormalDistribution;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where DL4J's initialisers of 1.0.0-M2.1 are wrong and ours are right. A failure of the first
 * assertion of a test means that DL4J has been mended.
 */
final class Dl4jWeightInitDefectsTest {

  private static final int FAN_IN = 1_000;
  private static final int FAN_OUT = 400;

  /**
   * Five standard errors of the variance of 400,000 numbers, relative to it, for a normal
   * distribution; uniform and truncated ones have less.
   */
  private static final double RELATIVE_ERROR = 5 * Math.sqrt(2.0 / (FAN_IN * FAN_OUT));

  static Stream<Arguments> wrongVariances() {
    VarianceScaling.Mode in = VarianceScaling.Mode.FAN_IN;
    VarianceScaling.Mode out = VarianceScaling.Mode.FAN_OUT;
    VarianceScaling.Mode avg = VarianceScaling.Mode.FAN_AVG;
    VarianceScaling.Distribution normal = VarianceScaling.Distribution.TRUNCATED_NORMAL;
    VarianceScaling.Distribution uniform = VarianceScaling.Distribution.UNIFORM;
    double fanAvg = (FAN_IN + FAN_OUT) / 2.0;
    return Stream.of(
        Arguments.of(WeightInit.LECUN_UNIFORM, 3.0, new LecunUniform(), FAN_IN),
        Arguments.of(
            WeightInit.VAR_SCALING_UNIFORM_FAN_IN,
            3.0,
            new VarianceScaling(1, in, uniform),
            FAN_IN),
        Arguments.of(
            WeightInit.VAR_SCALING_UNIFORM_FAN_OUT,
            3.0,
            new VarianceScaling(1, out, uniform),
            FAN_OUT),
        Arguments.of(
            WeightInit.VAR_SCALING_UNIFORM_FAN_AVG,
            3.0,
            new VarianceScaling(1, avg, uniform),
            fanAvg),
        Arguments.of(WeightInit.VAR_SCALING_NORMAL_FAN_IN, 0.759, new LecunNormal(), FAN_IN),
        Arguments.of(
            WeightInit.VAR_SCALING_NORMAL_FAN_OUT,
            0.759,
            new VarianceScaling(1, out, normal),
            FAN_OUT),
        Arguments.of(WeightInit.VAR_SCALING_NORMAL_FAN_AVG, 0.759, new GlorotNormal(), fanAvg));
  }

  @ParameterizedTest
  @MethodSource("wrongVariances")
  void theHostsVarianceIsOffByAFactorAndOursIsOneOverTheFan(
      WeightInit host, double factor, IWeightInit ours, double fan) {
    double hosts = variance(host.getWeightInitFunction()) * fan;
    assertThat(hosts).isCloseTo(factor, within(factor * RELATIVE_ERROR));
    assertThat(variance(ours) * fan).isCloseTo(1, within(RELATIVE_ERROR));
  }

  /** What remains has variance 0.7737; DL4J's numbers crowd around 0. */
  @Test
  void theHostsTruncatedNormalIsNotTheNormalThatIsLeftAfterTheCut() {
    Nd4j.getRandom().setSeed(1);
    INDArray host = Nd4j.create(DataType.DOUBLE, 400_000);
    Nd4j.exec(new TruncatedNormalDistribution(host, 0.0, 1.0));
    double remaining = Math.pow(TruncatedNormal.REMAINING_DEVIATION, 2);
    assertThat(variance(host.toDoubleVector()) / remaining).isLessThan(1 - RELATIVE_ERROR);
    assertThat(shareBelowOneEighth(host)).isGreaterThan(1.05 * exactShareBelowOneEighth());

    INDArray ours = Nd4j.create(DataType.DOUBLE, 400_000);
    TruncatedNormal.fill(ours, TruncatedNormal.REMAINING_DEVIATION);
    assertThat(variance(ours.toDoubleVector()) / remaining).isCloseTo(1, within(RELATIVE_ERROR));
    double exact = exactShareBelowOneEighth();
    assertThat(shareBelowOneEighth(ours))
        .isCloseTo(exact, within(5 * Math.sqrt(exact * (1 - exact) / 400_000)));
    assertThat(ours.amaxNumber().doubleValue()).isLessThanOrEqualTo(2);
  }

  static Stream<Arguments> wrongFans() {
    return Stream.of(
        Arguments.of(new LSTM.Builder().nIn(200).nOut(50).build(), "W", 4.0, 2.0 / 200),
        Arguments.of(
            new Convolution1DLayer.Builder(5).nIn(64).nOut(128).build(), "W", 0.2, 2.0 / (64 * 5)),
        Arguments.of(
            new DepthwiseConvolution2D.Builder(5, 5)
                .nIn(500)
                .nOut(1_000)
                .depthMultiplier(2)
                .build(),
            "W",
            1 / 500.0,
            2.0 / 25));
  }

  @ParameterizedTest
  @MethodSource("wrongFans")
  void theHostsHeWeightsAreOffByTheLayersFansAndOursAreNot(
      BaseLayer layer, String param, double factor, double wanted) {
    double hosts = variance(layer, param, WeightInit.RELU.getWeightInitFunction());
    double ours = variance(layer, param, new HeNormal());
    // Five standard errors of the variance of 20,000 numbers or more.
    assertThat(hosts / wanted).isCloseTo(factor, within(factor * 0.05));
    assertThat(ours / wanted).isCloseTo(1, within(0.05));
  }

  private static double variance(BaseLayer layer, String param, IWeightInit init) {
    BaseLayer fresh = layer.clone();
    fresh.setWeightInitFn(init);
    MultiLayerNetwork net =
        new MultiLayerNetwork(new NeuralNetConfiguration.Builder().seed(3).list(fresh).build());
    net.init();
    return variance(net.getParam("0_" + param).ravel().toDoubleVector());
  }

  private static double shareBelowOneEighth(INDArray numbers) {
    double[] all = numbers.toDoubleVector();
    return Arrays.stream(all).filter(x -> Math.abs(x) < 0.125).count() / (double) all.length;
  }

  private static double exactShareBelowOneEighth() {
    NormalDistribution normal = new NormalDistribution(0, 1);
    return normal.probability(-0.125, 0.125) / normal.probability(-2, 2);
  }

  private static double variance(IWeightInit init) {
    Nd4j.getRandom().setSeed(2);
    INDArray view = Nd4j.create(DataType.DOUBLE, FAN_IN * FAN_OUT);
    init.init(FAN_IN, FAN_OUT, new long[] {FAN_IN, FAN_OUT}, 'f', view);
    return variance(view.toDoubleVector());
  }

  private static double variance(double[] numbers) {
    return Arrays.stream(numbers).map(x -> x * x).sum() / numbers.length;
  }
}
