package io.github.dl4jext.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.transfer.surgery.TransferBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.PointerScope;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.config.Keras2LayerConfiguration;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasConstraintUtils;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasOptimizerUtils;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/** What DL4J's import gets wrong, and ours right, on the same files. */
class KerasDefectsTest {

  private static MultiLayerNetwork theirs(String file) throws Exception {
    return theirs(file, false);
  }

  private static MultiLayerNetwork theirs(String file, boolean training) throws Exception {
    String path = KerasFiles.path(file).toString();
    return imported(() -> KerasModelImport.importKerasSequentialModelAndWeights(path, training));
  }

  /** What DL4J leaves to the garbage collector is freed here, or the program may end. */
  private static <T> T imported(Callable<T> importing) throws Exception {
    PointerScope objects = KerasFiles.objectsOfHdf5();
    try {
      return importing.call();
    } finally {
      objects.close();
    }
  }

  private static MultiLayerNetwork ours(String file) {
    return KerasImport.sequential(KerasFiles.path(file)).trainable();
  }

  private static MultiLayerNetwork withLoss(MultiLayerNetwork network) {
    return new TransferBuilder(network)
        .withLoss(LossFunction.MCXENT)
        .freeze(io.github.dl4jext.network.LayerSelector.none())
        .build();
  }

  private static void fit(MultiLayerNetwork network, String file) {
    INDArray x = KerasFiles.inputs(file)[0];
    INDArray labels = Nd4j.zeros(x.size(0), 2);
    labels.getColumn(0).assign(1);
    network.fit(x, labels);
  }

  /** Every file since 2.11 with its training configuration, and all of Keras 3. */
  @ParameterizedTest
  @ValueSource(strings = {"dense_2_11_0", "loss_smoothed", "dense_3_5_0"})
  void filesOfTodayAreRefused(String file) {
    assertThatThrownBy(() -> theirs(file, true)).isNotNull();
    assertThat(ours(file).numParams()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gelu", "mish", "silu", "exponential", "log_sigmoid"})
  void activationsAreRefused(String name) {
    assertThatThrownBy(
            () ->
                org.deeplearning4j.nn.modelimport.keras.utils.KerasActivationUtils.mapToIActivation(
                    name, new Keras2LayerConfiguration()))
        .hasMessageContaining("Unknown Keras activation function " + name);
    assertThat(KerasActivations.of("x", name, 3)).isNotNull();
  }

  @Test
  void channelsLastNetworksCannotBeTrained() throws Exception {
    assertThatThrownBy(() -> fit(withLoss(theirs("spatial_dropouts")), "spatial_dropouts"))
        .isInstanceOf(RuntimeException.class);
    fit(ours("spatial_dropouts"), "spatial_dropouts");
  }

  @Test
  void dropoutRatesAreLost() throws Exception {
    MultiLayerNetwork theirs = theirs("dropouts");
    assertThat(theirs.getLayer("drop").conf().getLayer().getIDropout())
        .as("a rate of 0.2")
        .isEqualTo(new Dropout(1.0));
    assertThat(theirs.getLayer("gaussian").conf().getLayer().getIDropout())
        .as("a rate of 0.3")
        .isEqualTo(new GaussianDropout(0.7));
    assertThat(ours("dropouts").getLayer("drop").conf().getLayer().getIDropout())
        .isEqualTo(io.github.dl4jext.regularization.dropout.Dropout.dropping(0.2));
  }

  @Test
  void maxNormHoldsTheWrongAxis() throws Exception {
    org.deeplearning4j.nn.conf.constraint.MaxNormConstraint theirs =
        (org.deeplearning4j.nn.conf.constraint.MaxNormConstraint)
            KerasConstraintUtils.mapConstraint(
                "MaxNorm",
                new Keras2LayerConfiguration(),
                new HashMap<>(Map.of("max_value", 1.0, "axis", 0)));
    INDArray weights = Nd4j.ones(8, 2);
    theirs.apply(weights);
    assertThat(weights.norm2(0).maxNumber().doubleValue()).as("columns").isGreaterThan(1.9);
    assertThatThrownBy(
            () ->
                KerasConstraintUtils.mapConstraint(
                    "MaxNorm",
                    new Keras2LayerConfiguration(),
                    new HashMap<>(Map.of("max_value", 1.0, "axis", List.of(0, 1, 2)))))
        .isInstanceOf(ClassCastException.class);
    MultiLayerNetwork net = ours("constraints");
    fit(net, "constraints");
    assertThat(net.getLayer("max").getParam("W").norm2(0).maxNumber().doubleValue())
        .isLessThan(1 + 1e-5);
  }

  private static Map<String, Object> optimizer(String name, Object... more) {
    Map<String, Object> config = new HashMap<>(Map.of("learning_rate", 0.1, "decay", 0.0));
    config.putAll(Map.of("beta_1", 0.9, "beta_2", 0.999, "epsilon", 1e-7));
    for (int i = 0; i < more.length; i += 2) {
      config.put((String) more[i], more[i + 1]);
    }
    return new HashMap<>(Map.of("class_name", name, "config", config));
  }

  @Test
  void optimizersAreRefusedOrAnother() throws Exception {
    for (String name : List.of("Adagrad", "AdamW", "Lion")) {
      assertThatThrownBy(() -> KerasOptimizerUtils.mapOptimizer(optimizer(name)))
          .hasMessageContaining(name);
    }
    Map<String, Object> since211 = optimizer("Adam");
    ((Map<?, ?>) since211.get("config")).remove("decay");
    assertThatThrownBy(() -> KerasOptimizerUtils.mapOptimizer(since211))
        .isInstanceOf(NullPointerException.class);
    assertThat(KerasOptimizerUtils.mapOptimizer(optimizer("Adam", "amsgrad", true)))
        .as("amsgrad")
        .isInstanceOf(Adam.class)
        .isNotInstanceOf(AMSGrad.class);
    for (String name : List.of("Adagrad", "AdamW", "Lion", "Adam")) {
      assertThat(
              KerasOptimizer.of(
                  KerasObject.of("optimizer", optimizer(name)), new ReportLines("training")))
          .isNotNull();
    }
  }

  /** What is connected to the input of an activation layer gets the activated values. */
  @ParameterizedTest
  @CsvSource({"false, 0", "true, 1"})
  void activationLayersWriteIntoWhatOthersRead(boolean training, double wanted) {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "in")
                .addVertex(
                    "shortcut", new ElementWiseVertex(ElementWiseVertex.Op.Subtract), "relu", "in")
                .addLayer("out", new DenseLayer.Builder().nIn(1).nOut(1).build(), "shortcut")
                .setOutputs("shortcut", "out")
                .build());
    net.init();
    INDArray x = Nd4j.valueArrayOf(new long[] {1, 1}, -1.0);
    assertThat(net.output(training, x)[0].getDouble(0)).as("0 - (-1)").isEqualTo(wanted);

    ComputationGraph ours = KerasImport.graph(KerasFiles.path("activation_objects")).network();
    INDArray input = KerasFiles.inputs("activation_objects")[0];
    INDArray before = input.dup();
    ours.output(training, input);
    assertThat(input).isEqualTo(before);
  }

