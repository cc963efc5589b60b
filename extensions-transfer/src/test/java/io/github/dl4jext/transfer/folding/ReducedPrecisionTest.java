package io.github.dl4jext.transfer.folding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.transfer.Nets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Fewer digits, and what they cost. */
class ReducedPrecisionTest {

  private static final InputType FLAT = InputType.feedForward(6);

  private static MultiLayerNetwork net(DataType type, int width) {
    MultiLayerNetwork net =
        Nets.of(type, FLAT, Nets.dense(width, Activation.TANH), Nets.norm(), Nets.softmax(3));
    net.getLayerWiseConfigurations().setIterationCount(17);
    return net;
  }

  @Test
  void doubleBecomesFloat() {
    MultiLayerNetwork net = net(DataType.DOUBLE, 5);
    INDArray batch = Nets.normal(DataType.DOUBLE, 2, 40, 6);

    ReducedNetwork<MultiLayerNetwork> reduced =
        ReducedPrecision.computing(net, DataType.FLOAT, batch);

    assertThat(reduced.network().params().dataType()).isEqualTo(DataType.FLOAT);
    assertThat(reduced.network().getIterationCount()).isEqualTo(17);
    assertThat(net.params().dataType()).isEqualTo(DataType.DOUBLE);
    // float has 24 bits; a handful of roundings
    assertThat(reduced.relativeDifference()).isPositive().isLessThan(1e-6);
    assertThat(reduced.network().output(batch.castTo(DataType.FLOAT)).dataType())
        .isEqualTo(DataType.FLOAT);
  }

  @Test
  void updaterStateIsKept() {
    MultiLayerNetwork net = net(DataType.DOUBLE, 5);
    INDArray batch = Nets.normal(DataType.DOUBLE, 2, 40, 6);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 40, 3);
    labels.getColumn(1).assign(1);
    net.fit(batch, labels);
    net.fit(batch, labels);

    MultiLayerNetwork reduced = ReducedPrecision.computing(net, DataType.FLOAT, batch).network();

