package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.parallel.ParallelTraining;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Plugins;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Every plugin of the catalogue trains with two workers, in both modes and both types of network,
 * and nothing hangs.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EveryPluginInParallelTest {

  /** Shared gradients keep small updates back until they have grown large. */
  private static final int MOST_EPOCHS = 20;

  private static final int WORKERS = 2;
  private static final int BATCHES = 4;

  static Stream<Arguments> everyWay() throws IOException {
    List<SavedModel> models = SavedModel.all(Path.of("src/test/resources/models/arguments.txt"));
    List<String> listeners =
        Plugins.installed().of(TrainingListener.class).stream().map(Plugin::name).toList();
    assertThat(models).as("each takes one listener").hasSizeGreaterThanOrEqualTo(listeners.size());
    return Stream.of(TrainingMode.AVERAGING, TrainingMode.SHARED_GRADIENTS)
        .flatMap(
            mode ->
                Stream.of(false, true)
                    .flatMap(
                        graph ->
                            IntStream.range(0, models.size())
                                .mapToObj(
                                    i ->
                                        Arguments.of(
                                            mode,
                                            graph,
                                            models.get(i),
                                            listeners.get(i % listeners.size())))));
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void trains(
      TrainingMode mode, boolean graph, SavedModel saved, String listener, @TempDir Path folder) {
    Model model = saved.trained(graph);
    Network network = Network.of(model);
    network.setListeners(
        List.of(Plugins.installed().create(TrainingListener.class, spec(listener, folder))));
    double[] before = numbers(model);
    int steps = network.progress().iterations();
    List<DataSet> batches = IntStream.range(0, BATCHES).mapToObj(SavedModel::batch).toList();
    ParallelTraining training = ParallelTraining.builder(model).workers(WORKERS).mode(mode).build();
    int epochs = 0;
    do {
      epochs += training.fit(new ExistingDataSetIterator(batches), 1);
    } while (mode == TrainingMode.SHARED_GRADIENTS
        && epochs < MOST_EPOCHS
        && Arrays.equals(numbers(model), before));
    String made = listener + ", " + saved.specs();
    assertThat(model.params().sumNumber().doubleValue()).as(made).isFinite();
    assertThat(numbers(model)).as(made).isNotEqualTo(before);
    assertThat(network.progress().iterations() - steps)
        .as(made)
        .isEqualTo(epochs * BATCHES / WORKERS);
    assertThat(network.progress().epochs()).as(made).isEqualTo(epochs);
  }

  /** The parameters bit by bit: {@code INDArray.equals} takes a step of AdaDelta for none. */
  private static double[] numbers(Model model) {
    return model.params().dup('c').data().asDouble();
  }

  private static String spec(String listener, Path folder) {
    return switch (listener) {
      case "checkpoint" -> "checkpoint(folder=" + folder + ", everySteps=2)";
      case "clip_by_global_norm" -> "clip_by_global_norm(maxNorm=1, perTimeStep=true)";
      case "clip_by_norm" -> "clip_by_norm(maxNorm=0.5)";
      case "clip_by_value" -> "clip_by_value(limit=0.5)";
      case "tensorboard" -> "tensorboard(folder=" + folder + ", everySteps=1)";
      case "reduce_on_plateau" -> "reduce_on_plateau(patience=0, minDelta=1e9)";
      case "early_stopping" -> "early_stopping(patience=9)";
      default -> listener;
    };
  }
}
