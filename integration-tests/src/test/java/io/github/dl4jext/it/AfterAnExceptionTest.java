package io.github.dl4jext.it;

import static io.github.dl4jext.testkit.fixtures.Trainings.base;
import static io.github.dl4jext.testkit.fixtures.Trainings.batch;
import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.listeners.averaging.ExponentialMovingAverage;
import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.checkpoints.Resumed;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.diagnosis.GradientMonitor;
import io.github.dl4jext.listeners.diagnosis.LearningRateLog;
import io.github.dl4jext.listeners.monitoring.EarlyStopping;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau;
import io.github.dl4jext.listeners.monitoring.StopOnNaN;
import io.github.dl4jext.network.BatchNormStatistics;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.UnfinishedTraining;
import io.github.dl4jext.network.noise.RandomState;
import io.github.dl4jext.schedules.finder.LearningRateFinder;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import io.github.dl4jext.transfer.features.FeatureCache;
import io.github.dl4jext.transfer.finetuning.GradualUnfreezing;
import io.github.dl4jext.transfer.freezing.Freezing;
import io.github.dl4jext.uncertainty.MonteCarloDropout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** What a listener or the data throw ends a method; the network is as its doc says. */
class AfterAnExceptionTest {

  /** Ways that train the network, or one that carries on its training. */
  enum Way {
    EPOCH {
      @Override
      Model fit(Model model, DataSetIterator data) {
        Network.of(model).fitEpoch(data);
        return model;
      }
    },
    EARLY_STOPPING {
      @Override
      Model fit(Model model, DataSetIterator data) {
        EarlyStopping.builder().patience(5).restoreBestWeights(true).build().fit(model, data, 2);
        return model;
      }
    },
    IN_STAGES {
      @Override
      Model fit(Model model, DataSetIterator data) {
        return new GradualUnfreezing()
            .atEpoch(1, LayerSelector.named("norm"), 0.5)
            .fit(model, data, 2);
      }
    },
    WITH_CACHED_FEATURES {
      @Override
      Model fit(Model model, DataSetIterator data) {
        Model frozen = Freezing.freeze(model, LayerSelector.named("first"));
        return FeatureCache.inMemory().fit(frozen, data, 2);
      }
    };

    abstract Model fit(Model model, DataSetIterator data);
  }

  /** Ways that ask the network, and leave it alone. */
  enum Question {
    FINDER {
      @Override
      void ask(Model model, ExponentialMovingAverage ema, DataSetIterator data) {
        LearningRateFinder.builder(model).steps(30).build().sweep(data);
      }
    },
    AVERAGE {
      @Override
      void ask(Model model, ExponentialMovingAverage ema, DataSetIterator data) {
        ema.averaged(model, data);
      }
    },
    STATISTICS {
      @Override
      void ask(Model model, ExponentialMovingAverage ema, DataSetIterator data) {
        BatchNormStatistics.recompute(Network.of(model), data);
      }
    },
    MONTE_CARLO {
      @Override
      void ask(Model model, ExponentialMovingAverage ema, DataSetIterator data) {
        MonteCarloDropout.builder(model).samples(4).seed(1).build().predict(data);
      }
    };

    abstract void ask(Model model, ExponentialMovingAverage ema, DataSetIterator data);
  }

  static Stream<Arguments> ways() {
    return Arrays.stream(Way.values())
        .flatMap(way -> Arrays.stream(Type.values()).map(type -> Arguments.of(way, type)));
  }

  static Stream<Arguments> questions() {
    return Arrays.stream(Question.values())
        .flatMap(one -> Arrays.stream(Type.values()).map(type -> Arguments.of(one, type)));
  }

  private static Model network(Type type) {
    return Trainings.network(type, base(new Adam(0.01)).dropOut(0.8));
  }

  /** Throws instead of the second batch. */
  private static DataSetIterator broken() {
    List<DataSet> rows = new ArrayList<>(batch(0).asList());
    rows.addAll(batch(1).asList());
    return new ListDataSetIterator<>(rows, Trainings.BATCH) {
      @Override
      public DataSet next() {
        if (!super.hasNext() || cursor > 0) {
          throw new IllegalStateException("the data are broken");
        }
        cursor++;
        return super.next();
      }

      private int cursor;

      @Override
      public void reset() {
        super.reset();
        cursor = 0;
      }
    };
  }