    assertThat(reduced.getIterationCount()).isEqualTo(19);
    assertThat(net.updaterState().amaxNumber().doubleValue()).isPositive();
    assertThat(reduced.updaterState()).isEqualTo(net.updaterState().castTo(DataType.FLOAT));
    // a step from there is that of double, up to rounding
    net.fit(batch, labels);
    reduced.fit(batch.castTo(DataType.FLOAT), labels.castTo(DataType.FLOAT));
    assertThat(reduced.params().castTo(DataType.DOUBLE).equalsWithEps(net.params(), 1e-5)).isTrue();
  }

  @Test
  void infinitiesAreRefusedWhichDl4jLetsPass() {
    MultiLayerNetwork net = net(DataType.DOUBLE, 5);
    net.getLayer(0).getParam("W").putScalar(3, 1e39);

    assertThat(net.convertDataType(DataType.FLOAT).params().amaxNumber().doubleValue())
        .as("DL4J says nothing")
        .isInfinite();
    assertThatThrownBy(
            () ->
                ReducedPrecision.computing(
                    net, DataType.FLOAT, Nets.normal(DataType.DOUBLE, 2, 4, 6)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("some weights are infinite in FLOAT");
  }

  @Test
  void halfIsRefusedWhereTheBackendAddsWrongly() {
    MultiLayerNetwork net = net(DataType.FLOAT, 5);
    INDArray batch = Nets.normal(DataType.FLOAT, 2, 4, 6);

    INDArray ones = Nd4j.ones(DataType.FLOAT16, 2, 4096);
    assertThat(ones.mmul(ones.transpose()).getDouble(0))
        .as("ND4J's CPU backend adds halves in half")
        .isEqualTo(2048);
    assertThatThrownBy(() -> ReducedPrecision.computing(net, DataType.FLOAT16, batch))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("adds 4096 ones up to 2048.0 in HALF")
        .hasMessageContaining("ReducedPrecision.rounded");
    assertThatThrownBy(() -> ReducedPrecision.computing(net, DataType.BFLOAT16, batch))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("not in BFLOAT16");
    assertThatThrownBy(() -> ReducedPrecision.computing(net, DataType.FLOAT, batch))
        .hasMessage("the network computes in FLOAT already");
  }

  @Test
  void roundedWeightsAreNumbersOfTheFormat() {
    MultiLayerNetwork net = net(DataType.FLOAT, 5);
    INDArray batch = Nets.normal(DataType.FLOAT, 2, 40, 6);
    double[] before = net.params().dup().castTo(DataType.DOUBLE).toDoubleVector();

    double half = 0;
    for (WeightFormat format : WeightFormat.values()) {
      ReducedNetwork<MultiLayerNetwork> reduced = ReducedPrecision.rounded(net, format, batch);

      assertThat(reduced.network().params().castTo(DataType.DOUBLE).toDoubleVector())
          .isEqualTo(Arrays.stream(before).map(format::round).toArray());
      assertThat(reduced.network().params().dataType()).isEqualTo(DataType.FLOAT);
      assertThat(reduced.network().getIterationCount()).isEqualTo(17);
      // half a step of the format for each of a few operations
      assertThat(reduced.relativeDifference())
          .isPositive()
          .isLessThan(format == WeightFormat.HALF ? 5 * 0x1p-11 : 5 * 0x1p-8);
      if (format == WeightFormat.HALF) {
        half = reduced.relativeDifference();
      } else {
        assertThat(reduced.relativeDifference()).as("three bits fewer").isGreaterThan(half);
      }
    }
    assertThat(net.params().dup().castTo(DataType.DOUBLE).toDoubleVector()).isEqualTo(before);
  }

  @Test
  void graphs() {
    ComputationGraph net = net(DataType.DOUBLE, 5).toComputationGraph();
    INDArray batch = Nets.normal(DataType.DOUBLE, 2, 40, 6);

    assertThat(ReducedPrecision.computing(net, DataType.FLOAT, batch).relativeDifference())
        .isPositive()
        .isLessThan(1e-6);
    assertThat(ReducedPrecision.rounded(net, WeightFormat.HALF, batch).relativeDifference())
        .isPositive()
        .isLessThan(5 * 0x1p-11);
  }

  @Test
  void accuracyIsThatOfBothNetworks() {
    MultiLayerNetwork net = net(DataType.FLOAT, 5);
    INDArray batch = Nets.normal(DataType.FLOAT, 2, 30, 6);
    ReducedNetwork<MultiLayerNetwork> reduced =
        ReducedPrecision.rounded(net, WeightFormat.BFLOAT16, batch);
    // labels are what the original answers: it is always right
    INDArray labels = net.output(batch).dup();
    for (int i = 0; i < 30; i++) {
      int answer = labels.getRow(i).argMax().getInt(0);
      labels.getRow(i).assign(0);
      labels.putScalar(i, answer, 1);
    }
    var labelled = new ListDataSetIterator<>(new DataSet(batch, labels).asList(), 7);

    assertThat(reduced.accuracyLost(labelled)).isBetween(0.0, 0.1);
    reduced.network().params().assign(0);
    assertThat(reduced.accuracyLost(labelled)).as("a network that knows nothing").isPositive();
  }

  @Test
  void whatTheFormatCannotHoldIsNamed() {
    MultiLayerNetwork net = net(DataType.FLOAT, 5);
    net.getLayer(0).getParam("W").putScalar(3, -7e4f);

    assertThatThrownBy(() -> ReducedPrecision.rounded(net, WeightFormat.HALF, Nd4j.ones(2, 6)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "HALF cannot hold -70000.0, an element of W of `layer0` (DenseLayer)");
  }

  @Test
  void filesGetSmallerByCompression() throws IOException {
    MultiLayerNetwork net = net(DataType.FLOAT, 9000);
    int full = size(net);
    for (WeightFormat format : List.of(WeightFormat.HALF, WeightFormat.BFLOAT16)) {
      int small = size(ReducedPrecision.rounded(net, format, Nd4j.ones(2, 6)).network());
      // 13 and 16 of 32 bits are zero
      assertThat((double) small / full).isLessThan(format == WeightFormat.HALF ? 0.7 : 0.55);
    }
  }

  private static int size(Model net) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, bytes, false);
    return bytes.size();
  }
}
