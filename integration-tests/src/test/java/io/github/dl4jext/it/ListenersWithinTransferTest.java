package io.github.dl4jext.it;

import static io.github.dl4jext.testkit.fixtures.Trainings.base;
import static io.github.dl4jext.testkit.fixtures.Trainings.batch;
import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.listeners.averaging.ExponentialMovingAverage;
import io.github.dl4jext.listeners.averaging.StochasticWeightAveraging;
import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.monitoring.EarlyStopping;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau;
import io.github.dl4jext.listeners.monitoring.StopOnNaN;
import io.github.dl4jext.listeners.monitoring.TrainingDivergedException;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.UnfinishedTraining;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import io.github.dl4jext.transfer.features.FeatureCache;
import io.github.dl4jext.transfer.finetuning.GradualUnfreezing;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/** Listeners on a network that transfer learning trains itself, in stages or by its head alone. */
class ListenersWithinTransferTest {

  private static final int STEPS = 3;
  private static final int EPOCHS = 4;

  /** Ways of training that make other networks of the one they are given. */
  enum Way {
    IN_STAGES {
      @Override
      Model fit(Model network, DataSetIterator data, int epochs) {
        return new GradualUnfreezing()
            .atEpoch(1, LayerSelector.named("norm"), 0.5)
            .atEpoch(2, LayerSelector.named("first"), 0.5)
            .fit(network, data, epochs);
      }
    },
    WITH_CACHED_FEATURES {
      @Override
      Model fit(Model network, DataSetIterator data, int epochs) {
        Model frozen = Freezing.freeze(network, LayerSelector.named("first"));
        return FeatureCache.inMemory().fit(frozen, data, epochs);
      }
    };

    abstract Model fit(Model network, DataSetIterator data, int epochs);
  }

