package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.listeners.averaging.ExponentialMovingAverage;
import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.checkpoints.Resumed;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.parallel.ParallelTraining;
import io.github.dl4jext.regularization.pruning.GradualPruning;
import io.github.dl4jext.regularization.pruning.Pruning;
import io.github.dl4jext.regularization.pruning.PruningMask;
import io.github.dl4jext.regularization.pruning.PruningMethod;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.learning.config.Nesterovs;

/** Pruned weights stay 0 with every optimizer, in checkpoints, averages, freezing and workers. */
class PruningTogetherTest {

  /** Together they have every optimizer, beside every constraint, penalty and dropout. */
  static Stream<Arguments> models() throws IOException {
    return SavedModel.all(Path.of("src/test/resources/models/arguments.txt")).stream()
        .flatMap(saved -> Stream.of(false, true).map(graph -> Arguments.of(saved, graph)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void momentumOfBeforeMovesNothing(SavedModel saved, boolean graph) {
    Model model = saved.trained(graph);
    Pruning.prune(model, PruningMethod.L1_UNSTRUCTURED, 0.5);
    double[] before = numbers(model);
    for (int step = 3; step < 9; step++) {
      Network.of(model).fit(SavedModel.batch(step));
      assertThat(pruned(model)).as("%s", saved.specs()).isNotEmpty().containsOnly(0);
    }
    assertThat(numbers(model)).isNotEqualTo(before);
  }

  /** What has become of all weights that have a mask. */
  private static double[] pruned(Model model) {
    return Network.of(model).nodes().stream()
        .flatMap(node -> node.slots().stream())
        .flatMapToDouble(PruningTogetherTest::pruned)
        .toArray();
  }

  private static DoubleStream pruned(ParameterSlot slot) {
    double[] values = slot.value().dup('c').data().asDouble();
    return slot.node().learners().stream()
        .map(learner -> ((Layer) learner).getConstraints())
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .filter(PruningMask.class::isInstance)
        .map(PruningMask.class::cast)
        .filter(mask -> mask.parameter().equals(slot.parameter()))
        .flatMapToDouble(
            mask -> {
              double[] kept = mask.toArray().data().asDouble();
              return IntStream.range(0, kept.length)
                  .filter(i -> kept[i] == 0)
                  .mapToDouble(i -> Math.abs(values[i]));
            });
  }

  private static double[] numbers(Model model) {
    return model.params().dup('c').data().asDouble();
  }

  private static String zeros(Model model) {
    return Network.of(model).slots().stream()
        .filter(slot -> slot.parameter().equals("W"))
        .flatMapToDouble(slot -> Arrays.stream(slot.value().dup('c').data().asDouble()))
        .mapToObj(w -> w == 0 ? "0" : "1")
        .collect(Collectors.joining());
  }

  private static GradualPruning pruning() {
    return new GradualPruning(0.75, 2, 7).with(GradualPruning.FREQUENCY, 2);
  }

  /** Saved at each step of two epochs of five; what is resumed ends as what was not interrupted. */
  @ParameterizedTest
  @EnumSource
  void aCheckpointGoesOnInTheMidstOfAnEpoch(Type type, @TempDir Path folder) throws IOException {
    Model whole = Trainings.network(type, Trainings.base(new Nesterovs(0.1, 0.9)));
    Checkpoint saving = Checkpoint.builder(folder).everySteps(1).keepLast(20).build();
    ExponentialMovingAverage average = new ExponentialMovingAverage(0.5);
    whole.setListeners(pruning(), average, saving);
    Trainings.fit(whole, Trainings.batches(0, 5), 2);
    assertThat(zeros(whole)).contains("0");
    assertThat(zeros(average.averaged(whole))).as("zeros of the average").isEqualTo(zeros(whole));
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".zip")).sorted().toList();
    }
    assertThat(files).hasSizeGreaterThanOrEqualTo(10);
    for (Path file : files) {
      Model atFirst = Trainings.network(type, Trainings.base(new Nesterovs(0.1, 0.9)));
      Resumed resumed = Checkpoint.resume(file, atFirst);
      Model model = resumed.network();
      model.setListeners(
          pruning(),
          new ExponentialMovingAverage(0.5),
          new Checkpoint(folder.resolve("again" + file.getFileName())));
      resumed.fit(Trainings.batches(0, 5), 2);
      assertThat(numbers(model)).as("%s", file).isEqualTo(numbers(whole));
    }
  }

  @ParameterizedTest
  @EnumSource
  void freezingKeepsTheMasks(Type type) {
    Model model = Trainings.network(type, Trainings.base(new Nesterovs(0.1, 0.9)));
    Trainings.fit(model, Trainings.batches(0, 3), 1);
    Pruning.prune(model, PruningMethod.L2_STRUCTURED, 0.5);
    String zeros = zeros(model);
    Model frozen = Freezing.freeze(model, LayerSelector.named("first"));
    Trainings.fit(frozen, Trainings.batches(3, 6), 1);
    Model again = Freezing.unfreeze(Trainings.saveAndRestore(frozen), LayerSelector.all());
    double[] before = numbers(again);
    Trainings.fit(again, Trainings.batches(6, 9), 1);
    assertThat(numbers(again)).isNotEqualTo(before);
    assertThat(zeros(again)).isEqualTo(zeros);
  }

  static Stream<Arguments> workers() {
    return Stream.of(TrainingMode.AVERAGING, TrainingMode.SHARED_GRADIENTS)
        .flatMap(mode -> Arrays.stream(Type.values()).map(type -> Arguments.of(mode, type)));
  }

  @ParameterizedTest
  @MethodSource("workers")
  void workersKeepTheMasks(TrainingMode mode, Type type) {
    Model model = Trainings.network(type, Trainings.base(new Nesterovs(0.1, 0.9)));
    Trainings.fit(model, Trainings.batches(0, 3), 1);
    Pruning.prune(model, PruningMethod.L1_UNSTRUCTURED, 0.5);
    String zeros = zeros(model);
    ParallelTraining.builder(model).mode(mode).build().fit(Trainings.batches(3, 11), 2);
    assertThat(zeros(model)).isEqualTo(zeros);
  }
}
