package io.github.dl4jext.listeners.checkpoints;

import static io.github.dl4jext.testkit.fixtures.Trainings.base;
import static io.github.dl4jext.testkit.fixtures.Trainings.batch;
import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static io.github.dl4jext.testkit.fixtures.Trainings.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.testkit.PluginContract;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class CheckpointTest extends PluginContract<TrainingListener> {

  @TempDir private Path folder;

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return "checkpoint(folder='target/one', everySteps=5, everyEpochs=2, keepLast=4, keepBest=1)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "checkpoint(folder='target/two', everySteps=5, everyEpochs=2, keepLast=4, keepBest=1)",
        "checkpoint(folder='target/one', everySteps=6, everyEpochs=2, keepLast=4, keepBest=1)",
        "checkpoint(folder='target/one', everySteps=5, everyEpochs=3, keepLast=4, keepBest=1)",
        "checkpoint(folder='target/one', everySteps=5, everyEpochs=2, keepLast=5, keepBest=1)",
        "checkpoint(folder='target/one', everySteps=5, everyEpochs=2, keepLast=4, keepBest=2)");
  }

  /** A rate that changes with each step or epoch, and a constraint that bites. */
  private static NeuralNetConfiguration.Builder touchy(ScheduleType unit) {
    return base(new Adam(new ExponentialSchedule(unit, 0.1, 0.8)))
        .constrainWeights(new MaxNormConstraint(0.5, 1));
  }

  @ParameterizedTest
  @EnumSource
  void trainingGoesOnFromAStepAsIfThereHadBeenNoBreak(Type type) throws IOException {
    Model model = network(type, touchy(ScheduleType.ITERATION));
    Model unbroken = network(type, touchy(ScheduleType.ITERATION));
    model.addListeners(Checkpoint.builder(folder).everySteps(3).everyEpochs(0).build());
    for (int step = 0; step < 5; step++) {
      fit(model, batch(step));
    }
    assertThat(names())
        .singleElement()
        .asString()
        .matches("checkpoint-step0000000003-epoch00000-score0\\.\\d+\\.zip");
    Model resumed = load(Checkpoint.latest(folder).orElseThrow());
    assertThat(Trainings.of(resumed).progress().iterations()).isEqualTo(3);
    for (int step = 0; step < 8; step++) {
      fit(unbroken, batch(step));
    }
    for (int step = 3; step < 8; step++) {
      fit(resumed, batch(step));
    }
    assertSame(resumed, unbroken);
  }

  @ParameterizedTest
  @EnumSource
  void trainingGoesOnFromAnEpochAsIfThereHadBeenNoBreak(Type type) throws IOException {
    Model model = network(type, touchy(ScheduleType.EPOCH));
    Model unbroken = network(type, touchy(ScheduleType.EPOCH));
    model.addListeners(new Checkpoint(folder));
    fit(model, batches(0, 4), 2);
    fit(unbroken, batches(0, 4), 5);
    Model resumed = load(Checkpoint.latest(folder).orElseThrow());
    assertThat(Trainings.of(resumed).progress().epochs()).isEqualTo(2);
    assertThat(Trainings.of(resumed).progress().iterations()).isEqualTo(8);
    resumed.addListeners(new Checkpoint(folder));
    fit(resumed, batches(0, 4), 3);
    assertSame(resumed, unbroken);
    assertThat(names())
        .extracting(name -> name.substring(0, name.indexOf("-score")))
        .containsExactly(
            "checkpoint-step0000000012-epoch00003",
            "checkpoint-step0000000016-epoch00004",
            "checkpoint-step0000000020-epoch00005");
  }

  @ParameterizedTest
  @EnumSource
  void doesNotChangeTraining(Type type) throws IOException {
    Model watched = network(type, touchy(ScheduleType.EPOCH));
    Model alone = network(type, touchy(ScheduleType.EPOCH));
    watched.addListeners(Checkpoint.builder(folder).everySteps(1).build());
    fit(watched, batches(0, 3), 2);
    fit(alone, batches(0, 3), 2);
    assertSame(watched, alone);
  }

  /** DL4J's own listener, in the same two settings, does not come back to where it was. */
  @Test
  void dl4jGoesElsewhere() throws IOException {
    for (ScheduleType unit : ScheduleType.values()) {
      Path files = Files.createDirectory(folder.resolve(unit.name()));
      MultiLayerNetwork model = (MultiLayerNetwork) network(Type.MULTI_LAYER, touchy(unit));
      CheckpointListener.Builder builder = new CheckpointListener.Builder(files.toFile());
      boolean bySteps = unit == ScheduleType.ITERATION;
      model.addListeners(
          (bySteps ? builder.saveEveryNIterations(4) : builder.saveEveryNEpochs(1))
              .keepAll()
              .build());
      model.fit(batches(0, 5), 1);
      MultiLayerNetwork resumed = CheckpointListener.loadCheckpointMLN(files.toFile(), 0);
      if (bySteps) {
        // iteration 4 is the fifth step
        assertThat(resumed.getIterationCount()).isEqualTo(4);
      } else {
        assertThat(resumed.getEpochCount()).isZero();
      }
      model.setListeners();
      model.fit(batch(9));
      resumed.fit(batch(9));
      assertThat(resumed.params().toDoubleVector()).isNotEqualTo(model.params().toDoubleVector());
    }
  }

  @Test
  void keepsTheLastAndTheBest() {
    Iterator<Double> scores =
        Arrays.asList(5.0, 1.0, Double.NaN, 2.0, Double.NEGATIVE_INFINITY, 1.0, 4.0, 3.0)
            .iterator();
    Checkpoint checkpoint =
        Checkpoint.builder(folder)
            .keepLast(2)
            .keepBest(2)
            .monitor(Monitor.minimizing("figure", model -> scores.next()))
            .build();
    Model model = network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    model.addListeners(checkpoint);
    fit(model, batches(0, 1), 8);
    assertThat(epochsAndScores()).containsExactly("2 1.0", "6 1.0", "7 4.0", "8 3.0");
    assertThat(checkpoint.best().orElseThrow().toString()).contains("epoch00002");
    assertThat(checkpoint.latest().orElseThrow().toString()).contains("epoch00008");
    assertThat(Checkpoint.best(folder, true).orElseThrow().toString()).contains("epoch00007");
  }

  @Test
  void keepsTheHighestWhereThatIsBest() {
    Iterator<Double> scores = List.of(0.5, 0.9, 0.25, 0.75).iterator();
    Checkpoint checkpoint =
        Checkpoint.builder(folder)
            .keepLast(0)
            .keepBest(1)
            .monitor(Monitor.maximizing("figure", model -> scores.next()))
            .build();
    Model model = network(Type.GRAPH, base(new Sgd(0.1)));
    model.addListeners(checkpoint);
    fit(model, batches(0, 1), 3);
    assertThat(epochsAndScores()).containsExactly("2 0.9");
    assertThat(checkpoint.save(model)).as("not among the best").isEmpty();
    assertThat(epochsAndScores()).containsExactly("2 0.9");
  }

  /** The last step of an epoch is saved twice, before and after the epoch is counted. */
  @Test
  void keepsOneFilePerStep() {
    Model model = network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    model.addListeners(Checkpoint.builder(folder).everySteps(1).keepLast(3).build());
    fit(model, batches(0, 2), 2);
    assertThat(names())
        .extracting(name -> name.substring(0, name.indexOf("-score")))
        .containsExactly(
            "checkpoint-step0000000002-epoch00001",
            "checkpoint-step0000000003-epoch00001",
            "checkpoint-step0000000004-epoch00002");
  }

  @Test
  void aFullDiskCostsNoGoodFile() throws IOException {
    Model model = network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    Model other = network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    int[] written = {0};
    model.addListeners(
        Checkpoint.builder(folder)
            .keepLast(1)
            .writer(
                (content, out) -> {
                  if (written[0]++ == 0) {
                    content.writeTo(out);
                  } else {
                    out.write(new byte[100_000]);
                    throw new IOException("No space left on device");
                  }
                })
            .build());
    fit(model, batches(0, 2), 1);
    fit(other, batches(0, 2), 1);
    Path good = Checkpoint.latest(folder).orElseThrow();
    assertThatThrownBy(() -> fit(model, batches(0, 2), 1))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("checkpoint: " + folder)
        .hasMessageContaining("step0000000004-epoch00002")
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("the last good one is " + good + "; if the disk is full, make room");
    assertThat(Trainings.of(model).progress().epochs()).as("counts as DL4J has them").isEqualTo(1);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(good);
    }
    assertSame(load(good), other);
  }

  @Test
  void clearsAwayWhatAKillLeft() throws IOException {
    Model model = network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    Path good = new Checkpoint(folder).save(model).orElseThrow();
    Path half = folder.resolve("checkpoint-step0000000009-epoch00001-score0.5.zip.tmp");
    Files.write(half, Arrays.copyOf(Files.readAllBytes(good), 500));
    Path foreign = Files.writeString(folder.resolve("notes.tmp"), "mine");
    assertThat(Checkpoint.latest(folder)).contains(good);
    assertThat(new Checkpoint(folder).latest()).contains(good);
    assertThat(half).doesNotExist();
    assertThat(foreign).exists();
  }

  @Test
  void passesOverFilesThatCannotBeRead() throws IOException {
    Model model = network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    Path good = new Checkpoint(folder).save(model).orElseThrow();
    byte[] bytes = Files.readAllBytes(good);
    Files.write(
        folder.resolve("checkpoint-step0000000001-epoch00001-score0.1.zip"),
        Arrays.copyOf(bytes, bytes.length - 30));
    byte[] flipped = bytes.clone();
    flipped[bytes.length / 2] ^= 1;
    Files.write(folder.resolve("checkpoint-step0000000002-epoch00001-score0.1.zip"), flipped);
    Files.createFile(folder.resolve("checkpoint-step0000000003-epoch00001-score0.1.zip"));
    Files.createFile(folder.resolve("checkpoint-step9999999999-epoch00001-score0.1.zip"));
    assertThat(Checkpoint.latest(folder)).contains(good);
    assertThat(Checkpoint.best(folder, false)).contains(good);
    assertThat(Checkpoint.latest(folder.resolve("none"))).isEmpty();
  }

  @Test
  void doesNotSaveWhatIsSpoilt() {
    Model model = network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    Checkpoint checkpoint = new Checkpoint(folder);
    model.params().putScalar(3, Double.NaN);
    assertThat(checkpoint.save(model)).isEmpty();
    assertThat(names()).isEmpty();
  }

  @Test
  void refusesTheFolderOfAnotherTraining() {
    Model model = network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    Checkpoint checkpoint = new Checkpoint(folder);
    model.addListeners(checkpoint);
    fit(model, batches(0, 3), 1);
    Model fresh = network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    fresh.addListeners(checkpoint);
    var before = fresh.params().dup();
    assertThatThrownBy(() -> fit(fresh, batches(0, 3), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(
            "checkpoint: folder must have no checkpoints of later steps than the model's,"
                + " which is at 0, was one with ")
        .hasMessageContaining("step0000000003");
    assertThat(fresh.params().toDoubleVector()).isEqualTo(before.ravel().toDoubleVector());
    assertThat(names()).hasSize(1);
  }

  @Test
  void refusesAFolderThatCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    assertThatThrownBy(() -> new Checkpoint(file.resolve("below")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("checkpoint: folder must be writable, was " + file);
  }

  @Test
  void refusesToBeMadeWithoutAFolder() {
    assertThatThrownBy(() -> new Checkpoint((Path) null))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("checkpoint: folder must be a path, was null");
  }

  @Test
  void refusesToSaveOrKeepNothing() {
    assertThatThrownBy(
            () -> Checkpoint.builder(folder).everyEpochs(0).keepLast(0).monitor(null).build())
        .isInstanceOfSatisfying(
            InvalidArgumentException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "checkpoint: everyEpochs must be at least 1 if everySteps is 0, was 0",
                        "checkpoint: keepLast must be at least 1 if keepBest is 0, was 0",
                        "checkpoint: monitor must be a monitor, was null"));
  }

  private static void assertSame(Model one, Model other) {
    assertThat(one.params().toDoubleVector()).isEqualTo(other.params().toDoubleVector());
    assertThat(Trainings.updaterState(one)).isEqualTo(Trainings.updaterState(other));
    assertThat(Trainings.of(one).progress().iterations())
        .isEqualTo(Trainings.of(other).progress().iterations());
    assertThat(Trainings.of(one).progress().epochs())
        .isEqualTo(Trainings.of(other).progress().epochs());
  }

  private static Model load(Path file) throws IOException {
    try {
      return MultiLayerNetwork.load(file.toFile(), true);
    } catch (RuntimeException graph) {
      return ComputationGraph.load(file.toFile(), true);
    }
  }

  private List<String> names() {
    return new CheckpointFolder(folder)
        .list().stream().map(saved -> saved.file().getFileName().toString()).toList();
  }

  private List<String> epochsAndScores() {
    return new CheckpointFolder(folder)
        .list().stream().map(saved -> saved.epochs() + " " + saved.score()).toList();
  }
}
