package io.github.dl4jext.activations.initializers;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.testkit.WeightInitContract;
import java.util.List;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.OrthogonalDistribution;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class OrthogonalTest extends WeightInitContract {

  @Override
  protected String spec() {
    return "orthogonal(gain=1.5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("orthogonal(gain=1)");
  }

  @Override
  protected double variance(double fanIn, double fanOut, long... shape) {
    double columns = 1;
    for (int i = 1; i < shape.length; i++) {
      columns *= shape[i];
    }
    return 1.5 * 1.5 / Math.max(shape[0], columns);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1, 7",
    "7, 1",
    "64, 32",
    "32, 64",
    "64, 64",
    "65, 65",
    "100, 2000",
    "300, 130"
  })
  void isOrthogonalWhicheverSideIsLonger(int rows, int columns) {
    assertThat(distanceFromOrthogonal(new Orthogonal(1), rows, columns)).isLessThan(1e-13);
  }

  /** In double, as in float, DL4J's default, the decomposition that it uses does not end. */
  @ParameterizedTest
  @CsvSource({"64, 32, 0.1", "64, 64, 0.3"})
  void theHostsOwnIsNotIfRowsAreAsManyAsColumns(int rows, int columns, double atLeast) {
    DataType before = Nd4j.defaultFloatingPointType();
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    try {
      IWeightInit host = new WeightInitDistribution(new OrthogonalDistribution(1));
      assertThat(distanceFromOrthogonal(host, rows, columns)).isGreaterThan(atLeast);
    } finally {
      Nd4j.setDefaultDataTypes(before, before);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theGainIsOneUnlessGiven(boolean graph) {
    assertThat(new Orthogonal()).isEqualTo(new Orthogonal(1));
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .weightInit(new Orthogonal())
                .list()
                .layer(new OutputLayer.Builder().nIn(9).nOut(6).build())
                .build());
    net.init();
    Model model = graph ? net.toComputationGraph() : net;
    INDArray weights = model.getParam("0_W");
    INDArray distance = weights.transpose().mmul(weights).sub(Nd4j.eye(6).castTo(DataType.DOUBLE));
    assertThat(distance.amaxNumber().doubleValue()).isLessThan(1e-13);
  }

  @Test
  void aConvolutionsKernelsAreOrthogonalToEachOther() {
    Nd4j.getRandom().setSeed(3);
    INDArray weights =
        new Orthogonal(2)
            .init(27, 72, new long[] {8, 3, 3, 3}, 'c', Nd4j.create(DataType.DOUBLE, 216));
    INDArray kernels = weights.reshape('c', 8, 27);
    INDArray expected = Nd4j.eye(8).castTo(DataType.DOUBLE).muli(4);
    assertThat(kernels.mmul(kernels.transpose()).sub(expected).amaxNumber().doubleValue())
        .isLessThan(1e-13);
  }

  /**
   * A turn by an angle that is equally likely from 0 to 360 degrees, mirrored half the times. Signs
   * taken from a QR decomposition as it comes would never be mirrored.
   */
  @Test
  void everyTurnAndMirroringIsEquallyLikely() {
    Nd4j.getRandom().setSeed(4);
    int count = 1_000;
    double[] angles = new double[count];
    int mirrored = 0;
    for (int i = 0; i < count; i++) {
      INDArray w = draw(new Orthogonal(1), 2, 2);
      angles[i] = Math.atan2(w.getDouble(1, 0), w.getDouble(0, 0)) / (2 * Math.PI) + 0.5;
      double determinant =
          w.getDouble(0, 0) * w.getDouble(1, 1) - w.getDouble(0, 1) * w.getDouble(1, 0);
      mirrored += determinant < 0 ? 1 : 0;
    }
    double p =
        new KolmogorovSmirnovTest()
            .kolmogorovSmirnovTest(new UniformRealDistribution(0, 1), angles);
    assertThat(p).isGreaterThan(1e-6);
    // Five standard deviations of a binomial distribution.
    assertThat(mirrored).isBetween(500 - 79, 500 + 79);
  }

  private static double distanceFromOrthogonal(IWeightInit init, int rows, int columns) {
    Nd4j.getRandom().setSeed(5);
    INDArray w = draw(init, rows, columns);
    INDArray gram = rows >= columns ? w.transpose().mmul(w) : w.mmul(w.transpose());
    return gram.sub(Nd4j.eye(gram.rows()).castTo(DataType.DOUBLE)).amaxNumber().doubleValue();
  }

  private static INDArray draw(IWeightInit init, long rows, long columns) {
    INDArray view = Nd4j.create(DataType.DOUBLE, rows * columns);
    return init.init(rows, columns, new long[] {rows, columns}, 'f', view);
  }
}
