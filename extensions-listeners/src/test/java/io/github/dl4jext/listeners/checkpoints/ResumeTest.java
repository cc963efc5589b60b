package io.github.dl4jext.listeners.checkpoints;

import static io.github.dl4jext.listeners.checkpoints.Equipment.BATCHES;
import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.listeners.averaging.ExponentialMovingAverage;
import io.github.dl4jext.listeners.checkpoints.Equipment.Noise;
import io.github.dl4jext.listeners.checkpoints.Equipment.Rule;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;

/** Trainings that are broken off and resumed from a folder alone, in fresh objects. */
class ResumeTest {

  private static final int EPOCHS = 4;
  private static final int SEED = 77;

  @TempDir private Path folder;

  static Stream<Arguments> table() {
    return Arrays.stream(Type.values())
        .flatMap(
            type ->
                Arrays.stream(Rule.values())
                    .flatMap(
                        rule ->
                            Arrays.stream(Noise.values())
                                .map(noise -> Arguments.of(type, rule, noise))));
  }

  @ParameterizedTest(name = "{0}, {1}, {2}")
  @MethodSource("table")
  void goesOnBitByBitWithinAnEpoch(Type type, Rule rule, Noise noise) {
    Model whole = whole(type, rule, noise);
    Model broken = Equipment.network(type, rule, noise);
    breakOff(broken, 9, Checkpoint.builder(folder).everySteps(7).build());
    Nd4j.getRandom().setSeed(1);

    Resumed resumed = Checkpoint.resume(folder, Equipment.network(type, rule, noise));
    Model rest = resumed.network();
    assertThat(resumed.batchesOfEpoch()).isEqualTo(2);
    assertThat(Network.of(rest).progress().iterations()).isEqualTo(7);
    listen(rest, Checkpoint.builder(folder).everySteps(7).build());
    resumed.fit(batches(0, BATCHES), EPOCHS);

    assertSame(rest, whole);
  }

  @ParameterizedTest
  @EnumSource
  void goesOnFromAnyStep(Type type) throws IOException {
    Model whole = whole(type, Rule.ADAM_W, Noise.DROPOUT);
    Model broken = Equipment.network(type, Rule.ADAM_W, Noise.DROPOUT);
    breakOff(broken, 13, Checkpoint.builder(folder).everySteps(1).keepLast(99).build());
    for (CheckpointFolder.Saved saved : new CheckpointFolder(folder).list()) {
      Resumed resumed = Checkpoint.resume(saved.file());
      Model rest = resumed.network();
      rest.setListeners(Equipment.listeners().toArray(TrainingListener[]::new));
      resumed.fit(batches(0, BATCHES), EPOCHS);
      assertSame(rest, whole);
    }
  }

  private static Model whole(Type type, Rule rule, Noise noise) {
    Model whole = Equipment.network(type, rule, noise);
    whole.setListeners(Equipment.listeners().toArray(TrainingListener[]::new));
    Nd4j.getRandom().setSeed(SEED);
    fit(whole, batches(0, BATCHES), EPOCHS);
    return whole;
  }

  private static void listen(Model model, TrainingListener... last) {
    List<TrainingListener> all = new ArrayList<>(Equipment.listeners());
    all.addAll(List.of(last));
    model.setListeners(all.toArray(TrainingListener[]::new));
  }

