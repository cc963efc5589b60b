package io.github.dl4jext.it;

import static io.github.dl4jext.testkit.fixtures.Trainings.base;
import static io.github.dl4jext.testkit.fixtures.Trainings.batch;
import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.listeners.averaging.ExponentialMovingAverage;
import io.github.dl4jext.listeners.averaging.StochasticWeightAveraging;
import io.github.dl4jext.listeners.averaging.WeightAverage;
import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.clipping.AdaptiveClip;
import io.github.dl4jext.listeners.clipping.AutoClip;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.clipping.ClipByNorm;
import io.github.dl4jext.listeners.clipping.ClipByValue;
import io.github.dl4jext.listeners.diagnosis.Diagnosis;
import io.github.dl4jext.listeners.diagnosis.GradientMonitor;
import io.github.dl4jext.listeners.diagnosis.LearningRateLog;
import io.github.dl4jext.listeners.diagnosis.checks.Finding;
import io.github.dl4jext.listeners.monitoring.EarlyStopping;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau;
import io.github.dl4jext.listeners.monitoring.SkipIfNonFinite;
import io.github.dl4jext.listeners.monitoring.SkipIfNormAbove;
import io.github.dl4jext.listeners.monitoring.SkipReport;
import io.github.dl4jext.listeners.monitoring.StopOnNaN;
import io.github.dl4jext.listeners.monitoring.TrainingDivergedException;
import io.github.dl4jext.network.LearningRate;
import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.spi.ParameterName;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Every listener, in every way that a network becomes another one, for both types of network. */
class ListenersFollowTheNetworkTest {

  private static final int STEPS = 3;
  private static final int EPOCHS = 4;

  /** One listener in one training. */
  interface Followed {

    TrainingListener listener();

    /** What must hold as soon as the network has become another one. */
    void hasFollowed(Model before, Model now, boolean sameParameters);

    /** What must hold after another epoch. */
    void goesOn(Model now);
  }

  /** A line for each listener. */
  static Map<String, Followed> listeners(Path folder) {
    Map<String, Followed> all = new LinkedHashMap<>();
    all.put("exponential moving average", new Average(new ExponentialMovingAverage(0.9)));
    all.put("stochastic weight averaging", new Average(new StochasticWeightAveraging()));
    all.put("reduce on plateau", new Reduced());
    all.put("early stopping", new Stopping());
    all.put("history", new Written());
    all.put("stop on NaN", new Guarded());
    SkipIfNonFinite nonFinite = new SkipIfNonFinite();
    all.put("skip if non finite", new Skipping(nonFinite, nonFinite::report));
    SkipIfNormAbove above = new SkipIfNormAbove();
    all.put("skip if norm above", new Skipping(above, above::report));
    all.put("clip by global norm", new Clipped());
    all.put("auto clip", new Adapted());
    all.put("clip by norm", new Bounded(new ClipByNorm(1e-9)));
    all.put("clip by value", new Bounded(new ClipByValue(1e-9)));
    all.put("adaptive clip", new Bounded(new AdaptiveClip(1e-9, 1e-3, true)));
    all.put("checkpoint", new Saved(folder));
    all.put("gradient monitor", new Measured());
    all.put("learning rate log", new Logged());
    all.put("diagnosis", new Diagnosed());
    return all;
  }

  static Stream<Arguments> table() {
    return listeners(Path.of("target", "unused")).keySet().stream()
        .flatMap(
            name ->
                Arrays.stream(BecomingAnother.values())
                    .flatMap(
                        way ->
                            Arrays.stream(Type.values())
                                .map(type -> Arguments.of(name, way, type))));
  }

  @ParameterizedTest(name = "{0}, {1}, {2}")
  @MethodSource("table")
  void theMemoryFollows(String name, BecomingAnother way, Type type, @TempDir Path folder) {
    Followed followed = listeners(folder).get(name);
    Model before = Trainings.network(type, base(new Adam(0.01)));
    before.setListeners(followed.listener());
    fit(before, batches(0, STEPS), EPOCHS);
    Model now = way.of(before);
    followed.hasFollowed(before, now, way.keepsParameters);
    fit(now, batches(0, STEPS), 1);
    followed.goesOn(now);
  }

