package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.parallel.ParallelTraining;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Every plugin of the catalogue trains with two workers in both modes, and nothing hangs. */
class EveryPluginInParallelTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int EPOCHS = 2;

  static Stream<Arguments> models() throws IOException {
    List<SavedModel> models = SavedModel.all(Path.of("src/test/resources/models/arguments.txt"));
    return IntStream.range(0, models.size())
        .boxed()
        .flatMap(
            i ->
                Stream.of(TrainingMode.AVERAGING, TrainingMode.SHARED_GRADIENTS)
                    .map(mode -> Arguments.of(mode, models.get(i), listener(i))));
  }

  /** The listeners take turns. */
  private static String listener(int number) {
    List<String> names =
        Plugins.installed().of(TrainingListener.class).stream().map(Plugin::name).toList();
    return names.get(number % names.size());
  }

  @ParameterizedTest
  @MethodSource("models")
  void trains(TrainingMode mode, SavedModel saved, String listener, @TempDir Path folder) {
    Model model = saved.trained();
    Network network = Network.of(model);
    network.setListeners(
        List.of(Plugins.installed().create(TrainingListener.class, spec(listener, folder))));
    INDArray before = model.params().dup();
    int steps = network.progress().iterations();
    List<DataSet> batches = IntStream.range(0, 8).mapToObj(SavedModel::batch).toList();
    assertTimeoutPreemptively(
        LIMIT,
        () ->
            ParallelTraining.builder(model)
                .mode(mode)
                .build()
                .fit(new ExistingDataSetIterator(batches), EPOCHS));
    String made = mode + ", " + listener + ", " + saved.specs();
    assertThat(model.params().sumNumber().doubleValue()).as(made).isFinite();
    assertThat(model.params()).as(made).isNotEqualTo(before);
    assertThat(network.progress().iterations() - steps).as(made).isEqualTo(EPOCHS * 4);
    assertThat(network.progress().epochs()).as(made).isEqualTo(EPOCHS);
  }

  private static String spec(String listener, Path folder) {
    return switch (listener) {
      case "checkpoint" -> "checkpoint(folder=" + folder + ", everySteps=2)";
      case "clip_by_global_norm" -> "clip_by_global_norm(maxNorm=1, perTimeStep=true)";
      case "clip_by_value" -> "clip_by_value(0.5)";
      case "reduce_on_plateau" -> "reduce_on_plateau(patience=0, minDelta=1e9)";
      case "early_stopping" -> "early_stopping(patience=9)";
      case "exponential_moving_average" -> "exponential_moving_average(0.9)";
      default -> listener;
    };
  }
}
