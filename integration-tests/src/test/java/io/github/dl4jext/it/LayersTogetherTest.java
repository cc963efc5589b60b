package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.activations.initializers.WeightInitAdvice;
import io.github.dl4jext.layers.GroupNorm;
import io.github.dl4jext.layers.LayerNorm;
import io.github.dl4jext.layers.RMSNorm;
import io.github.dl4jext.layers.SwiGLU;
import io.github.dl4jext.listeners.averaging.ExponentialMovingAverage;
import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.optimizers.Adam;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.optimizers.LAMB;
import io.github.dl4jext.parallel.ParallelTraining;
import io.github.dl4jext.regularization.constraints.Constraints;
import io.github.dl4jext.regularization.constraints.MaxNorm;
import io.github.dl4jext.regularization.penalties.L2;
import io.github.dl4jext.regularization.penalties.Regularizations;
import io.github.dl4jext.regularization.penalties.WeightDecay;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.TrustedClasses;
import io.github.dl4jext.transfer.folding.BatchNormFolding;
import io.github.dl4jext.transfer.folding.FoldedNetwork;
import io.github.dl4jext.transfer.freezing.Freezing;
import io.github.dl4jext.transfer.surgery.GraphTransferBuilder;
import io.github.dl4jext.transfer.surgery.TransferBuilder;
import io.github.dl4jext.uncertainty.MonteCarloDropout;
import io.github.dl4jext.uncertainty.MonteCarloPrediction;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The layers of extensions-layers beside what the other families do to a network. */
class LayersTogetherTest {

  private static final int INPUTS = 4;
  private static final InputType IN = InputType.feedForward(INPUTS);