  static Stream<Arguments> table() {
    return Arrays.stream(Way.values())
        .flatMap(way -> Arrays.stream(Type.values()).map(type -> Arguments.of(way, type)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("table")
  void theySeeOneTrainingOfTheWholeNetwork(Way way, Type type, @TempDir Path folder)
      throws Exception {
    ExponentialMovingAverage ema = new ExponentialMovingAverage(0.9);
    StochasticWeightAveraging swa = new StochasticWeightAveraging();
    Monitor validation = Monitor.validationLoss(batches(7, 8));
    History history = new History(validation);
    ClipByGlobalNorm clip = new ClipByGlobalNorm(1e-6);
    ReduceOnPlateau plateau =
        ReduceOnPlateau.builder()
            .monitor(Monitor.minimizing("one", model -> 1))
            .factor(0.5)
            .patience(2)
            .build();
    Checkpoint checkpoint = new Checkpoint(folder);
    Model network = Trainings.network(type, base(new Adam(0.01)));
    network.setListeners(ema, swa, history, clip, plateau, checkpoint);

    Model tuned = way.fit(network, batches(0, STEPS), EPOCHS);

    assertThat(Network.of(tuned).progress().iterations()).isEqualTo(STEPS * EPOCHS);
    assertThat(Network.of(tuned).progress().epochs()).isEqualTo(EPOCHS);
    assertThat(ema.count(tuned)).isEqualTo(STEPS * EPOCHS);
    assertThat(swa.count(tuned)).isEqualTo(STEPS * EPOCHS);
    assertThat(ema.averaged(tuned, batches(0, STEPS)).params().length())
        .isEqualTo(network.params().length());
    assertThat(history.epochs()).isEqualTo(EPOCHS);
    assertThat(history.last("validation loss")).isEqualTo(validation.of(tuned));
    assertThat(clip.report(tuned).steps()).isEqualTo(STEPS * EPOCHS);
    assertThat(plateau.reductions()).isEqualTo(1);
    assertThat(tuned.score()).isPositive();
    File latest = Checkpoint.latest(folder).orElseThrow().toFile();
    assertThat(
            (type == Type.MULTI_LAYER
                    ? ModelSerializer.restoreMultiLayerNetwork(latest)
                    : ModelSerializer.restoreComputationGraph(latest))
                .params()
                .toDoubleVector())
        .isEqualTo(tuned.params().toDoubleVector());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("table")
  void earlyStoppingStops(Way way, Type type) {
    List<Double> losses = new ArrayList<>(List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0));
    EarlyStopping stopping =
        EarlyStopping.builder()
            .monitor(Monitor.minimizing("given", model -> losses.remove(0)))
            .patience(2)
            .build();
    Model network = Trainings.network(type, base(new Adam(0.01)));
    network.setListeners(stopping);
    Model tuned = way.fit(network, batches(0, STEPS), 6);
    assertThat(stopping.stoppedEpoch()).isEqualTo(2);
    assertThat(Network.of(tuned).progress().epochs()).isEqualTo(3);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("table")
  void theBestWeightsAreThereAtTheEnd(Way way, Type type) {
    List<Double> losses = new ArrayList<>(List.of(3.0, 1.0, 2.0, 2.0));
    EarlyStopping stopping =
        EarlyStopping.builder()
            .monitor(Monitor.minimizing("given", model -> losses.remove(0)))
            .patience(10)
            .restoreBestWeights(true)
            .build();
    ModelAtEpoch second = new ModelAtEpoch(1);
    Model network = Trainings.network(type, base(new Adam(0.01)));
    network.setListeners(stopping, second);
    Model tuned = way.fit(network, batches(0, STEPS), 4);
    assertThat(stopping.stopped()).isFalse();
    assertThat(tuned.params().toDoubleVector())
        .isEqualTo(second.parameters.ravel().toDoubleVector());
  }

  private static final class ModelAtEpoch extends BaseTrainingListener {
    private final int epoch;
    private int ended;
    private INDArray parameters;

    ModelAtEpoch(int epoch) {
      this.epoch = epoch;
    }

    @Override
    public void onEpochEnd(Model model) {
      if (ended++ == epoch) {
        parameters = model.params().dup();
      }
    }
  }

  /** The line that one writes: listeners for this training alone, and an average of all of it. */
  @ParameterizedTest
  @EnumSource(Type.class)
  void gradualUnfreezingTakesListeners(Type type) {
    List<Double> losses = new ArrayList<>(List.of(1.0, 2.0, 3.0, 4.0));
    EarlyStopping stopping =
        EarlyStopping.builder()
            .monitor(Monitor.minimizing("given", model -> losses.remove(0)))
            .patience(2)
            .build();
    ExponentialMovingAverage ema = new ExponentialMovingAverage(0.9);
    Model network = Trainings.network(type, base(new Adam(0.01)));
    GradualUnfreezing plan =
        new GradualUnfreezing()
            .atEpoch(1, LayerSelector.named("norm"))
            .atEpoch(2, LayerSelector.named("first"));
    Model averaged = ema.averaged(plan.fit(network, batches(0, STEPS), 50, stopping, ema));
    assertThat(stopping.stoppedEpoch()).isEqualTo(2);
    assertThat(Network.of(averaged).progress().iterations()).isEqualTo(3 * STEPS);
    assertThat(Network.of(network).listeners()).isEmpty();
    assertThat(averaged.params().toDoubleVector()).isNotEqualTo(network.params().toDoubleVector());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("table")
  void anExceptionCarriesTheNetwork(Way way, Type type) {
    Model network = Trainings.network(type, base(new Adam(0.01)));
    network.setListeners(new StopOnNaN());
    DataSet bad = batch(STEPS);
    bad.getFeatures().assign(Double.NaN);
    List<DataSet> data = List.of(batch(0), batch(1), bad);
    assertThatThrownBy(
            () ->
                way.fit(
                    network,
                    new ListDataSetIterator<>(
                        data.stream().flatMap(d -> d.asList().stream()).toList(), Trainings.BATCH),
                    2))
        .isInstanceOf(TrainingDivergedException.class)
        .satisfies(
            thrown -> {
              Model reached = UnfinishedTraining.networkOf(thrown).orElseThrow();
              assertThat(reached).isNotSameAs(network);
              assertThat(Network.of(reached).progress().iterations()).isEqualTo(2);
              assertThat(reached.params().sumNumber().doubleValue()).isFinite();
            });
  }
}