  private static void breakOff(Model model, int steps, Checkpoint checkpoint) {
    listen(
        model,
        checkpoint,
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model any, int iteration, int epoch) {
            if (iteration + 1 == steps) {
              throw new IllegalStateException("killed");
            }
          }
        });
    Nd4j.getRandom().setSeed(SEED);
    assertThatThrownBy(() -> fit(model, batches(0, BATCHES), EPOCHS)).hasMessage("killed");
  }

  private static void assertSame(Model resumed, Model whole) {
    assertThat(resumed.params().toDoubleVector()).isEqualTo(whole.params().toDoubleVector());
    assertThat(Trainings.updaterState(resumed)).isEqualTo(Trainings.updaterState(whole));
    assertThat(Network.of(resumed).progress()).isEqualTo(Network.of(whole).progress());
    assertThat(resumed.score()).isEqualTo(whole.score());
    Map<String, byte[]> memory = Equipment.memory(whole);
    assertThat(memory).hasSize(17);
    Equipment.memory(resumed)
        .forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(memory.get(name)));
  }

  /** Another program, which is killed and not asked. */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aProgramIsKilled() throws Exception {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                ResumeTest.class.getName(),
                folder.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    while (program.isAlive() && Checkpoint.latest(folder).isEmpty()) {
      Thread.sleep(20);
    }
    program.destroyForcibly().waitFor();

    Resumed resumed = Checkpoint.resume(folder);
    Model rest = resumed.network();
    listen(rest);
    int epochs = Network.of(rest).progress().epochs() + 2;
    resumed.fit(batches(0, BATCHES), epochs);
    Model whole = Equipment.network(Type.GRAPH, Rule.ADAM_W, Noise.DROPOUT);
    listen(whole);
    Nd4j.getRandom().setSeed(SEED);
    fit(whole, batches(0, BATCHES), epochs);
    assertSame(rest, whole);
  }

  public static void main(String[] folder) {
    Model model = Equipment.network(Type.GRAPH, Rule.ADAM_W, Noise.DROPOUT);
    listen(model, Checkpoint.builder(Path.of(folder[0])).everySteps(3).build());
    Nd4j.getRandom().setSeed(SEED);
    fit(model, batches(0, BATCHES), 100_000);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNamedIsFoundByName(Type type) {
    Model model = Equipment.network(type, Rule.DL4J_ADAM, Noise.NONE);
    ExponentialMovingAverage slow = new ExponentialMovingAverage(0.9);
    ExponentialMovingAverage fast = new ExponentialMovingAverage(0.9);
    model.setListeners(
        fast, Checkpoint.builder(folder).with("slow", slow).with("fast", fast).build());
    fit(model, batches(0, 3), 1);
    Resumed resumed = Checkpoint.resume(folder);
    Model rest = resumed.network();
    ExponentialMovingAverage second = new ExponentialMovingAverage(0.9);
    resumed.with("slow", new ExponentialMovingAverage(0.9)).with("fast", second);
    assertThat(second.averaged(rest).params().toDoubleVector())
        .isEqualTo(fast.averaged(model).params().toDoubleVector());
    assertThatThrownBy(() -> resumed.with("none", second))
        .hasMessageContaining("checkpoint: name must be one of []");
    resumed.fit(batches(0, 3), 2);
    assertThat(Network.of(rest).progress().iterations()).isEqualTo(6);
  }

  @Test
  void oneMessageSaysWhichListenersDiffer() {
    Model model = Equipment.network(Type.MULTI_LAYER, Rule.DL4J_ADAM, Noise.NONE);
    model.setListeners(
        new ClipByGlobalNorm(1), new ExponentialMovingAverage(0.9), new Checkpoint(folder));
    fit(model, batches(0, 3), 1);
    Resumed resumed = Checkpoint.resume(folder);
    MultiLayerNetwork rest = resumed.network();
    rest.setListeners(new ClipByGlobalNorm(2), new History());
    assertThatThrownBy(() -> resumed.fit(batches(0, 3), 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("checkpoint: training can resume from " + resumed.file())
        .hasMessageContaining("given a listener like ClipByGlobalNorm(maxNorm=2.0")
        .hasMessageContaining("was \"ClipByGlobalNorm(maxNorm=1.0")
        .hasMessageContaining("there was no History(")
        .hasMessageContaining("no listener takes \"ExponentialMovingAverage\" over");
    assertThat(rest.getIterationCount()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource
  void oneMessageSaysWhereConfigurationsDiffer(Type type) {
    Model model = Equipment.network(type, Rule.DL4J_ADAM, Noise.DROPOUT);
    model.setListeners(new Checkpoint(folder));
    fit(model, batches(0, 3), 1);
    assertThatThrownBy(
            () -> Checkpoint.resume(folder, Equipment.network(type, Rule.DL4J_ADAM, Noise.NONE)))
        .hasMessageContaining("checkpoint: network must be configured as the one in " + folder)
        .hasMessageContaining("idropout");
    Type other = Type.values()[1 - type.ordinal()];
    assertThatThrownBy(
            () ->
                Checkpoint.resume(folder, Equipment.network(other, Rule.DL4J_ADAM, Noise.DROPOUT)))
        .hasMessageContaining("checkpoint: network must be configured as the one in " + folder);
  }

  @ParameterizedTest
  @EnumSource
  void dl4jReadsOursAndWeReadDl4js(Type type) throws IOException {
    Model model = Equipment.network(type, Rule.ADAM_W, Noise.DROPOUT);
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(batches(0, 3));
    model.setListeners(new History(), Checkpoint.builder(folder).normalizer(normalizer).build());
    fit(model, batches(0, 3), 1);
    Path ours = Checkpoint.latest(folder).orElseThrow();
    Model read =
        type == Type.GRAPH
            ? ComputationGraph.load(ours.toFile(), true)
            : MultiLayerNetwork.load(ours.toFile(), true);
    assertThat(read.params().toDoubleVector()).isEqualTo(model.params().toDoubleVector());
    assertThat(Trainings.updaterState(read)).isEqualTo(Trainings.updaterState(model));
    assertThat(ModelSerializer.<NormalizerStandardize>restoreNormalizerFromFile(ours.toFile()))
        .isEqualTo(normalizer);
    assertThat(Checkpoint.resume(folder).normalizer()).contains(normalizer);

    Path dl4js = folder.resolve("plain.zip");
    ModelSerializer.writeModel(model, dl4js.toFile(), true);
    Resumed resumed = Checkpoint.resume(dl4js);
    Model plain = resumed.network();
    assertThat(resumed.normalizer()).isEmpty();
    plain.setListeners(new History());
    Nd4j.getRandom().setSeed(5);
    resumed.fit(batches(0, 3), 2);
    model.setListeners();
    Nd4j.getRandom().setSeed(5);
    fit(model, batches(0, 3), 1);
    assertThat(plain.params().toDoubleVector()).isEqualTo(model.params().toDoubleVector());
  }

  @Test
  void refusesWhatCannotGoOn() throws IOException {
    assertThatThrownBy(() -> Checkpoint.latest(null))
        .hasMessageContaining("checkpoint: folder must be a path, was null");
    assertThatThrownBy(() -> Checkpoint.best(null, true)).hasMessageContaining("must be a path");
    assertThatThrownBy(() -> Checkpoint.resume(null)).hasMessageContaining("must be a path");
    assertThatThrownBy(() -> Checkpoint.resume(folder))
        .hasMessageContaining("checkpoint: folder must be one with a checkpoint that can be read");
    assertThatThrownBy(() -> new History().resumeFrom(null))
        .hasMessageContaining("resumeFrom must be given a listener, was null");
    assertThatThrownBy(() -> new ExponentialMovingAverage().resumeFrom(null))
        .hasMessageContaining("resumeFrom must be given a listener");
    Model model = Equipment.network(Type.GRAPH, Rule.DL4J_ADAM, Noise.NONE);
    breakOff(model, 8, Checkpoint.builder(folder).everySteps(4).build());
    Resumed resumed = Checkpoint.resume(Checkpoint.latest(folder).orElseThrow());
    Model rest = resumed.network();
    rest.setListeners(Equipment.listeners().toArray(TrainingListener[]::new));
    assertThatThrownBy(() -> resumed.fit(batches(0, 2), EPOCHS))
        .hasMessageContaining("checkpoint: data must be those of the training")
        .hasMessageContaining("at least 3 batches in an epoch, was 2");
  }

  /** What comes after it would be saved without the last step. */
  @Test
  void mustBeTheLastListener() {
    Model model = Equipment.network(Type.GRAPH, Rule.DL4J_ADAM, Noise.NONE);
    model.setListeners(new Checkpoint(folder), new History(Monitor.trainingLoss().named("again")));
    assertThatThrownBy(() -> fit(model, batches(0, 2), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("checkpoint: must be the last listener, was before History(");
    assertThat(Files.exists(folder)).isTrue();
    assertThat(Checkpoint.latest(folder)).isEmpty();
  }
}
