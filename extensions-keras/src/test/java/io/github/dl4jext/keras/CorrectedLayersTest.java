package io.github.dl4jext.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.activations.initializers.GlorotNormal;
import io.github.dl4jext.activations.initializers.HeUniform;
import io.github.dl4jext.activations.initializers.LecunUniform;
import io.github.dl4jext.activations.initializers.VarianceScaling;
import io.github.dl4jext.keras.KerasReport.Treatment;
import io.github.dl4jext.network.Learner;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.regularization.constraints.MaxNorm;
import io.github.dl4jext.regularization.constraints.MinMaxNorm;
import io.github.dl4jext.regularization.constraints.NonNegative;
import io.github.dl4jext.regularization.constraints.UnitNorm;
import io.github.dl4jext.regularization.dropout.AlphaDropout;
import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.regularization.dropout.GaussianDropout;
import io.github.dl4jext.regularization.dropout.GaussianNoise;
import io.github.dl4jext.regularization.dropout.SpatialDropout;
import io.github.dl4jext.regularization.penalties.L1;
import io.github.dl4jext.regularization.penalties.L2;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.deeplearning4j.nn.weights.WeightInitIdentity;
import org.junit.jupiter.api.Test;

/** Layers have what the file says of them, in the trainable network too. */
class CorrectedLayersTest {

  private static MultiLayerNetwork trainable(String file) {
    return KerasImport.sequential(KerasFiles.path(file)).trainable();
  }

  private static LiveNode node(MultiLayerNetwork network, String name) {
    return Network.of(network).node(name);
  }

  private static IDropout dropout(String file, String layer) {
    return node(trainable(file), layer).layer().orElseThrow().getIDropout();
  }

  private static BaseLayer layer(MultiLayerNetwork network, String name) {
    return (BaseLayer) node(network, name).learners().get(0);
  }

  @Test
  void dropoutsHaveTheirRates() {
    assertThat(dropout("dropouts", "drop")).isEqualTo(Dropout.dropping(0.2));
    assertThat(dropout("dropouts", "gaussian")).isEqualTo(GaussianDropout.dropping(0.3));
    assertThat(dropout("dropouts", "alpha")).isEqualTo(AlphaDropout.dropping(0.1));
    assertThat(dropout("dropouts", "noise")).isEqualTo(new GaussianNoise(0.5));
    assertThat(dropout("dropouts", "none")).isEqualTo(Dropout.dropping(0));
    assertThat(dropout("spatial_dropouts", "spatial"))
        .isEqualTo(SpatialDropout.dropping(0.35).withFormat(SpatialDropout.Format.CHANNELS_LAST));
    assertThat(dropout("spatial_dropouts_1d", "spatial"))
        .isEqualTo(SpatialDropout.dropping(0.15).withFormat(SpatialDropout.Format.CHANNELS_LAST));
    for (LiveNode node : Network.of(trainable("dropouts")).nodes()) {
      Layer layer = node.layer().orElseThrow();
      if (node.learns()) {
        assertThat(layer.getIDropout()).as(node.name()).isNull();
      }
    }
  }

