package io.github.dl4jext.uncertainty;

import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.base;
import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.dense;
import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.numbers;
import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.testkit.fixtures.DroppingNetworks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Padded sequences, whole data sets, and what the outputs are taken for. */
class MonteCarloMasksTest {

  /** DL4J lays the mask of this one over other steps. */
  private static final String TIME_DISTRIBUTED = "time distributed";

  private static final int STEPS = 6;
  private static final int[] LENGTHS = {6, 3, 1, 5, 2, 6, 4};

  static List<String> networksOfSequences() {
    return MonteCarloNetworksTest.networks().stream()
        .filter(
            name ->
                !TIME_DISTRIBUTED.equals(name)
                    && Arrays.stream(MonteCarloNetworksTest.INPUTS.get(name))
                        .anyMatch(x -> x.rank() == 3))
        .toList();
  }

  private static INDArray mask(int... lengths) {
    INDArray mask = Nd4j.zeros(DataType.FLOAT, lengths.length, STEPS);
    for (int i = 0; i < lengths.length; i++) {
      mask.get(NDArrayIndex.point(i), NDArrayIndex.interval(0, lengths[i])).assign(1);
    }
    return mask;
  }

  private static INDArray[] masks(INDArray... inputs) {
    return Arrays.stream(inputs)
        .map(input -> input.rank() == 3 ? mask(LENGTHS) : null)
        .toArray(INDArray[]::new);
  }

  @ParameterizedTest
  @MethodSource("networksOfSequences")
  void keepingAllIsWhatOutputGivesWithTheseMasks(String name) {
    Model model =
        MonteCarloNetworksTest.NETWORKS.get(name).apply(MonteCarloNetworksTest.AS_GOOD_AS_ALL);
    INDArray[] inputs = MonteCarloNetworksTest.INPUTS.get(name);
    INDArray[] plain = Network.of(model).output(false, inputs, masks(inputs));
    for (int rows : new int[] {3, 1000}) {
      List<MonteCarloPrediction> ours =
          MonteCarloDropout.builder(model)
              .samples(2)
              .batchSize(rows)
              .build()
              .predictAll(0, inputs, masks(inputs));
      for (int i = 0; i < plain.length; i++) {
        assertThat(numbers(ours.get(i).mean())).containsExactly(numbers(plain[i]), within(1e-6));
      }
    }
  }

  @Test
  void aTimeDistributedLayerGivesAtEachStepWhatItGivesWithoutMasks() {
    Model model =
        MonteCarloNetworksTest.NETWORKS
            .get(TIME_DISTRIBUTED)
            .apply(MonteCarloNetworksTest.AS_GOOD_AS_ALL);
    INDArray x = MonteCarloNetworksTest.INPUTS.get(TIME_DISTRIBUTED)[0];
    INDArray real = mask(LENGTHS).reshape(LENGTHS.length, 1, STEPS);
    INDArray masked =
        MonteCarloDropout.builder(model).samples(2).build().predict(x, mask(LENGTHS)).mean();
    INDArray plain = Network.of(model).output(false, new INDArray[] {x}, null)[0];
    assertThat(numbers(masked.castTo(DataType.FLOAT).mul(real)))
        .containsExactly(numbers(plain.mul(real)), within(1e-6));
  }

