package io.github.dl4jext.keras;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.network.Learner;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** The gradients of imported networks, channels last, are those of finite differences. */
class ImportedGradientsTest {

  /** DL4J's check asks for it. */
  @BeforeEach
  void inDouble() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterEach
  void inFloat() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static void prepare(Model network) {
    for (LiveNode node : Network.of(network).nodes()) {
      node.learners().forEach(learner -> Learner.of(learner).setUpdater(new NoOp()));
      node.layer().ifPresent(layer -> layer.setIDropout(null));
      node.learners().stream()
          .filter(org.deeplearning4j.nn.conf.layers.Layer.class::isInstance)
          .forEach(layer -> ((org.deeplearning4j.nn.conf.layers.Layer) layer).setIDropout(null));
    }
  }

  /** Means and variances of batch normalization, and what is frozen. */
  private static Set<String> notLearned(Model network) {
    return Network.of(network).slots().stream()
        .filter(
            slot ->
                !slot.node().learns()
                    || Set.of("mean", "var", "log10stdev").contains(slot.parameter()))
        .map(ParameterSlot::key)
        .collect(Collectors.toSet());
  }

  /** One class for each example, or for each step. */
  private static INDArray labels(INDArray outputs) {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, outputs.shape());
    for (int i = 0; i < outputs.size(0); i++) {
      INDArray own = labels.slice(i);
      if (own.rank() == 2) {
        own.getColumn(i % own.columns()).assign(1);
      } else {
        own.putScalar(i % own.length(), 1);
      }
    }
    return labels;
  }

  private static void check(MultiLayerNetwork float32, INDArray x) {
    prepare(float32);
    MultiLayerNetwork net = float32.convertDataType(DataType.DOUBLE);
    INDArray input = x.castTo(DataType.DOUBLE);
    assertThat(
            GradientCheckUtil.checkGradients(
                new GradientCheckUtil.MLNConfig()
                    .net(net)
                    .input(input)
                    .labels(labels(net.output(input)))
                    .subset(true)
                    .maxPerParam(8)
                    .excludeParams(notLearned(net))))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dense_2_11_0",
        "convolution",
        "depthwise",
        "lstm",
        "bidirectional",
        "simple_rnn",
        "convolution_1d",
        "spatial_dropouts",
        "layer_norm",
        "layer_norm_images",
        "layer_norm_sequences",
        "layer_norm_pooled"
      })
  void ofSequentialModels(String file) {
    check(KerasImport.sequential(KerasFiles.path(file)).trainable(), KerasFiles.inputs(file)[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"residual", "residual_convolution", "residual_norm"})
  void ofFunctionalModels(String file) {
    ComputationGraph float32 = KerasImport.graph(KerasFiles.path(file)).trainable();
    prepare(float32);
    ComputationGraph net = float32.convertDataType(DataType.DOUBLE);
    INDArray input = KerasFiles.inputs(file)[0].castTo(DataType.DOUBLE);
    assertThat(
            GradientCheckUtil.checkGradients(
                new GradientCheckUtil.GraphConfig()
                    .net(net)
                    .inputs(new INDArray[] {input})
                    .labels(new INDArray[] {labels(net.outputSingle(input))})
                    .subset(true)
                    .maxPerParam(8)
                    .excludeParams(notLearned(net))))
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void ofTheLastStepsInEachMode(Bidirectional.Mode mode) {
    LSTM lstm =
        new LSTM.Builder()
            .nOut(4)
            .dataFormat(RNNFormat.NWC)
            .activation(Activation.TANH)
            .weightInit(WeightInit.XAVIER)
            .updater(new NoOp())
            .build();
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(17)
                .list()
                .layer(OwnLayers.inPlaceOf(new Bidirectional(mode, new LastTimeStep(lstm))))
                .layer(
                    new OutputLayer.Builder()
                        .nIn(mode == Bidirectional.Mode.CONCAT ? 8 : 4)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(3, 6, RNNFormat.NWC))
                .build());
    net.init();
    check(net, KerasFiles.inputs("bidirectional")[0]);
  }
}
