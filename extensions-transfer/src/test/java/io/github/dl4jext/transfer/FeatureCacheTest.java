package io.github.dl4jext.transfer;

import static io.github.dl4jext.transfer.Trained.fit;
import static io.github.dl4jext.transfer.Trained.moved;
import static io.github.dl4jext.transfer.Trained.numbers;
import static io.github.dl4jext.transfer.Trained.parameters;
import static io.github.dl4jext.transfer.Trained.restored;
import static io.github.dl4jext.transfer.Trained.updaterState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
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
  private static DataSetIterator data(Trained kind) {
    Nd4j.getRandom().setSeed(4);
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      batches.add(new DataSet(kind.features(), kind.labels()));
    }
    return new ListDataSetIterator<>(batches, 1);
  }

  private static MultiLayerNetwork frozen(Trained kind, int upTo) {
    return Freezing.freeze((MultiLayerNetwork) kind.trained(), Layers.upTo(upTo));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isWhatTrainingTheWholeIs(Trained kind, int upTo) {
    MultiLayerNetwork net = frozen(kind, upTo);
    DataSetIterator data = data(kind);
    double[] before = numbers(net.params());

    Nd4j.getRandom().setSeed(9);
    MultiLayerNetwork inMemory = FeatureCache.inMemory().fit(net, data, 3);
    Nd4j.getRandom().setSeed(9);
    MultiLayerNetwork onDisk = FeatureCache.in(folder).fit(net, data, 3);
    assertThat(numbers(net.params())).isEqualTo(before);

    Nd4j.getRandom().setSeed(9);
    MultiLayerNetwork whole = (MultiLayerNetwork) restored(net);
    whole.fit(data, 3);

    for (MultiLayerNetwork cached : Arrays.asList(inMemory, onDisk)) {
      assertClose(numbers(cached.params()), numbers(whole.params()));
      assertClose(updaterState(cached), updaterState(whole));
      assertThat(cached.getIterationCount()).isEqualTo(whole.getIterationCount());
      assertThat(cached.getEpochCount()).isEqualTo(whole.getEpochCount());
      MultiLayerNetwork thawed = Freezing.unfreeze(cached);
      MultiLayerNetwork other = Freezing.unfreeze(whole);
      fit(thawed, kind.data(), 2);
      fit(other, kind.data(), 2);
      assertClose(numbers(thawed.params()), numbers(other.params()));
    }
  }

  /** In double; the order in memory may round otherwise. */
  private static void assertClose(double[] actual, double[] expected) {
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
    MultiLayerNetwork later = Freezing.freeze(net, Layers.none());
    later.getLayerWiseConfigurations().setIterationCount(99);
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
        .fit(Freezing.freeze(net, Layers.at(2)), new ListDataSetIterator<>(List.of(other), 1), 1);
    assertThat(files()).hasSize(4);
  }

  @Test
  void onlyTheHeadLearns() {
    MultiLayerNetwork net = frozen(Trained.DENSE, 1);
    MultiLayerNetwork trained = FeatureCache.inMemory().fit(net, data(Trained.DENSE), 1);
    assertThat(moved(parameters(net), parameters(trained))).containsExactly("2", "3");
    assertThat(Layers.where(LayerStatus::frozen).in(trained)).hasSize(2);
  }

  @Test
  void whatCannotBeIsRefused() {
    DataSetIterator data = data(Trained.DENSE);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> FeatureCache.inMemory().fit((MultiLayerNetwork) Trained.DENSE.trained(), data, 1))
        .withMessageStartingWith("the lowest layer learns, so that there is nothing to keep");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureCache.inMemory().fit(frozen(Trained.DENSE, 3), data, 1))
        .withMessage("all layers are frozen, so that there is none to train");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureCache.inMemory().fit(frozen(Trained.DENSE, 1), data, 0))
        .withMessage("epochs must be 1 or more, was 0");
    DataSet masked =
        new DataSet(
            Trained.RECURRENT.features(),
            Trained.RECURRENT.labels(),
            Nd4j.ones(DataType.DOUBLE, 8, 5),
            null);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                FeatureCache.in(folder)
                    .fit(
                        frozen(Trained.RECURRENT, 1),
                        new ListDataSetIterator<>(List.of(masked), 1),
                        1))
        .withMessageContaining("masks of features");
  }
}