  private static Map<ParameterName, INDArray> byName(Model model) {
    Map<ParameterName, INDArray> values = new LinkedHashMap<>();
    for (ParameterSlot slot : Network.of(model).slots()) {
      values.put(slot.name(), slot.value());
    }
    return values;
  }

  /** Averages go on by name; what is new begins as it is. */
  private record Average(WeightAverage listener) implements Followed {

    @Override
    public void hasFollowed(Model before, Model now, boolean sameParameters) {
      assertThat(listener.count(now)).isEqualTo(STEPS * EPOCHS);
      Map<ParameterName, INDArray> old = byName(listener.averaged(before, batches(0, STEPS)));
      Map<ParameterName, INDArray> own = byName(now);
      List<String> frozen = Network.of(now).frozen();
      byName(listener.averaged(now, batches(0, STEPS)))
          .forEach(
              (name, value) -> {
                if (name.node().equals("norm") && frozen.contains("norm")) {
                  // frozen statistics are not computed anew from the data: they are averaged
                  assertThat(value.sumNumber().doubleValue()).isFinite();
                  return;
                }
                boolean known = old.containsKey(name) && old.get(name).equalShapes(value);
                assertThat(value.toString())
                    .as("%s", name)
                    .isEqualTo((known ? old : own).get(name).toString());
              });
    }

    @Override
    public void goesOn(Model now) {
      assertThat(listener.count(now)).isEqualTo(STEPS * EPOCHS + STEPS);
    }
  }

  /** Rates are left as whoever made the network wanted them, and the next reduction is of these. */
  private static final class Reduced implements Followed {

    private final ReduceOnPlateau plateau =
        ReduceOnPlateau.builder()
            .monitor(Monitor.minimizing("one", model -> 1))
            .factor(0.5)
            .patience(2)
            .build();

    @Override
    public TrainingListener listener() {
      return plateau;
    }

    @Override
    public void hasFollowed(Model before, Model now, boolean sameParameters) {
      assertThat(plateau.reductions()).isEqualTo(1);
      LearningRates.of("test", Network.of(now)).set(0.02);
      fit(now, batch(0));
      assertThat(rates(now)).as("the new rates stay").containsOnly(0.02);
    }

    @Override
    public void goesOn(Model now) {
      assertThat(plateau.reductions()).isEqualTo(2);
      assertThat(rates(now)).containsOnly(0.01);
    }

    private static List<Double> rates(Model model) {
      return LearningRates.of("test", Network.of(model)).values().values().stream()
          .map(LearningRate::number)
          .toList();
    }
  }

  /** The best epoch was the third one. */
  private static final class Stopping implements Followed {

    private int epoch;
    private final EarlyStopping stopping =
        EarlyStopping.builder()
            .monitor(
                Monitor.minimizing("given", m -> List.of(4.0, 3.0, 1.0, 2.0, 5.0).get(epoch++)))
            .patience(2)
            .restoreBestWeights(true)
            .restoreUpdaterState(true)
            .build();
    private Model now;
    private boolean sameParameters;

    @Override
    public TrainingListener listener() {
      return stopping;
    }

    @Override
    public void hasFollowed(Model before, Model now, boolean sameParameters) {
      this.now = now;
      this.sameParameters = sameParameters;
      assertThat(stopping.bestEpoch()).isEqualTo(2);
      assertThat(stopping.canRestoreBest(now)).isEqualTo(sameParameters);
      INDArray own = now.params().dup();
      if (sameParameters) {
        assertThat(stopping.restoreBest(now)).isTrue();
        assertThat(now.params().toDoubleVector()).isNotEqualTo(own.ravel().toDoubleVector());
      } else {
        assertThatThrownBy(() -> stopping.restoreBest(now))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("extra.W=is new");
        assertThat(now.params().toDoubleVector()).isEqualTo(own.ravel().toDoubleVector());
      }
      now.setParams(own);
    }

    @Override
    public void goesOn(Model now) {
      assertThat(stopping.values()).containsExactly(4.0, 3.0, 1.0, 2.0, 5.0);
      assertThat(stopping.stoppedEpoch()).isEqualTo(4);
      assertThat(stopping.bestEpoch()).isEqualTo(2);
      if (sameParameters) {
        Model best = Trainings.network(type(now), base(new Adam(0.01)));
        fit(best, batches(0, STEPS), 3);
        // DL4J's GraphBuilder makes a network of floats of one of doubles
        assertThat(now.params().castTo(DataType.FLOAT))
            .isEqualTo(best.params().castTo(DataType.FLOAT));
      }
      assertThat(now).isSameAs(this.now);
    }