  @Test
  void recurrentLayersDropTheirInputsAndSayThatTheyDropNothingElse() {
    MultiLayerNetwork net = trainable("embedding");
    assertThat(((LSTM) node(net, "lstm").learners().get(0)).getIDropout())
        .isEqualTo(SpatialDropout.dropping(0.1).withFormat(SpatialDropout.Format.CHANNELS_LAST));
    KerasModel<MultiLayerNetwork> model = KerasImport.sequential(KerasFiles.path("embedding"));
    assertThat(model.report().of(Treatment.IGNORED))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.place()).isEqualTo("lstm");
              assertThat(entry.text()).startsWith("recurrent_dropout 0.2");
            });
    assertThatThrownBy(model::strict)
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("lstm: recurrent_dropout 0.2");
  }

  private static List<LayerConstraint> constraints(MultiLayerNetwork net, String layer) {
    return layer(net, layer).getConstraints();
  }

  private static LayerConstraint on(LayerConstraint constraint, String parameter) {
    constraint.setParams(Set.of(parameter));
    return constraint;
  }

  @Test
  void constraintsHoldTheUnitsOrTheAxisOfTheFile() {
    MultiLayerNetwork net = trainable("constraints");
    assertThat(constraints(net, "conv")).containsExactly(on(new MaxNorm(1), "W"));
    assertThat(constraints(net, "depth")).containsExactly(on(new MaxNorm(0.5), "W"));
    assertThat(constraints(net, "max"))
        .containsExactly(on(new MaxNorm(1), "W"), on(new NonNegative(), "b"));
    assertThat(constraints(net, "min_max")).containsExactly(on(new MinMaxNorm(0.5, 1.5, 1), "W"));
    assertThat(constraints(net, "unit")).containsExactly(on(new UnitNorm(), "W"));
    assertThat(constraints(net, "rows")).containsExactly(new MaxNormConstraint(1, Set.of("W"), 1));
    assertThat(constraints(net, "out")).containsExactly(on(new NonNegative(), "W"));
  }

  @Test
  void constraintsHoldAfterAStep() {
    MultiLayerNetwork net = trainable("constraints");
    net.fit(
        KerasFiles.inputs("constraints")[0],
        org.nd4j.linalg.factory.Nd4j.eye(2).getRows(0, 1, 0, 1, 0));
    assertThat(net.getLayer("max").getParam("W").norm2(0).maxNumber().doubleValue())
        .isLessThan(1 + 1e-5);
    assertThat(net.getLayer("rows").getParam("W").norm2(1).maxNumber().doubleValue())
        .isLessThan(1 + 1e-5);
    assertThat(net.getLayer("unit").getParam("W").norm2(0).sub(1).amaxNumber().doubleValue())
        .isLessThan(1e-5);
    assertThat(net.getLayer("conv").getParam("W").norm2(1, 2, 3).maxNumber().doubleValue())
        .isLessThan(1 + 1e-5);
    assertThat(net.getLayer("depth").getParam("W").norm2(0, 1).maxNumber().doubleValue())
        .isLessThan(0.5 + 1e-5);
    assertThat(net.getLayer("out").getParam("W").minNumber().doubleValue()).isNotNegative();
  }

  @Test
  void penaltiesAreTwiceKerassL2() {
    MultiLayerNetwork net = trainable("penalties");
    assertThat(Learner.of(layer(net, "l1")).weights().regularizations())
        .containsExactly(new L1(0.01));
    assertThat(Learner.of(layer(net, "l2")).weights().regularizations())
        .containsExactly(new L2(0.04));
    assertThat(Learner.of(layer(net, "both")).weights().regularizations())
        .containsExactly(new L1(0.01), new L2(0.06));
    assertThat(Learner.of(layer(net, "both")).biases().regularizations())
        .containsExactly(new L2(0.1));
    assertThat(Learner.of(layer(net, "none")).weights().regularizations()).isEmpty();
    assertThat(KerasImport.sequential(KerasFiles.path("penalties")).report().of("activity"))
        .anyMatch(
            entry ->
                entry.treatment() == Treatment.IGNORED
                    && entry.text().startsWith("activity_regularizer"));
  }

  private static IWeightInit init(String keras) {
    MultiLayerNetwork net = KerasImport.sequential(KerasFiles.path("initializers")).network();
    return layer(net, "d_" + keras).getWeightInitFn();
  }

  @Test
  void initialisersAreTheFiles() {
    assertThat(init("Zeros")).isEqualTo(new WeightInitConstant(0));
    assertThat(init("Constant")).isEqualTo(new WeightInitConstant(0.3));
    assertThat(init("VarianceScaling"))
        .isEqualTo(
            new VarianceScaling(
                2, VarianceScaling.Mode.FAN_AVG, VarianceScaling.Distribution.UNIFORM));
    assertThat(init("Identity")).isEqualTo(new WeightInitIdentity(1.0));
    assertThat(init("GlorotNormal")).isEqualTo(new GlorotNormal());
    assertThat(init("HeUniform")).isEqualTo(new HeUniform());
    assertThat(init("LecunUniform")).isEqualTo(new LecunUniform());
    assertThat(
            KerasInitializers.of(
                    new KerasObject(
                        "RandomNormal",
                        new KerasFields("x", java.util.Map.of("mean", 0.1, "stddev", 0.05))))
                .orElseThrow())
        .isEqualTo(new WeightInitDistribution(new NormalDistribution(0.1, 0.05)));
    assertThat(
            KerasImport.sequential(KerasFiles.path("initializers")).report().of(Treatment.IGNORED))
        .singleElement()
        .satisfies(entry -> assertThat(entry.text()).startsWith("kernel_initializer Mine"));
  }

  @Test
  void batchNormalizationAndFrozenLayersAreTheFiles() {
    MultiLayerNetwork net = trainable("frozen");
    assertThat(node(net, "a").isFrozen()).isTrue();
    assertThat(node(net, "bn").isFrozen()).isTrue();
    assertThat(node(net, "bn_1").isFrozen()).isFalse();
    BatchNormalization norm = (BatchNormalization) node(net, "bn_1").layer().orElseThrow();
    assertThat(norm.getDecay()).isEqualTo(0.8);
    assertThat(norm.getEps()).isEqualTo(1e-4);
    BatchNormalization last =
        (BatchNormalization) node(trainable("convolution"), "bn").layer().orElseThrow();
    assertThat(last.getCnn2DFormat()).isEqualTo(CNN2DFormat.NHWC);
    assertThat(KerasImport.sequential(KerasFiles.path("frozen")).report().of(Treatment.IGNORED))
        .extracting(entry -> entry.place() + " " + entry.text().substring(0, 12))
        .containsExactly("bn_1 center=False", "bn_2 scale=False:");
  }

  @Test
  void theReportNamesEachLayer() {
    String report = KerasImport.sequential(KerasFiles.path("dense_3_5_0")).report().toString();
    assertThat(report)
        .contains("dense: taken activation relu: ReLU")
        .contains("dense: taken kernel_initializer GlorotUniform")
        .contains("training: taken optimizer Adam")
        .contains("training: taken loss categorical_crossentropy");
  }
}