  /** The dropout is behind the sequence, so that its numbers do not depend on the padding. */
  private static MultiLayerNetwork encoder() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new LSTM.Builder().nIn(4).nOut(5).build())
                .layer(new LastTimeStep(new LSTM.Builder().nIn(5).nOut(6).build()))
                .layer(output(6).dropOut(Dropout.dropping(0.4)).build())
                .build());
    net.init();
    return net;
  }

  private static Model ofType(MultiLayerNetwork net, boolean graph) {
    return graph ? net.toComputationGraph() : net;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void paddedSequencesAreWhatTheyAreAlone(boolean graph) {
    MonteCarloDropout predictor =
        MonteCarloDropout.builder(ofType(encoder(), graph)).samples(20).seed(4).build();
    INDArray x = Nd4j.randn(DataType.FLOAT, LENGTHS.length, 4, STEPS).muli(3);
    MonteCarloPrediction padded = predictor.predict(x, mask(LENGTHS));
    assertThat(numbers(predictor.predict(x).mean())).isNotEqualTo(numbers(padded.mean()));
    for (int i = 0; i < LENGTHS.length; i++) {
      INDArray alone =
          x.get(
                  NDArrayIndex.interval(i, i + 1),
                  NDArrayIndex.all(),
                  NDArrayIndex.interval(0, LENGTHS[i]))
              .dup();
      MonteCarloPrediction one = predictor.predict(alone, i);
      assertThat(numbers(one.mean()))
          .containsExactly(numbers(padded.mean().getRow(i)), within(1e-6));
      assertThat(numbers(one.standardDeviation()))
          .containsExactly(numbers(padded.standardDeviation().getRow(i)), within(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsMaskedChangesNothingWithDropoutWithin(boolean graph) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new LSTM.Builder().nIn(4).nOut(5).dropOut(0.5).build())
                .layer(
                    new Bidirectional(new SimpleRnn.Builder().nIn(5).nOut(4).dropOut(0.5).build()))
                .layer(new GlobalPoolingLayer(PoolingType.AVG))
                .layer(output(8).build())
                .build());
    net.init();
    MonteCarloDropout predictor =
        MonteCarloDropout.builder(ofType(net, graph)).samples(30).seed(4).build();
    INDArray x = Nd4j.randn(DataType.FLOAT, LENGTHS.length, 4, STEPS);
    INDArray padding = mask(LENGTHS).rsub(1).reshape(LENGTHS.length, 1, STEPS);
    INDArray other = x.add(padding.mul(7));
    assertThat(numbers(predictor.predict(other, mask(LENGTHS)).mean()))
        .containsExactly(numbers(predictor.predict(x, mask(LENGTHS)).mean()), within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDataSetIsPredictedInItsBatchesWithTheirMasks(boolean graph) {
    MonteCarloDropout predictor =
        MonteCarloDropout.builder(ofType(encoder(), graph)).samples(20).seed(4).build();
    INDArray x = Nd4j.randn(DataType.FLOAT, LENGTHS.length, 4, STEPS);
    INDArray labels = Nd4j.zeros(LENGTHS.length, 3);
    double[] whole = numbers(predictor.predict(x, mask(LENGTHS)).mean());
    DataSet all = new DataSet(x, labels, mask(LENGTHS), null);
    var batches = new ListDataSetIterator<>(all.asList(), 3);
    assertThat(numbers(predictor.predict(batches).mean())).containsExactly(whole, within(1e-6));
    assertThat(predictor.predictAll(batches))
        .singleElement()
        .satisfies(one -> assertThat(numbers(one.mean())).containsExactly(whole, within(1e-6)));
    var multi =
        new IteratorMultiDataSetIterator(
            List.<org.nd4j.linalg.dataset.api.MultiDataSet>of(all.toMultiDataSet()).iterator(), 4);
    assertThat(numbers(predictor.predict(multi).mean())).containsExactly(whole, within(1e-6));
    assertThatThrownBy(() -> predictor.predict(multi)).hasMessageContaining("has no data");
    assertThatThrownBy(() -> predictor.predict(x, mask(1, 2)))
        .hasMessage("a mask must have a row for each of the 7 examples, was of shape [2, 6]");
  }

  @Test
  void aGraphOfSeveralInputsAndOutputsIsPredictedAsAWhole() {
    String name = "two inputs, two outputs";
    Model model = MonteCarloNetworksTest.NETWORKS.get(name).apply(0.5);
    INDArray[] inputs = MonteCarloNetworksTest.INPUTS.get(name);
    MonteCarloDropout predictor = MonteCarloDropout.builder(model).samples(15).seed(3).build();
    List<MonteCarloPrediction> whole = predictor.predictAll(0, inputs, masks(inputs));
    MultiDataSet all =
        new MultiDataSet(
            inputs, new INDArray[] {Nd4j.zeros(7, 3), Nd4j.zeros(7, 2)}, masks(inputs), null);
    List<org.nd4j.linalg.dataset.api.MultiDataSet> single = new ArrayList<>(all.asList());
    List<MonteCarloPrediction> inBatches =
        predictor.predictAll(new IteratorMultiDataSetIterator(single.iterator(), 2));
    for (int i = 0; i < 2; i++) {
      assertThat(numbers(inBatches.get(i).mean()))
          .containsExactly(numbers(whole.get(i).mean()), within(1e-6));
    }
    assertThatThrownBy(() -> predictor.predictAll(0, inputs, new INDArray[1]))
        .hasMessage("the network takes 2 inputs, and was given 1 masks");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneMaskForAllExamplesOfASample(boolean graph) {
    Model model = ofType(DroppingNetworks.withBatchNorm(0.8, 0.5), graph);
    INDArray twins = DroppingNetworks.examples(1).repeat(0, 9);
    MonteCarloPrediction same =
        MonteCarloDropout.builder(model)
            .samples(12)
            .batchSize(20)
            .keepSamples()
            .sameMaskForAllExamples()
            .build()
            .predict(twins);
    MonteCarloPrediction own =
        MonteCarloDropout.builder(model).samples(12).keepSamples().build().predict(twins);
    INDArray first = same.samples().get(NDArrayIndex.all(), NDArrayIndex.point(0));
    assertThat(first.std(0).maxNumber().doubleValue()).isPositive();
    for (int i = 1; i < 9; i++) {
      assertThat(numbers(same.samples().get(NDArrayIndex.all(), NDArrayIndex.point(i))))
          .containsExactly(numbers(first), within(1e-6));
      assertThat(numbers(own.samples().get(NDArrayIndex.all(), NDArrayIndex.point(i))))
          .isNotEqualTo(numbers(own.samples().get(NDArrayIndex.all(), NDArrayIndex.point(0))));
    }
  }

  private static OutputType typeOf(boolean graph, Layer... top) {
    NeuralNetConfiguration.ListBuilder layers =
        base().list().layer(dense(4, 6).build()).layer(dense(6, 6).dropOut(0.5).build());
    for (Layer layer : top) {
      layers.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(layers.build());
    net.init();
    return MonteCarloDropout.builder(ofType(net, graph))
        .samples(2)
        .build()
        .predict(Nd4j.rand(DataType.FLOAT, 3, 4))
        .outputType();
  }

  private static Layer loss(LossFunction loss, Activation activation) {
    return new LossLayer.Builder(loss).activation(activation).build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatPassesNumbersOnIsLookedThrough(boolean graph) {
    Layer softmax = dense(6, 3).activation(Activation.SOFTMAX).build();
    Layer sigmoid = dense(6, 3).activation(Activation.SIGMOID).build();
    Layer plain = dense(6, 3).activation(Activation.IDENTITY).build();
    Layer identity = new ActivationLayer(Activation.IDENTITY);
    Layer mcxent = loss(LossFunction.MCXENT, Activation.IDENTITY);
    Layer xent = loss(LossFunction.XENT, Activation.IDENTITY);
    assertThat(typeOf(graph, softmax, mcxent)).isEqualTo(OutputType.CATEGORICAL);
    assertThat(typeOf(graph, new FrozenLayer(softmax), mcxent)).isEqualTo(OutputType.CATEGORICAL);
    assertThat(typeOf(graph, softmax, identity, mcxent)).isEqualTo(OutputType.CATEGORICAL);
    assertThat(typeOf(graph, plain, new ActivationLayer(Activation.SOFTMAX), mcxent))
        .isEqualTo(OutputType.CATEGORICAL);
    assertThat(typeOf(graph, plain, new ActivationLayer(Activation.SOFTMAX)))
        .isEqualTo(OutputType.CATEGORICAL);
    assertThat(typeOf(graph, plain, loss(LossFunction.MCXENT, Activation.SOFTMAX)))
        .isEqualTo(OutputType.CATEGORICAL);
    assertThat(typeOf(graph, sigmoid, xent)).isEqualTo(OutputType.BINARY);
    assertThat(typeOf(graph, softmax, loss(LossFunction.MSE, Activation.TANH)))
        .isEqualTo(OutputType.REGRESSION);
    assertThat(typeOf(graph, plain, mcxent)).isEqualTo(OutputType.REGRESSION);
  }
}