  private static List<TrainingListener> listeners() {
    return List.of(
        new StopOnNaN(),
        new ClipByGlobalNorm(1),
        new GradientMonitor(1, rows -> {}),
        new LearningRateLog(1, rows -> {}),
        new ExponentialMovingAverage(0.9),
        new History(),
        ReduceOnPlateau.builder().build());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("ways")
  void aListenerThrowsWithinAnEpoch(Way way, Type type) {
    Model model = network(type);
    List<TrainingListener> all = new ArrayList<>(listeners());
    boolean[] sound = {false};
    all.add(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model any, int iteration, int epoch) {
            if (iteration == 1 && !sound[0]) {
              throw new IllegalStateException("the listener is broken");
            }
          }
        });
    model.setListeners(all.toArray(TrainingListener[]::new));
    assertThatThrownBy(() -> way.fit(model, batches(0, 3)))
        .hasMessage("the listener is broken")
        .satisfies(
            e -> {
              sound[0] = true;
              assertUsable(UnfinishedTraining.networkOf(e).orElse(model), all);
            });
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("ways")
  void theDataThrow(Way way, Type type) {
    Model model = network(type);
    List<TrainingListener> all = listeners();
    model.setListeners(all.toArray(TrainingListener[]::new));
    assertThatThrownBy(() -> way.fit(model, broken()))
        .hasStackTraceContaining("the data are broken")
        .satisfies(e -> assertUsable(UnfinishedTraining.networkOf(e).orElse(model), all));
  }