  @Test
  void anOutputThatAnotherLayerTakesCannotBePutOut() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("first", new DenseLayer.Builder().nIn(3).nOut(3).build(), "in")
                .addLayer("second", new DenseLayer.Builder().nIn(3).nOut(3).build(), "first")
                .addLayer("out", new DenseLayer.Builder().nIn(3).nOut(1).build(), "second")
                .setOutputs("first", "out")
                .build());
    net.init();
    assertThatThrownBy(() -> net.output(Nd4j.ones(2, 3)))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("workspaceMgr");
    ComputationGraph ours = KerasImport.graph(KerasFiles.path("inner_outputs")).network();
    assertThat(ours.output(KerasFiles.inputs("inner_outputs")[0])).hasSize(3);
  }

  private static MultiLayerNetwork sequences(org.deeplearning4j.nn.conf.layers.Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
    for (org.deeplearning4j.nn.conf.layers.Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(list.setInputType(InputType.recurrent(3, 6, RNNFormat.NWC)).build());
    net.init();
    return net;
  }

  /** As DL4J's import makes them, without its dropouts. */
  @Test
  void layersOfSequencesPredictButCannotBeTrained() {
    INDArray x = Nd4j.rand(4, 6, 3);
    INDArray labels = Nd4j.eye(2).getRows(0, 1, 0, 1);
    LSTM lstm =
        new LSTM.Builder()
            .nOut(4)
            .dataFormat(RNNFormat.NWC)
            .activation(Activation.TANH)
            .weightInit(WeightInit.XAVIER)
            .updater(new Sgd(0.1))
            .build();
    MultiLayerNetwork both =
        sequences(
            new Bidirectional(new LastTimeStep(lstm)),
            new OutputLayer.Builder().nIn(8).nOut(2).build());
    assertThat(both.output(x).shape()).containsExactly(4, 2);
    assertThatThrownBy(() -> both.fit(x, labels)).isInstanceOf(RuntimeException.class);

    MultiLayerNetwork convolution =
        sequences(
            new Convolution1DLayer.Builder(3).nOut(4).rnnDataFormat(RNNFormat.NWC).build(),
            new GlobalPoolingLayer.Builder().poolingDimensions(1).build(),
            new OutputLayer.Builder().nIn(4).nOut(2).build());
    assertThat(convolution.output(x).shape()).containsExactly(4, 2);
    assertThatThrownBy(() -> convolution.fit(x, labels)).isInstanceOf(RuntimeException.class);

    for (String file : List.of("bidirectional", "convolution_1d")) {
      fit(ours(file), file);
    }
  }

  /** The layer's name is cut out of the parameter's, as if it were a pattern. */
  @Test
  void aLayerMayNotBeNamedB() {
    assertThatThrownBy(
            () ->
                imported(
                    () ->
                        KerasModelImport.importKerasModelAndWeights(
                            KerasFiles.path("two_inputs").toString(), false)))
        .hasMessageContaining("Parameter bias does not exist in weights");
    assertThat(KerasImport.graph(KerasFiles.path("two_inputs")).network().numParams()).isPositive();
  }

  @Test
  void aDepthwiseConvolutionCannotComeFirst() {
    assertThatThrownBy(() -> theirs("depthwise")).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(ours("depthwise").numParams()).isPositive();
  }

  @Test
  void aDenseLayerOnTopOfSequencesPutsOutRows() throws Exception {
    INDArray x = KerasFiles.inputs("simple_rnn")[0];
    assertThat(theirs("simple_rnn").output(x).shape()).containsExactly(20, 3);
    INDArray ours = ours("simple_rnn").output(x);
    assertThat(ours.shape()).containsExactly(4, 5, 3);
    assertThat(
            Transforms.abs(ours.sub(KerasFiles.expected("simple_rnn", "output0")))
                .maxNumber()
                .doubleValue())
        .isLessThan(1e-6);
  }
}
