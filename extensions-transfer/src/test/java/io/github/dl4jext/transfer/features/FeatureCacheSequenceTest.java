package io.github.dl4jext.transfer.features;

import static io.github.dl4jext.transfer.features.FeatureCacheTest.assertClose;
import static io.github.dl4jext.transfer.folding.Trained.numbers;
import static io.github.dl4jext.transfer.folding.Trained.restored;
import static io.github.dl4jext.transfer.folding.Trained.updaterState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.transfer.folding.Trained;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Sequences: masks, steps as rows, and truncated backpropagation through time. */
class FeatureCacheSequenceTest {

  @TempDir Path folder;

  /** All kinds of rows: whole, none, cut off and with a gap. */
  private static INDArray mask() {
    INDArray mask = Nd4j.ones(DataType.DOUBLE, Trained.ROWS, 5);
    for (int t = 0; t < 5; t++) {
      mask.putScalar(1, t, t < 2 ? 1 : 0);
      mask.putScalar(2, t, t < 4 ? 1 : 0);
      mask.putScalar(3, t, t == 2 ? 0 : 1);
    }
    return mask;
  }

  /** Sequences of other lengths, for networks that see them as such in other ways. */
  static Stream<Arguments> masked() {
    return Stream.of(
        Arguments.of("recurrent", net(false, lstm(), both(lstm()), lstm(), perStep()), 1),
        Arguments.of("recurrent, in both directions", net(false, both(lstm()), perStep()), 0),
        Arguments.of("dense between", net(false, lstm(), dense(), lstm(), perStep()), 1),
        Arguments.of(
            "dense and recurrent below", net(false, dense(), lstm(), lstm(), perStep()), 1),
        Arguments.of("ended by pooling below", net(false, lstm(), pooling(), dense(), label()), 1),
        Arguments.of("ended by pooling above", net(false, lstm(), lstm(), pooling(), label()), 0),
        Arguments.of("last step below", net(false, lstm(), last(lstm()), dense(), label()), 1),
        Arguments.of("last step above", net(false, lstm(), last(lstm()), dense(), label()), 0),
        Arguments.of("in stretches", net(true, lstm(), dense(), lstm(), lstm(), perStep()), 2));
  }

  private static MultiLayerNetwork net(boolean stretches, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = Trained.builder().list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    if (stretches) {
      list.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(2);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(list.setInputType(InputType.recurrent(3)).build());
    net.init();
    return net;
  }

  private static Layer lstm() {
    return new LSTM.Builder().nOut(4).dropOut(new Dropout(0.8)).build();
  }

  private static Layer both(Layer layer) {
    return new Bidirectional(Bidirectional.Mode.CONCAT, layer);
  }

  private static Layer last(Layer layer) {
    return new LastTimeStep(layer);
  }

  private static Layer dense() {
    return new DenseLayer.Builder().nOut(4).dropOut(new Dropout(0.8)).build();
  }

  private static Layer pooling() {
    return new GlobalPoolingLayer.Builder().build();
  }

  private static Layer label() {
    return Trained.output();
  }

  private static Layer perStep() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(Trained.CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("masked")
  void masksAreCarried(String name, MultiLayerNetwork net, int upTo) {
    boolean perStep = net.getOutputLayer().conf().getLayer() instanceof RnnOutputLayer;
    List<DataSet> batches = new ArrayList<>();
    List<DataSet> unmasked = new ArrayList<>();
    Nd4j.getRandom().setSeed(4);
    for (int i = 0; i < 2; i++) {
      INDArray features = Trained.RECURRENT.features();
      INDArray labels = perStep ? Trained.RECURRENT.labels() : Trained.DENSE.labels();
      batches.add(new DataSet(features, labels, mask(), perStep && i == 0 ? mask() : null));
      unmasked.add(new DataSet(features, labels));
    }
    net.fit(batches.get(0));
    MultiLayerNetwork frozen = Freezing.freeze(net, LayerSelector.upTo(upTo));
    Nd4j.getRandom().setSeed(9);
    MultiLayerNetwork cached =
        FeatureCache.in(folder).fit(frozen, new ListDataSetIterator<>(batches, 1), 2);
    MultiLayerNetwork whole = (MultiLayerNetwork) restored(frozen);
    Nd4j.getRandom().setSeed(9);
    whole.fit(new ListDataSetIterator<>(batches, 1), 2);
    assertClose(numbers(cached.params()), numbers(whole.params()));
    assertClose(updaterState(cached), updaterState(whole));
    assertThat(cached.getIterationCount()).isEqualTo(whole.getIterationCount());

    Nd4j.getRandom().setSeed(9);
    MultiLayerNetwork without =
        FeatureCache.inMemory().fit(frozen, new ListDataSetIterator<>(unmasked, 1), 2);
    assertThat(numbers(without.params())).as("masks matter").isNotEqualTo(numbers(whole.params()));
  }

  @Test
  void truncatedBackpropagationNeedsATrunkThatWorksStepByStep() {
    MultiLayerNetwork net =
        Freezing.freeze(net(true, both(lstm()), lstm(), perStep()), LayerSelector.upTo(0));
    DataSetIterator data = FeatureCacheTest.data(Trained.RECURRENT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureCache.inMemory().fit(net, data, 1))
        .withMessage(
            "under truncated backpropagation through time a cache needs layers that work step by"
                + " step, and layer 0 \"layer0\" (Bidirectional) may not do so; train without a"
                + " cache");
  }

  @Test
  void whatSpreadsStepsOverRowsIsLeftToTheHead() {
    MultiLayerNetwork net =
        Freezing.freeze(net(false, dense(), dense(), perStep()), LayerSelector.upTo(0));
    DataSetIterator data = FeatureCacheTest.data(Trained.RECURRENT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureCache.inMemory().fit(net, data, 1))
        .withMessageContaining("a row for each time step");
  }
}
