package io.github.dl4jext.regularization.constraints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.regularization.penalties.Regularizations;
import io.github.dl4jext.regularization.penalties.WeightDecay;
import io.github.dl4jext.testkit.fixtures.SmallNetworks;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.MinMaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** DL4J wrong, ours right; to notice the day when DL4J is mended. */
class Dl4jConstraintDefectsTest {

  private static final int STEPS = 1000;
  private static final int FITS = 50;

  private static OutputLayer layer() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nIn(4)
        .nOut(2)
        .activation(Activation.IDENTITY)
        .build();
  }

  /** A network of one layer that does not learn, with weights (3, 4, 0, 0) in each column. */
  private static MultiLayerNetwork network(LayerConstraint constraint, double norm) {
    OutputLayer layer = layer();
    LayerConstraint own = constraint.clone();
    own.setParams(Set.of("W"));
    layer.setConstraints(List.of(own));
    return network(SmallNetworks.base().updater(new Sgd(0)), layer, norm);
  }

  private static MultiLayerNetwork network(
      NeuralNetConfiguration.Builder base, OutputLayer layer, double norm) {
    MultiLayerNetwork network = SmallNetworks.network(base.list().layer(layer).build());
    INDArray weights = network.getParam("0_W");
    weights.assign(0);
    weights.getRow(0).assign(0.6 * norm);
    weights.getRow(1).assign(0.8 * norm);
    return network;
  }

  private static double norm(MultiLayerNetwork network) {
    return network.getParam("0_W").getColumn(1).norm2Number().doubleValue();
  }

  private static double after(MultiLayerNetwork network, int steps) {
    for (int i = 0; i < steps; i++) {
      network.fit(SmallNetworks.data());
    }
    return norm(network);
  }

  @Test
  void maxNormShrinksWeightsInsideTheBallTwicePerStep() {
    double once = FITS * 1e-6 / 0.5; // what one division by the norm plus 1e-6 takes away
    double theirs = after(network(new MaxNormConstraint(1, 0), 0.5), FITS);
    assertThat(1 - theirs / 0.5).isCloseTo(2 * once, within(0.01 * once));
    assertThat(after(network(new MaxNorm(1), 0.5), FITS)).isEqualTo(0.5);
    // without training: once each
    INDArray small = Nd4j.createFromArray(new double[][] {{1e-3, 0.5}, {0, 0}});
    INDArray ours = small.dup('f');
    for (int i = 0; i < STEPS; i++) {
      new MaxNormConstraint(1, 0).apply(small);
      ConstraintNorms.hold(new MaxNorm(1), ours);
    }
    assertThat(small.getDouble(0, 0)).isLessThan(1e-5);
    assertThat(ours.getDouble(0, 0)).isEqualTo(1e-3);
  }

  @Test
  void itsDocumentedAxisIsThatOfOutgoingWeights() {
    // "For DenseLayer ... this should be dimension 1"
    MultiLayerNetwork theirs = network(new MaxNormConstraint(1, 1), 5);
    assertThat(after(theirs, 1)).as("the weights of a unit").isGreaterThan(0.8);
    INDArray rows = theirs.getParam("0_W").norm2(1);
    assertThat(rows.getDouble(0)).as("what leaves an input").isCloseTo(1, within(1e-5));
    MultiLayerNetwork ours = network(new MaxNorm(1), 5);
    assertThat(after(ours, 1)).isCloseTo(1, within(1e-14));
    assertThat(ours.getParam("0_W").getColumn(1).toDoubleVector())
        .containsExactly(new double[] {0.6, 0.8, 0, 0}, within(1e-15));
  }

  @Test
  void itsDocumentedAxesForConvolutionsAreWrongInOneDimension() {
    for (boolean own : new boolean[] {false, true}) {
      Convolution1DLayer layer = new Convolution1DLayer.Builder(2).nIn(3).nOut(4).build();
      LayerConstraint constraint = own ? new MaxNorm(1) : new MaxNormConstraint(1, 1, 2, 3);
      constraint.setParams(Set.of("W"));
      layer.setConstraints(List.of(constraint));
      MultiLayerNetwork network =
          SmallNetworks.network(
              SmallNetworks.base()
                  .updater(new Sgd(0))
                  .list()
                  .layer(layer)
                  .layer(new GlobalPoolingLayer())
                  .layer(SmallNetworks.output())
                  .setInputType(InputType.recurrent(3, 5))
                  .build());
      INDArray computedWith = network.getParam("0_W").reshape('c', 2, 3, 4); // [width, in, out]
      computedWith.assign(Nd4j.rand(DataType.DOUBLE, 2, 3, 4).addi(1));
      network.fit(Nd4j.rand(DataType.DOUBLE, 2, 3, 5), Nd4j.rand(DataType.DOUBLE, 2, 2));
      INDArray norms = computedWith.norm2(0, 1);
      double farthest = norms.sub(1).amaxNumber().doubleValue();
      if (own) {
        assertThat(farthest).isLessThan(1e-14);
      } else {
        assertThat(farthest).isGreaterThan(0.01);
      }
    }
  }

  @Test
  void minMaxNormWithARateExplodes() {
    assertThat(after(network(new MinMaxNormConstraint(0.5, 2, 0.1, 0), 4), 1)).isGreaterThan(100);
    // Keras: 0.1 * 2 + 0.9 * 4
    assertThat(after(network(new MinMaxNorm(0.5, 2, 0.1), 4), 1)).isCloseTo(3.8, within(1e-14));
  }

  @Test
  void unitNormMakesNaNOfZeros() {
    assertThat(after(network(new UnitNormConstraint(0), 0), 1)).isNaN();
    assertThat(after(network(new UnitNorm(), 0), 1)).isZero();
  }

  @Test
  void aGlobalWeightDecayIsTakenTwice() {
    NeuralNetConfiguration.Builder base =
        SmallNetworks.base().updater(new Sgd(0)).weightDecay(0.1, false);
    assertThat(after(network(base, layer(), 1), 1)).isCloseTo(0.8, within(1e-14));
    MultiLayerNetwork ours = network(SmallNetworks.base().updater(new Sgd(0.5)), layer(), 1);
    MultiLayerNetwork without = network(SmallNetworks.base().updater(new Sgd(0.5)), layer(), 1);
    Regularizations.onWeights(ours, new WeightDecay(0.1));
    after(ours, 1);
    after(without, 1);
    assertThat(without.getParam("0_W").sub(ours.getParam("0_W")).getDouble(1, 1))
        .isCloseTo(0.5 * 0.1 * 0.8, within(1e-14));
  }

  /** Ours too on DL4J's global builder, which is why there is {@link Regularizations}. */
  @Test
  void aGlobalListOfRegularizationsIsDoubled() {
    NeuralNetConfiguration.Builder base =
        SmallNetworks.base()
            .regularization(new java.util.ArrayList<>(List.of(new WeightDecay(0.1))));
    BaseLayer layer = (BaseLayer) base.list().layer(layer()).build().getConf(0).getLayer();
    assertThat(layer.getRegularization()).hasSize(2);
  }

  @Test
  void constrainAllParametersIsIgnored() {
    NeuralNetConfiguration.Builder base =
        SmallNetworks.base()
            .updater(new Sgd(0))
            .constrainAllParameters(new MaxNormConstraint(1e-3, 0));
    MultiLayerNetwork theirs = network(base, layer(), 1);
    assertThat(after(theirs, 1)).isEqualTo(1);
    assertThat(after(Constraints.onWeights(theirs, new MaxNorm(1e-3)), 1))
        .isCloseTo(1e-3, within(1e-15));
  }
}