    private static Type type(Model model) {
      return Arrays.stream(Type.values())
          .filter(t -> Trainings.network(t, base(new Adam(1))).getClass() == model.getClass())
          .findFirst()
          .orElseThrow();
    }
  }

  private static final class Written implements Followed {

    private final History history = new History(Monitor.validationLoss(batches(7, 8)));

    @Override
    public TrainingListener listener() {
      return history;
    }

    @Override
    public void hasFollowed(Model before, Model now, boolean sameParameters) {
      assertThat(history.epochs()).isEqualTo(EPOCHS);
    }

    @Override
    public void goesOn(Model now) {
      assertThat(history.epochs()).isEqualTo(EPOCHS + 1);
      assertThat(history.last("validation loss"))
          .isEqualTo(Monitor.validationLoss(batches(7, 8)).of(now));
    }
  }

  private static final class Guarded implements Followed {

    private final StopOnNaN guard = new StopOnNaN();

    @Override
    public TrainingListener listener() {
      return guard;
    }

    @Override
    public void hasFollowed(Model before, Model now, boolean sameParameters) {
      stops(now);
    }

    @Override
    public void goesOn(Model now) {
      stops(now);
    }

    private static void stops(Model now) {
      INDArray own = now.params().dup();
      DataSet bad = batch(0);
      bad.getFeatures().assign(Double.NaN);
      assertThatThrownBy(() -> fit(now, bad))
          .isInstanceOfSatisfying(
              TrainingDivergedException.class, e -> assertThat(e.network()).isSameAs(now));
      assertThat(now.params().toDoubleVector()).isEqualTo(own.ravel().toDoubleVector());
    }
  }

  private static final class Clipped implements Followed {

    private final ClipByGlobalNorm clip = new ClipByGlobalNorm(1e-6);

    @Override
    public TrainingListener listener() {
      return clip;
    }

    @Override
    public void hasFollowed(Model before, Model now, boolean sameParameters) {
      assertThat(clip.report(now)).isEqualTo(clip.report(before));
      assertThat(clip.report(now).steps()).isEqualTo(STEPS * EPOCHS);
    }

    @Override
    public void goesOn(Model now) {
      assertThat(clip.report(now).steps()).isEqualTo(STEPS * EPOCHS + STEPS);
      assertThat(clip.report(now).clippedShare()).isEqualTo(1);
    }
  }

  private record Skipping(TrainingListener listener, Function<Model, SkipReport> report)
      implements Followed {

    @Override
    public void hasFollowed(Model before, Model now, boolean sameParameters) {
      assertThat(report.apply(now)).isEqualTo(report.apply(before));
      assertThat(report.apply(now).steps()).isEqualTo(STEPS * EPOCHS);
    }

    @Override
    public void goesOn(Model now) {
      assertThat(report.apply(now).steps()).isEqualTo(STEPS * EPOCHS + STEPS);
    }
  }

  private static final class Adapted implements Followed {

    private final AutoClip clip = new AutoClip(0);

    @Override
    public TrainingListener listener() {
      return clip;
    }

    @Override
    public void hasFollowed(Model before, Model now, boolean sameParameters) {
      assertThat(clip.report(now)).isEqualTo(clip.report(before));
      assertThat(clip.report(now).steps()).isEqualTo(STEPS * EPOCHS);
    }

    @Override
    public void goesOn(Model now) {
      assertThat(clip.report(now).steps()).isEqualTo(STEPS * EPOCHS + STEPS);
    }
  }

  /** Gradients so small are the same as none, but for Adam, which makes them large again. */
  private record Bounded(TrainingListener listener) implements Followed {

    @Override
    public void hasFollowed(Model before, Model now, boolean sameParameters) {
      List<GradientMonitor.ParameterNorms> rows = new ArrayList<>();
      now.setListeners(listener, new GradientMonitor(1, rows::addAll));
      fit(now, batch(0));
      assertThat(rows).isNotEmpty().allMatch(row -> row.gradientNorm() < 1e-6);
      assertThat(rows).anyMatch(row -> row.gradientNorm() > 0);
    }

