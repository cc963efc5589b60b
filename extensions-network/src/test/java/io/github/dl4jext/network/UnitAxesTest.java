package io.github.dl4jext.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What the testkit's contract of constraints does not reach; it has the layers with weights. */
class UnitAxesTest {

  private static final Layer DENSE = new DenseLayer.Builder().nIn(4).nOut(3).build();

  private static int[] summed(Layer layer, String key, long... shape) {
    return UnitAxes.of(layer, key, Nd4j.zeros(shape)).summedDimensions();
  }

  @Test
  void aBiasAGainAndSlopesAreOneUnit() {
    assertThat(summed(DENSE, "b", 1, 3)).containsExactly(0, 1);
    assertThat(summed(DENSE, "b", 3)).containsExactly(0);
    Layer normed = new DenseLayer.Builder().nIn(4).nOut(3).hasLayerNorm(true).build();
    assertThat(summed(normed, "g", 1, 3)).containsExactly(0, 1);
    Layer slopes = new PReLULayer.Builder().inputShape(2, 3, 4).build();
    assertThat(summed(slopes, "W", 2, 3, 4)).containsExactly(0, 1, 2);
    assertThat(UnitAxes.isKernel(normed, "W")).isTrue();
    assertThat(UnitAxes.isKernel(normed, "g")).isFalse();
    assertThat(UnitAxes.isKernel(normed, "b")).isFalse();
    assertThat(UnitAxes.isKernel(slopes, "W")).isFalse();
  }

  @Test
  void theHiddenUnitsOfAnOcnnLeadToItsOneOutput() {
    Layer layer = new OCNNOutputLayer.Builder().nIn(4).hiddenLayerSize(3).build();
    assertThat(summed(layer, "w", 1, 3)).containsExactly(0, 1);
    assertThat(summed(layer, "v", 4, 3)).containsExactly(0);
    assertThat(UnitAxes.isKernel(layer, "r")).as("a threshold").isFalse();
  }

  @Test
  void aVertexWithoutALayerHasUnitsAlongItsFirstDimension() {
    assertThat(summed(null, "Wq", 2, 3, 4)).containsExactly(1, 2);
    assertThat(summed(null, "Wo", 6, 4)).containsExactly(0);
    assertThat(summed(null, "b", 1, 4)).containsExactly(0, 1);
  }

  @Test
  @SuppressWarnings("deprecation") // networks with it are still about
  void peepholesAreLeftOutAndTheRestIsAView() {
    Layer layer = new GravesLSTM.Builder().nIn(3).nOut(2).build();
    INDArray recurrent = Nd4j.zeros(2, 11);
    UnitAxes units = UnitAxes.of(layer, "RW", recurrent);
    assertThat(units.weights().shape()).containsExactly(2, 8);
    units.weights().assign(1);
    assertThat(recurrent.sumNumber().intValue()).isEqualTo(16);
    assertThat(units.summedDimensions()).containsExactly(0);
  }

  @Test
  @SuppressWarnings("deprecation") // networks with it are still about
  void everyElementHasTheNumberOfItsUnit() {
    assertThat(UnitAxes.unitOf(DENSE, "W", 2, 3)).containsExactly(0, 1, 2, 0, 1, 2);
    assertThat(UnitAxes.unitOf(DENSE, "b", 1, 3)).containsOnly(0);
    Layer filters = new ConvolutionLayer.Builder(1, 2).build();
    assertThat(UnitAxes.unitOf(filters, "W", 2, 1, 1, 2)).containsExactly(0, 0, 1, 1);
    Layer sequence = new Convolution1DLayer.Builder(1).build(); // read as [width, in, out]
    assertThat(UnitAxes.unitOf(sequence, "W", 2, 3, 1, 1)).containsExactly(0, 1, 0, 1, 0, 1);
    Layer words = new EmbeddingLayer.Builder().build();
    assertThat(UnitAxes.unitOf(words, "W", 2, 3)).containsExactly(0, 0, 0, 1, 1, 1);
    Layer graves = new GravesLSTM.Builder().nIn(3).nOut(1).build();
    assertThat(UnitAxes.unitOf(graves, "RW", 1, 7)).containsExactly(0, 1, 2, 3, -1, -1, -1);
  }
}