  /** It has its listeners, is in no workspace, and an epoch later its figures are of that epoch. */
  private static void assertUsable(Model model, List<TrainingListener> listeners) {
    Network network = Network.of(model);
    assertThat(network.listeners()).isEqualTo(listeners);
    assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isNull();
    int steps = network.progress().iterations();
    int epochs = network.progress().epochs();
    double[] scores = new double[3];
    model.addListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model any, int iteration, int epoch) {
            scores[iteration - steps] = any.score();
          }
        });
    fit(model, batches(0, 3), 1);
    assertThat(network.progress().iterations()).isEqualTo(steps + 3);
    assertThat(network.progress().epochs()).isEqualTo(epochs + 1);
    assertThat(model.params().sumNumber().doubleValue()).isFinite();
    History history = (History) listeners.get(5);
    assertThat(history.last("loss")).isEqualTo((scores[0] + scores[1] + scores[2]) / 3);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("questions")
  void whatOnlyAsksLeavesTheNetworkAlone(Question question, Type type) {
    for (boolean throwing : new boolean[] {true, false}) {
      Model model = network(type);
      Model twin = network(type);
      ExponentialMovingAverage ema = new ExponentialMovingAverage(0.9);
      model.setListeners(ema);
      for (Model one : List.of(model, twin)) {
        Nd4j.getRandom().setSeed(9);
        fit(one, batches(0, 3), 1);
      }
      RandomState random = RandomState.current();
      INDArray before = model.params().dup();
      String json = Trainings.json(model);
      if (throwing) {
        assertThatThrownBy(() -> question.ask(model, ema, broken()))
            .hasStackTraceContaining("the data are broken");
      } else {
        question.ask(model, ema, batches(0, 3));
      }
      assertThat(RandomState.current()).isEqualTo(random);
      assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isNull();
      assertThat(Trainings.json(model)).isEqualTo(json);
      assertThat(Network.of(model).listeners()).containsExactly(ema);
      if (throwing || question != Question.STATISTICS) {
        assertThat(model.params().toDoubleVector()).isEqualTo(before.ravel().toDoubleVector());
        fit(model, batches(0, 3), 1);
        random.restore();
        fit(twin, batches(0, 3), 1);
        assertThat(model.params().toDoubleVector())
            .as("goes on as if nothing had been asked")
            .isEqualTo(twin.params().toDoubleVector());
        assertThat(Trainings.updaterState(model)).isEqualTo(Trainings.updaterState(twin));
      }
    }
  }

  /** Broken off once more after it was resumed, and resumed again. */
  @ParameterizedTest
  @EnumSource
  void aResumedTrainingIsBrokenOffAgain(Type type, @TempDir Path folder) {
    Model model = network(type);
    model.setListeners(new History(), Checkpoint.builder(folder).everySteps(1).build());
    Nd4j.getRandom().setSeed(9);
    assertThatThrownBy(() -> fit(model, broken(), 1)).hasStackTraceContaining("broken");
    Resumed once = Checkpoint.resume(folder);
    Model first = once.network();
    first.setListeners(new History(), Checkpoint.builder(folder).everySteps(1).build());
    assertThatThrownBy(() -> once.fit(broken(), 2)).hasStackTraceContaining("broken");
    Resumed twice = Checkpoint.resume(folder);
    Model second = twice.network();
    second.setListeners(new History(), Checkpoint.builder(folder).everySteps(1).build());
    twice.fit(batches(0, 2), 2);
    Model whole = network(type);
    Nd4j.getRandom().setSeed(9);
    fit(whole, batches(0, 2), 2);
    assertThat(second.params().toDoubleVector()).isEqualTo(whole.params().toDoubleVector());
  }

  /** The network of the second stage is saved within an epoch; the third stage is yet to come. */
  @ParameterizedTest
  @EnumSource
  void aPlanOfUnfreezingGoesOn(Type type, @TempDir Path folder) {
    GradualUnfreezing plan =
        new GradualUnfreezing()
            .atEpoch(1, LayerSelector.named("norm"), 0.5)
            .atEpoch(2, LayerSelector.named("first"), 0.5);
    Model model = network(type);
    ExponentialMovingAverage ema = new ExponentialMovingAverage(0.9);
    model.setListeners(ema);
    Nd4j.getRandom().setSeed(9);
    Model whole = plan.fit(model, batches(0, 3), 4);

    Model other = network(type);
    other.setListeners(
        new ExponentialMovingAverage(0.9),
        Checkpoint.builder(folder).everySteps(1).build(),
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model any, int iteration, int epoch) {
            if (iteration == 4) {
              throw new IllegalStateException("killed");
            }
          }
        });
    Nd4j.getRandom().setSeed(9);
    assertThatThrownBy(() -> plan.fit(other, batches(0, 3), 4)).hasMessage("killed");
    Nd4j.getRandom().setSeed(1);
    Resumed resumed = Checkpoint.resume(folder);
    Model rest = resumed.network();
    ExponentialMovingAverage again = new ExponentialMovingAverage(0.9);
    rest.setListeners(again);
    resumed.finishEpoch(batches(0, 3));
    Model tuned = plan.fit(rest, batches(0, 3), 2);
    assertThat(tuned.params().toDoubleVector()).isEqualTo(whole.params().toDoubleVector());
    assertThat(Trainings.updaterState(tuned)).isEqualTo(Trainings.updaterState(whole));
    assertThat(again.count(tuned)).isEqualTo(12);
    assertThat(again.averaged(tuned).params().toDoubleVector())
        .isEqualTo(ema.averaged(whole).params().toDoubleVector());
  }

  /** An interrupted thread ends the step, writes its files, and stays interrupted. */
  @ParameterizedTest
  @EnumSource
  void theThreadIsInterrupted(Type type, @TempDir Path folder) {
    Model model = network(type);
    Checkpoint checkpoint = Checkpoint.builder(folder).everySteps(1).build();
    List<TrainingListener> all = new ArrayList<>(listeners());
    all.add(checkpoint);
    model.setListeners(all.toArray(TrainingListener[]::new));
    Network.of(model).fit(batch(0));
    Thread.currentThread().interrupt();
    try {
      Network.of(model).fit(batch(1));
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
    assertThat(Checkpoint.latest(folder).orElseThrow().toString()).contains("step0000000002");
    assertThat(Checkpoint.resume(folder).network().params().toDoubleVector())
        .isEqualTo(model.params().toDoubleVector());
    assertUsable(model, all);
  }
}