  /** Each with the other type of network. */
  static Stream<Boolean> types() {
    return Stream.of(false, true);
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH);
  }

  private static List<Layer> layers() {
    return List.of(
        new DenseLayer.Builder().nOut(6).build(),
        new LayerNorm(),
        new DenseLayer.Builder().nOut(6).dropOut(0.8).build(),
        new GroupNorm(3),
        new SwiGLU(6),
        new RMSNorm(),
        output(2));
  }

  private static OutputLayer output(int classes) {
    return new OutputLayer.Builder().nOut(classes).activation(Activation.SOFTMAX).build();
  }

  private static Model network(boolean graph, Optimizer optimizer) {
    return network(graph, optimizer, layers());
  }

  private static Model network(boolean graph, Optimizer optimizer, List<Layer> layers) {
    if (!graph) {
      NeuralNetConfiguration.ListBuilder list = base().list();
      layers.forEach(list::layer);
      MultiLayerConfiguration conf = list.setInputType(IN).build();
      MultiLayerNetwork net = new MultiLayerNetwork(optimizer.configure(conf));
      net.init();
      return net;
    }
    ComputationGraphConfiguration.GraphBuilder builder =
        base().graphBuilder().addInputs("in").setInputTypes(IN);
    String below = "in";
    for (int i = 0; i < layers.size(); i++) {
      builder.addLayer("l" + i, layers.get(i), below);
      below = "l" + i;
    }
    ComputationGraph net =
        new ComputationGraph(optimizer.configure(builder.setOutputs(below).build()));
    net.init();
    return net;
  }

  private static DataSet batch(int number) {
    double[] numbers = new Random(number).doubles(8L * INPUTS, -2, 2).toArray();
    INDArray features = Nd4j.createFromArray(numbers).reshape(8, INPUTS);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 8, 2);
    for (int i = 0; i < 8; i++) {
      labels.putScalar(i, features.getDouble(i, 0) > features.getDouble(i, 1) ? 1 : 0, 1);
    }
    return new DataSet(features, labels);
  }

  private static void train(Model model, int from, int to) {
    for (int i = from; i < to; i++) {
      Nd4j.getRandom().setSeed(i);
      Network.of(model).fit(batch(i));
    }
  }

  private static double[] numbers(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  private static double[] parameter(Model model, int layer, String name) {
    return numbers(layer(model, layer).getParam(name));
  }

  private static org.deeplearning4j.nn.api.Layer layer(Model model, int index) {
    return model instanceof MultiLayerNetwork stack
        ? stack.getLayer(index)
        : ((ComputationGraph) model).getLayer(index);
  }

  /** Nothing comes down from an output without weights: what moves then is moved by decay. */
  @ParameterizedTest
  @MethodSource("types")
  void gainsAndBiasesDoNotDecayAndAreNotConstrained(boolean graph) {
    for (Optimizer optimizer : List.of(new AdamW(0.1, 0.5), new LAMB(0.1, 0.5))) {
      Model model = network(graph, optimizer);
      Regularizations.onWeights(model, new L2(0.3));
      Regularizations.onWeights(model, new WeightDecay(0.1));
      Constraints.onWeights(model, new MaxNorm(0.01));
      Constraints.onBiases(model, new MaxNorm(0.01));
      layer(model, 6).getParam("W").assign(0);
      double[] weights = parameter(model, 0, "W");
      train(model, 0, 1);
      assertThat(parameter(model, 0, "W")).isNotEqualTo(weights);
      for (int layer : new int[] {1, 3, 5}) {
        assertThat(parameter(model, layer, "g")).as("gain of %s", layer).containsOnly(1);
      }
      assertThat(parameter(model, 1, "b")).containsOnly(0);
      assertThat(parameter(model, 3, "b")).containsOnly(0);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void learnFromTheFirstStepOn(boolean graph) {
    Model model = network(graph, new Adam(0.01));
    train(model, 0, 3);
    for (int layer : new int[] {1, 3, 5}) {
      assertThat(parameter(model, layer, "g")).as("gain of %s", layer).doesNotContain(1);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void freezeAndThaw(boolean graph) {
    Model model = network(graph, new Adam(0.01));
    train(model, 0, 3);
    Model frozen = Freezing.freeze(model, LayerSelector.at(1, 3));
    train(frozen, 3, 5);
    assertThat(parameter(frozen, 1, "g")).isEqualTo(parameter(model, 1, "g"));
    assertThat(parameter(frozen, 3, "b")).isEqualTo(parameter(model, 3, "b"));
    assertThat(parameter(frozen, 0, "W")).isNotEqualTo(parameter(model, 0, "W"));
    Model thawed = Freezing.unfreeze(frozen);
    train(thawed, 5, 7);
    assertThat(parameter(thawed, 1, "g")).isNotEqualTo(parameter(model, 1, "g"));

    Model same = Freezing.unfreeze(Freezing.freeze(model, LayerSelector.at(1, 3)));
    train(same, 3, 5);
    train(model, 3, 5);
    assertThat(numbers(same.params())).isEqualTo(numbers(model.params()));
  }

  @Test
  void areKeptUnderANewHead() {
    MultiLayerNetwork stack = (MultiLayerNetwork) network(false, new Adam(0.01));
    train(stack, 0, 2);
    MultiLayerNetwork next =
        new TransferBuilder(stack)
            .dropLast(1)
            .add(new DenseLayer.Builder().nOut(4).build())
            .add(new LayerNorm())
            .add(output(2))
            .optimizer(new Adam(0.01))
            .build();
    train(next, 2, 4);
    assertThat(parameter(next, 1, "g")).isEqualTo(parameter(stack, 1, "g"));
    assertThat(next.getLayer(7).getParam("g").length()).isEqualTo(4);
    assertThat(parameter(next, 7, "g")).doesNotContain(1);

    ComputationGraph graph = (ComputationGraph) network(true, new Adam(0.01));
    ComputationGraph grown =
        new GraphTransferBuilder(graph)
            .keepUpTo("l5")
            .add("norm", new LayerNorm(), "l5")
            .add("out", output(3), "norm")
            .outputs("out")
            .optimizer(new Adam(0.01))
            .build();
    assertThat(grown.getLayer("norm").getParam("g").length()).isEqualTo(6);
  }

  @ParameterizedTest
  @MethodSource("types")
  void areCopiedAveragedAndResumedBitByBit(boolean graph, @TempDir Path folder) {
    Model model = network(graph, new AdamW(0.01, 0.1));
    ExponentialMovingAverage average = new ExponentialMovingAverage(0.9);
    Network.of(model)
        .setListeners(List.of(average, Checkpoint.builder(folder).everySteps(2).build()));
    train(model, 0, 4);
    Model averaged = average.averaged(model);
    assertThat(parameter(averaged, 1, "g")).isNotEqualTo(parameter(model, 1, "g"));
    Model resumed = Checkpoint.resume(folder).network();
    Model copied = NetworkCopy.from(model).build();
    Network.of(model).setListeners(List.of());
    Network.of(resumed).setListeners(List.of());
    for (Model each : List.of(model, resumed, copied)) {
      train(each, 4, 7);
    }
    assertThat(numbers(resumed.params())).isEqualTo(numbers(model.params()));
    assertThat(numbers(copied.params())).isEqualTo(numbers(model.params()));
  }

  @ParameterizedTest
  @MethodSource("types")
  void monteCarloDropoutGoesThroughThem(boolean graph) {
    Model model = network(graph, new Adam(0.01));
    train(model, 0, 3);
    MonteCarloPrediction prediction =
        MonteCarloDropout.builder(model)
            .samples(50)
            .seed(3)
            .build()
            .predict(batch(9).getFeatures());
    assertThat(prediction.mean().sum(1).toDoubleVector())
        .containsExactly(new double[] {1, 1, 1, 1, 1, 1, 1, 1}, within(1e-9));
    assertThat(prediction.mutualInformation().maxNumber().doubleValue()).isPositive();
  }

  /** Batch normalization behind one of ours is not folded into what is before ours. */
  @Test
  void foldingStopsAtThem() {
    MultiLayerNetwork net =
        (MultiLayerNetwork)
            network(
                false,
                new Adam(0.05),
                List.of(
                    new DenseLayer.Builder().nOut(6).activation(Activation.IDENTITY).build(),
                    new LayerNorm(),
                    new BatchNormalization(),
                    new DenseLayer.Builder().nOut(6).activation(Activation.IDENTITY).build(),
                    new BatchNormalization(),
                    new RMSNorm(),
                    output(2)));
    train(net, 0, 5);
    FoldedNetwork<MultiLayerNetwork> folded = BatchNormFolding.fold(net);
    INDArray x = batch(9).getFeatures();
    assertThat(folded.network().output(x).toDoubleMatrix()[0])
        .containsExactly(net.output(x).toDoubleMatrix()[0], within(1e-12));
  }

  /** What is behind or before a gated unit is not folded into one of its two matrices. */
  @Test
  void foldingLeavesGatedUnitsRight() {
    MultiLayerNetwork net =
        (MultiLayerNetwork)
            network(
                false,
                new Adam(0.05),
                List.of(
                    new DenseLayer.Builder().nOut(6).activation(Activation.IDENTITY).build(),
                    new BatchNormalization(),
                    new SwiGLU(6),
                    new BatchNormalization(),
                    output(2)));
    train(net, 0, 5);
    INDArray x = batch(9).getFeatures();
    assertThat(BatchNormFolding.fold(net).network().output(x).toDoubleMatrix()[0])
        .containsExactly(net.output(x).toDoubleMatrix()[0], within(1e-12));
  }

  /** Step by step a series gives what it gives at once, and truncated backpropagation trains. */
  @Test
  void takeSeriesStepByStep() {
    NeuralNetConfiguration.ListBuilder list =
        base()
            .updater(new Adam(0.01))
            .list()
            .layer(new SimpleRnn.Builder().nOut(4).build())
            .layer(new LayerNorm())
            .layer(new SwiGLU(4))
            .layer(new RMSNorm())
            .layer(new RnnOutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build())
            .setInputType(InputType.recurrent(3));
    MultiLayerNetwork net =
        new MultiLayerNetwork(list.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(2).build());
    net.init();
    INDArray x = Nd4j.rand(DataType.DOUBLE, 2, 3, 6);
    INDArray y = Nd4j.zeros(DataType.DOUBLE, 2, 2, 6);
    y.get(NDArrayIndex.all(), NDArrayIndex.point(0), NDArrayIndex.all()).assign(1);
    double[] before = parameter(net, 1, "g");
    net.fit(new DataSet(x, y));
    assertThat(net.getIterationCount()).isEqualTo(3);
    assertThat(parameter(net, 1, "g")).isNotEqualTo(before);
    INDArray whole = net.output(x);
    net.rnnClearPreviousState();
    for (int step = 0; step < 6; step++) {
      INDArray one =
          x.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(step, step + 1));
      INDArray expected =
          whole.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(step, step + 1));
      assertThat(numbers(net.rnnTimeStep(one))).containsExactly(numbers(expected), within(1e-14));
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void severalWorkersTrainThem(boolean graph) {
    for (TrainingMode mode : List.of(TrainingMode.AVERAGING, TrainingMode.SHARED_GRADIENTS)) {
      Model model = network(graph, new Adam(0.01));
      double[] before = parameter(model, 1, "g");
      List<DataSet> batches = IntStream.range(0, 8).mapToObj(n -> batch(n)).toList();
      ParallelTraining.builder(model)
          .workers(2)
          .mode(mode)
          .build()
          .fit(new ExistingDataSetIterator(batches), 2);
      assertThat(parameter(model, 1, "g")).isNotEqualTo(before);
      assertThat(model.params().isNaN().any()).isFalse();
    }
  }

  /** What is behind a normalization is the activation that the weights are for. */
  @Test
  void adviceLooksPastThem() {
    MultiLayerConfiguration conf =
        base()
            .list()
            .layer(
                new DenseLayer.Builder()
                    .nOut(6)
                    .activation(Activation.IDENTITY)
                    .weightInit(new HeNormal())
                    .build())
            .layer(new LayerNorm())
            .layer(new ActivationLayer(Activation.RELU))
            .layer(new SwiGLU(6))
            .layer(new ActivationLayer(Activation.RELU))
            .layer(output(2))
            .setInputType(IN)
            .build();
    assertThat(WeightInitAdvice.check(conf))
        .as("neither of the dense layer, which has He's, nor of the norm, nor of the gated unit")
        .isEmpty();
  }

  @Test
  void theirClassesAreTrusted() {
    TrustedClasses.requireIn(
        ((MultiLayerNetwork) network(false, new Adam(0.01))).getLayerWiseConfigurations().toJson());
  }
}