    @Override
    public void goesOn(Model now) {
      assertThat(now.params().sumNumber().doubleValue()).isFinite();
    }
  }

  private static final class Saved implements Followed {

    private final Path folder;
    private Checkpoint checkpoint;

    Saved(Path folder) {
      this.folder = folder;
    }

    @Override
    public TrainingListener listener() {
      checkpoint = new Checkpoint(folder);
      return checkpoint;
    }

    @Override
    public void hasFollowed(Model before, Model now, boolean sameParameters) {
      assertThat(checkpoint.latest()).hasValueSatisfying(file -> isOf(file, before));
    }

    @Override
    public void goesOn(Model now) {
      assertThat(checkpoint.latest())
          .hasValueSatisfying(
              file -> {
                assertThat(file.toString()).contains("step0000000015-epoch00005");
                isOf(file, now);
              });
    }

    private static void isOf(Path file, Model model) {
      try (ZipFile zip = new ZipFile(file.toFile())) {
        assertThat(zip.getEntry(ModelSerializer.COEFFICIENTS_BIN)).isNotNull();
        Model saved =
            Trainings.saveAndRestore(model).getClass().getSimpleName().startsWith("Multi")
                ? ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true)
                : ModelSerializer.restoreComputationGraph(file.toFile(), true);
        assertThat(saved.params().toDoubleVector()).isEqualTo(model.params().toDoubleVector());
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private static final class Measured implements Followed {

    private final GradientMonitor monitor = new GradientMonitor(1, rows -> {});

    @Override
    public TrainingListener listener() {
      return monitor;
    }

    @Override
    public void hasFollowed(Model before, Model now, boolean sameParameters) {
      assertThat(monitor.rows()).isNotEmpty();
    }

    @Override
    public void goesOn(Model now) {
      List<String> measured =
          Network.of(now).slots().stream()
              .filter(ParameterSlot::hasGradient)
              .map(slot -> slot.name().toString())
              .toList();
      assertThat(monitor.rows())
          .extracting(row -> row.layer() + "." + row.parameter())
          .containsExactlyElementsOf(measured);
      assertThat(monitor.rows()).allMatch(row -> row.iteration() == STEPS * EPOCHS + STEPS - 1);
    }
  }

  /** What was found stays, and is not told anew. */
  private static final class Diagnosed implements Followed {

    private final Diagnosis diagnosis = new Diagnosis(1);
    private List<Finding> found = List.of();

    @Override
    public TrainingListener listener() {
      return diagnosis;
    }

    @Override
    public void hasFollowed(Model before, Model now, boolean sameParameters) {
      assertThat(diagnosis.examinedSteps()).isEqualTo(STEPS * EPOCHS);
      found = diagnosis.findings();
    }

    @Override
    public void goesOn(Model now) {
      assertThat(diagnosis.examinedSteps()).isEqualTo(STEPS * EPOCHS + STEPS);
      assertThat(diagnosis.findings())
          .startsWith(found.toArray(Finding[]::new))
          .doesNotHaveDuplicates();
    }
  }

  private static final class Logged implements Followed {

    private final LearningRateLog log = new LearningRateLog(1, rows -> {});

    @Override
    public TrainingListener listener() {
      return log;
    }

    @Override
    public void hasFollowed(Model before, Model now, boolean sameParameters) {
      assertThat(log.rows())
          .extracting(LearningRateLog.AppliedRate::epoch)
          .containsOnly(EPOCHS - 1);
    }

    @Override
    public void goesOn(Model now) {
      List<String> frozen = Network.of(now).frozen();
      Map<String, Double> rates = new LinkedHashMap<>();
      LearningRates.of("test", Network.of(now))
          .values()
          .forEach((name, rate) -> rates.put(name.node(), rate.number()));
      assertThat(log.rows()).extracting(LearningRateLog.AppliedRate::epoch).containsOnly(EPOCHS);
      assertThat(log.rows())
          .allSatisfy(
              row ->
                  assertThat(row.rate())
                      .isEqualTo(frozen.contains(row.layer()) ? 0 : rates.get(row.layer())));
    }
  }
}
