package io.github.dl4jext.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.spi.Plugins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.Summary;

class TensorBoardTest {

  private static final int BATCHES = 5;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void writesLossRateAndMetrics(boolean graph, @TempDir Path folder) throws IOException {
    Model net = network(graph, DataType.FLOAT);
    DataSetIterator valid = data(DataType.FLOAT);
    History history = new History(Monitor.validationLoss(valid));
    List<Double> losses = new ArrayList<>();
    TensorBoard board =
        TensorBoard.builder(folder)
            .everySteps(2)
            .monitors(Monitor.validationLoss(valid), Monitor.minimizing("answer", any -> 42))
            .build();
    net.setListeners(history, board, scores(losses));
    Network.of(net).fitEpoch(data(DataType.FLOAT));
    Network.of(net).fitEpoch(data(DataType.FLOAT));
    EventReader read = EventReader.of(board.file());
    assertThat(read.events().get(0).fileVersion()).isEqualTo("brain.Event:2");
    assertThat(read.steps("step/loss")).containsExactly(0L, 2L, 4L, 6L, 8L);
    for (EventReader.Shown shown : read.of("step/loss")) {
      assertThat(shown.value().getSimpleValue())
          .isEqualTo(losses.get((int) shown.step()).floatValue());
    }
    assertThat(read.last("step/learning rate")).isEqualTo(0.25f);
    assertThat(read.steps("epoch/loss")).containsExactly(5L, 10L);
    assertThat(read.last("epoch/loss")).isEqualTo((float) history.last("loss"));
    assertThat(read.last("epoch/validation loss"))
        .isEqualTo((float) history.last("validation loss"));
    assertThat(read.last("epoch/answer")).isEqualTo(42);
    List<Double> times = read.events().stream().map(EventReader.Event::wallTime).toList();
    assertThat(times).isSorted().allMatch(seconds -> seconds > 1.7e9);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE", "HALF"})
  void writesHistograms(DataType type, @TempDir Path folder) throws IOException {
    Model net = network(false, type);
    TensorBoard board = TensorBoard.builder(folder).histogramsEverySteps(4).build();
    net.setListeners(board);
    Network.of(net).fitEpoch(data(type));
    EventReader read = EventReader.of(board.file());
    assertThat(tags(read, "weights/"))
        .containsExactlyInAnyOrder(
            "dense/W",
            "dense/b",
            "norm/gamma",
            "norm/beta",
            "norm/mean",
            "norm/log10stdev",
            "out/W",
            "out/b");
    for (String kind : List.of("gradients/", "updates/")) {
      assertThat(tags(read, kind))
          .containsExactlyInAnyOrder(
              "dense/W", "dense/b", "norm/gamma", "norm/beta", "out/W", "out/b");
    }
    assertThat(read.steps("weights/out/W")).containsExactly(0L, 4L);
    double[] weights = net.getParam("2_W").castTo(DataType.DOUBLE).dup('c').data().asDouble();
    HistogramProto shown = read.of("weights/out/W").get(1).value().getHisto();
    assertThat(shown.getNum()).isEqualTo(weights.length);
    assertThat(shown.getMin()).isEqualTo(Arrays.stream(weights).min().orElseThrow());
    assertThat(shown.getMax()).isEqualTo(Arrays.stream(weights).max().orElseThrow());
    assertThat(shown.getSum()).isCloseTo(Arrays.stream(weights).sum(), within(1e-12));
    assertThat(shown.getSumSquares())
        .isCloseTo(Arrays.stream(weights).map(w -> w * w).sum(), within(1e-12));
    assertThat(inBuckets(shown)).isEqualTo(weights.length);
    for (int i = 1; i < shown.getBucketCount(); i++) {
      double from = shown.getBucketLimit(i - 1);
      double to = shown.getBucketLimit(i);
      assertThat(Arrays.stream(weights).filter(w -> w >= from && w < to).count())
          .isEqualTo((long) shown.getBucket(i));
    }
    // Plain SGD subtracts the rate times the gradient.
    HistogramProto gradient = read.of("gradients/out/W").get(1).value().getHisto();
    HistogramProto update = read.of("updates/out/W").get(1).value().getHisto();
    double tolerance = type == DataType.DOUBLE ? 1e-12 : type == DataType.FLOAT ? 1e-6 : 2e-3;
    assertThat(update.getMax()).isCloseTo(0.25 * gradient.getMax(), within(tolerance));
    assertThat(update.getSumSquares())
        .isCloseTo(0.0625 * gradient.getSumSquares(), within(tolerance));
  }

  @Test
  void bucketsHoldEveryFiniteNumber() throws IOException {
    double[] numbers = {
      0,
      -0.0,
      1e-300,
      -1e-300,
      1e-12,
      1,
      1,
      -1,
      5e20,
      -5e20,
      Double.MAX_VALUE,
      -Double.MAX_VALUE,
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY
    };
    HistogramProto shown = HistogramProto.parseFrom(Histogram.of(numbers).message().bytes());
    assertThat(shown.getNum()).isEqualTo(12);
    assertThat(inBuckets(shown)).isEqualTo(12);
    assertThat(shown.getMin()).isEqualTo(-Double.MAX_VALUE);
    assertThat(shown.getMax()).isEqualTo(Double.MAX_VALUE);
    assertThat(shown.getBucketLimitList()).isSorted().hasSize(shown.getBucketCount());
  }

  @Test
  void numbersThatAreNotFiniteAreCounted(@TempDir Path folder) throws IOException {
    Model net = network(false, DataType.FLOAT);
    net.getParam("0_W").putScalar(0, Float.NaN);
    TensorBoard board = TensorBoard.builder(folder).build();
    net.setListeners(board);
    Network.of(net).fitEpoch(data(DataType.FLOAT));
    EventReader read = EventReader.of(board.file());
    assertThat(read.last("step/loss")).isNaN();
    assertThat(read.last("not finite/weights/dense/W")).isPositive();
    assertThat(read.of("weights/out/W")).as("all are NaN").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void writesTheConfigurationOnceForEachNetwork(boolean graph, @TempDir Path folder)
      throws IOException {
    Model net = network(graph, DataType.FLOAT);
    TensorBoard board = TensorBoard.builder(folder).everySteps(1).build();
    net.setListeners(board);
    Network.of(net).fitEpoch(data(DataType.FLOAT));
    assertThat(EventReader.of(board.file()).steps("configuration")).containsExactly(0L);
    Model next = network(graph, DataType.FLOAT);
    next.setListeners(board);
    Network.of(next).sameTrainingAs(net);
    Network.of(next).fitEpoch(data(DataType.FLOAT));
    List<EventReader.Shown> texts = EventReader.of(board.file()).of("configuration");
    assertThat(texts).hasSize(2);
    Summary.Value text = texts.get(0).value();
    assertThat(text.getMetadata().getPluginData().getPluginName()).isEqualTo("text");
    assertThat(text.getTensor().getDtype()).isEqualTo(org.tensorflow.framework.DataType.DT_STRING);
    assertThat(text.getTensor().getTensorShape().getDim(0).getSize()).isEqualTo(1);
    assertThat(text.getTensor().getStringVal(0).toStringUtf8())
        .startsWith("```json\n{")
        .contains("ActivationTanH");
  }

  /** The curve goes on, and what was done twice is shown once. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aResumedTrainingContinues(boolean graph, @TempDir Path folder) throws IOException {
    Path runs = folder.resolve("runs");
    Model begun = network(graph, DataType.DOUBLE);
    TensorBoard first = TensorBoard.builder(runs).everySteps(1).build();
    begun.setListeners(
        first, Checkpoint.builder(folder.resolve("saved")).everySteps(3).everyEpochs(0).build());
    List<DataSet> batches = batches(DataType.DOUBLE);
    Network.of(begun).fitEpoch(new ListDataSetIterator<>(rows(batches.subList(0, 4)), 4));
    var resumed = Checkpoint.resume(folder.resolve("saved"));
    TensorBoard second = TensorBoard.builder(runs).everySteps(1).build();
    resumed.network().setListeners(second);
    Network.of(resumed.network()).fit(batches.get(3));
    EventReader.Event start = EventReader.of(second.file()).events().get(1);
    assertThat(start.session()).isEqualTo("START");
    assertThat(start.step()).isEqualTo(3);
    assertThat(EventReader.of(second.file()).steps("step/loss")).containsExactly(3L);
    assertThat(first.file().getFileName()).isLessThan(second.file().getFileName());
    assertThat(EventReader.of(first.file()).events()).allMatch(e -> e.session().isEmpty());
  }

  @Test
  void otherModelsAreLeftAlone(@TempDir Path folder) throws IOException {
    TensorBoard board = new TensorBoard(folder);
    long size = Files.size(board.file());
    var layer = ((MultiLayerNetwork) network(false, DataType.FLOAT)).getLayer(0);
    board.onGradientCalculation(layer);
    board.onEpochEnd(layer);
    assertThat(Files.size(board.file())).isEqualTo(size);
  }

  @Test
  void isMadeByName(@TempDir Path folder) {
    TrainingListener made =
        Plugins.installed()
            .create(
                TrainingListener.class,
                "tensorboard(folder=" + folder.resolve("a") + ", histogramsEverySteps=0)");
    assertThat(made).isInstanceOf(TensorBoard.class);
    assertThat(made.toString()).contains("histogramsEverySteps=0");
  }

  @Test
  void whatIsWrongIsRefused(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> TensorBoard.builder(folder).everySteps(0).build())
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("tensorboard: everySteps");
    assertThatThrownBy(() -> new TensorBoard(folder, (Monitor) null))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("tensorboard: monitor must be a monitor");
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> new TensorBoard(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("tensorboard: folder " + file + " must be writable");
    TensorBoard board = new TensorBoard(folder.resolve("runs"));
    Files.delete(board.file());
    Model net = network(false, DataType.FLOAT);
    net.setListeners(board);
    assertThatThrownBy(() -> Network.of(net).fitEpoch(data(DataType.FLOAT)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("tensorboard: file " + board.file() + " must be writable");
  }

  private static double inBuckets(HistogramProto shown) {
    return shown.getBucketList().stream().mapToDouble(d -> d).sum();
  }

  private static Set<String> tags(EventReader read, String kind) {
    return read.values().stream()
        .map(shown -> shown.value().getTag())
        .filter(tag -> tag.startsWith(kind))
        .map(tag -> tag.substring(kind.length()))
        .collect(Collectors.toSet());
  }

  private static BaseTrainingListener scores(List<Double> losses) {
    return new BaseTrainingListener() {
      @Override
      public void iterationDone(Model model, int iteration, int epoch) {
        losses.add(model.score());
      }
    };
  }

  private static Model network(boolean graph, DataType type) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .dataType(type)
                .updater(new Sgd(0.25))
                .activation(Activation.TANH)
                .list()
                .layer(new DenseLayer.Builder().name("dense").nIn(3).nOut(6).build())
                .layer(new BatchNormalization.Builder().name("norm").nOut(6).build())
                .layer(
                    new OutputLayer.Builder()
                        .name("out")
                        .nIn(6)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    return graph ? net.toComputationGraph() : net;
  }

  private static DataSetIterator data(DataType type) {
    return new ListDataSetIterator<>(rows(batches(type)), 4);
  }

  private static List<DataSet> rows(List<DataSet> batches) {
    return DataSet.merge(batches).asList();
  }

  private static List<DataSet> batches(DataType type) {
    Nd4j.getRandom().setSeed(9);
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < BATCHES; i++) {
      batches.add(
          new DataSet(
              Nd4j.rand(type, 4, 3),
              Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}, {1, 0}, {0, 1}}).castTo(type)));
    }
    return batches;
  }
}
