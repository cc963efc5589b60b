package io.github.dl4jext.transfer.features;

import static io.github.dl4jext.transfer.folding.Trained.fit;
import static io.github.dl4jext.transfer.folding.Trained.moved;
import static io.github.dl4jext.transfer.folding.Trained.numbers;
import static io.github.dl4jext.transfer.folding.Trained.parameters;
import static io.github.dl4jext.transfer.folding.Trained.restored;
import static io.github.dl4jext.transfer.folding.Trained.updaterState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.activations.RReLU;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.transfer.folding.Trained;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class FeatureCacheTest {

  @TempDir Path folder;

  static Stream<Arguments> cases() {
    return Stream.of(
        Arguments.of(Trained.DENSE, 1),
        Arguments.of(Trained.BATCH_NORM, 3),
        Arguments.of(Trained.CONVOLUTIONAL, 2),
        Arguments.of(Trained.CONVOLUTIONAL, 4),
        Arguments.of(Trained.RECURRENT, 1));
  }

  /** Several batches, in the same order each time. */
  static DataSetIterator data(Trained kind) {
    Nd4j.getRandom().setSeed(4);
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      batches.add(new DataSet(kind.features(), kind.labels()));
    }
    return new ListDataSetIterator<>(batches, 1);
  }

  private static MultiLayerNetwork frozen(Trained kind, int upTo) {
    return Freezing.freeze((MultiLayerNetwork) kind.trained(), LayerSelector.upTo(upTo));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isWhatTrainingTheWholeIs(Trained kind, int upTo) {
    MultiLayerNetwork net = frozen(kind, upTo);
    DataSetIterator data = data(kind);
    double[] before = numbers(net.params());

    Nd4j.getRandom().setSeed(9);
    MultiLayerNetwork inMemory = FeatureCache.inMemory().fit(net, data, 2);
    Nd4j.getRandom().setSeed(9);
    MultiLayerNetwork onDisk = FeatureCache.in(folder).fit(net, data, 2);
    assertThat(numbers(net.params())).isEqualTo(before);

    Nd4j.getRandom().setSeed(9);
    MultiLayerNetwork whole = (MultiLayerNetwork) restored(net);
    whole.fit(data, 2);

    for (MultiLayerNetwork cached : Arrays.asList(inMemory, onDisk)) {
      assertClose(numbers(cached.params()), numbers(whole.params()));
      assertClose(updaterState(cached), updaterState(whole));
      assertThat(cached.getIterationCount()).isEqualTo(whole.getIterationCount());
      assertThat(cached.getEpochCount()).isEqualTo(whole.getEpochCount());
      MultiLayerNetwork thawed = Freezing.unfreeze(cached);
      MultiLayerNetwork other = Freezing.unfreeze(whole);
      fit(thawed, kind.data(), 1);
      fit(other, kind.data(), 1);
      assertClose(numbers(thawed.params()), numbers(other.params()));
    }
  }

  /** What has no parameters need not be frozen, but what draws is drawn anew for each step. */
  @ParameterizedTest
  @ValueSource(strings = {"steady", "dropout", "random slope", "random slope of ours"})
  void noiseThatIsNotFrozenIsOfTheHead(String what) {
    Layer between =
        switch (what) {
          case "steady" -> new ActivationLayer(Activation.RELU);
          case "dropout" -> new DropoutLayer(0.5);
          case "random slope" -> new ActivationLayer(new ActivationRReLU());
          default -> new ActivationLayer(new RReLU(0.1, 0.9));
        };
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            Trained.builder()
                .list()
                .layer(Trained.dense(6))
                .layer(between)
                .layer(Trained.output())
                .setInputType(InputType.feedForward(7))
                .build());
    net.init();
    MultiLayerNetwork frozen = Freezing.freeze(net, LayerSelector.at(0));
    assertThat(new SplitLayers(frozen).head().nodes().size())
        .isEqualTo(what.equals("steady") ? 1 : 2);
    DataSetIterator data = data(Trained.DENSE);
    Nd4j.getRandom().setSeed(9);
    MultiLayerNetwork cached = FeatureCache.inMemory().fit(frozen, data, 2);
    Nd4j.getRandom().setSeed(9);
    MultiLayerNetwork whole = (MultiLayerNetwork) restored(frozen);
    whole.fit(data, 2);
    assertClose(numbers(cached.params()), numbers(whole.params()));
  }

  /** In double; the order in memory may round otherwise. */
  static void assertClose(double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i])).isLessThan(1e-10);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void aFileIsUsedAgainUnlessItIsDamaged() throws IOException {
    MultiLayerNetwork net = frozen(Trained.DENSE, 1);
    DataSetIterator data = data(Trained.DENSE);
    FeatureCache.in(folder).fit(net, data, 1);
    assertThat(files()).hasSize(1);
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    FileTime longAgo = FileTime.fromMillis(0);
    Files.setLastModifiedTime(file, longAgo);
    MultiLayerNetwork later = Freezing.freeze(net, LayerSelector.none());
    later.getLayerWiseConfigurations().setIterationCount(99);
    later.getLayerWiseConfigurations().getConf(0).setIterationCount(99);
    FeatureCache.in(folder).fit(later, data, 1);
    assertThat(files()).containsExactly(file);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);

    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 1;
    for (byte[] damaged :
        List.of(flipped, Arrays.copyOf(whole, whole.length - 9), new byte[0], new byte[30])) {
      Files.write(file, damaged);
      FeatureCache.in(folder).fit(net, data, 1);
      assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }
    assertThat(files()).containsExactly(file);
  }

  @Test
  void whatKilledRunsLeftIsClearedAway() throws IOException {
    Files.createFile(folder.resolve("1f.features." + (1L << 40) + "-3f.tmp"));
    Files.createFile(folder.resolve("notes.tmp"));
    FeatureCache.in(folder).fit(frozen(Trained.DENSE, 1), data(Trained.DENSE), 1);
    assertThat(files()).hasSize(2).contains(folder.resolve("notes.tmp"));
  }

  @Test
  void otherWeightsOrDataHaveAnotherFile() throws IOException {
    DataSetIterator data = data(Trained.DENSE);
    MultiLayerNetwork net = frozen(Trained.DENSE, 1);
    FeatureCache.in(folder).fit(net, data, 1);
    net.getLayer(0).getParam("W").putScalar(0, 0.123);
    FeatureCache.in(folder).fit(net, data, 1);
    assertThat(files()).hasSize(2);
    FeatureCache.in(folder).fit(net, data(Trained.BATCH_NORM), 1);
    assertThat(files()).as("the same data made anew").hasSize(2);
    DataSet other = Trained.DENSE.data();
    FeatureCache.in(folder).fit(net, new ListDataSetIterator<>(List.of(other), 1), 1);
    FeatureCache.in(folder)
        .fit(
            Freezing.freeze(net, LayerSelector.at(2)),
            new ListDataSetIterator<>(List.of(other), 1),
            1);
    assertThat(files()).hasSize(4);
  }

  @Test
  void dataThatComesInAnotherOrderIsRefusedOnDisk() throws IOException {
    List<DataSet> batches = new ArrayList<>(Trained.DENSE.data().asList());
    Iterable<DataSet> rotating =
        () -> {
          Collections.rotate(batches, 1);
          return batches.iterator();
        };
    DataSetIterator data = new ExistingDataSetIterator(rotating);
    MultiLayerNetwork net = frozen(Trained.DENSE, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureCache.in(folder).fit(net, data, 1))
        .withMessageStartingWith("the second pass through the data gave other batches");
    assertThat(files()).isEmpty();
    assertThat(FeatureCache.inMemory().fit(net, data, 1).getIterationCount())
        .isEqualTo(net.getIterationCount() + batches.size());
  }

  @Test
  void onlyTheHeadLearns() {
    MultiLayerNetwork net = frozen(Trained.DENSE, 1);
    MultiLayerNetwork trained = FeatureCache.inMemory().fit(net, data(Trained.DENSE), 1);
    assertThat(moved(parameters(net), parameters(trained))).containsExactly("2", "3");
    assertThat(LayerSelector.where(Node::isFrozen).in(trained)).hasSize(2);
  }

  @Test
  void whatCannotBeIsRefused() {
    DataSetIterator data = data(Trained.DENSE);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> FeatureCache.inMemory().fit((MultiLayerNetwork) Trained.DENSE.trained(), data, 1))
        .withMessageStartingWith("the lowest layer learns, so there is nothing to cache");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureCache.inMemory().fit(frozen(Trained.DENSE, 3), data, 1))
        .withMessage("all layers are frozen, so there is nothing to train");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureCache.inMemory().fit(frozen(Trained.DENSE, 1), data, 0))
        .withMessage("epochs must be 1 or more, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureCache.inMemory().fit((MultiLayerNetwork) null, data, 1))
        .withMessage("the network must be a MultiLayerNetwork or a ComputationGraph, was null");
    assertThatNullPointerException()
        .isThrownBy(
            () -> FeatureCache.inMemory().fit(frozen(Trained.DENSE, 1), (DataSetIterator) null, 1))
        .withMessage("the data must not be null");
    assertThatNullPointerException()
        .isThrownBy(() -> FeatureCache.in(null))
        .withMessage("the folder must not be null");
    MultiLayerNetwork raw =
        new MultiLayerNetwork(frozen(Trained.DENSE, 1).getLayerWiseConfigurations());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureCache.inMemory().fit(raw, data, 1))
        .withMessage("the network is not initialised; call init() first");
    DataSetIterator unlabelled =
        new ExistingDataSetIterator(List.of(new DataSet(Trained.DENSE.features(), null)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureCache.inMemory().fit(frozen(Trained.DENSE, 1), unlabelled, 1))
        .withMessage("batch 0 has no labels");
  }

  @Test
  void aFolderThatCannotBeIsExplained() throws IOException {
    Path file = Files.createFile(folder.resolve("taken"));
    DataSetIterator data = data(Trained.DENSE);
    MultiLayerNetwork net = frozen(Trained.DENSE, 1);
    assertThatThrownBy(() -> FeatureCache.in(file).fit(net, data, 1))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(
            "features cannot be kept in "
                + file
                + ": that is a file; name another folder, or use FeatureCache.inMemory()");
    assertThatThrownBy(() -> FeatureCache.in(file.resolve("below")).fit(net, data, 1))
        .hasMessageContaining(file + " is a file, so that there is no folder in it; name another");
    assertThat(CacheFolder.explained(folder, new IOException("No space left on device")))
        .hasMessageContainingAll(
            folder.toString(), "No space left on device", "bytes are free", "make room")
        .hasCauseInstanceOf(IOException.class);
    assertThat(CacheFolder.explained(folder, new AccessDeniedException("/there")))
        .hasMessageContaining("there is no permission for /there; grant it, name another folder");
  }
}
