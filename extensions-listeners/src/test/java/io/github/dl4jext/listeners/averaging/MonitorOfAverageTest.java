package io.github.dl4jext.listeners.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.checkpoints.Resumed;
import io.github.dl4jext.listeners.monitoring.EarlyStopping;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Networks that are judged by the average of their weights while they are trained. */
class MonitorOfAverageTest {

  private static final int EPOCHS = 6;

  /** Dense, dense with dropout, batch normalization, output. */
  private static Model network(Type type) {
    return Trainings.network(type, null, new Adam(0.2));
  }

  private static DataSetIterator train() {
    return Trainings.batches(0, 5);
  }

  private static DataSetIterator valid() {
    return Trainings.batches(20, 23);
  }

  private static void fit(Model model, TrainingListener... listeners) {
    Network.of(model).setListeners(Arrays.asList(listeners));
    Nd4j.getRandom().setSeed(3);
    Trainings.fit(model, train(), EPOCHS);
  }

  private static double[] numbers(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  /** Computes the losses of averages and of the network beside what is tested. */
  private static final class ByHand extends BaseTrainingListener {

    private final WeightAverage average;
    private final List<double[]> weights = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();

    ByHand(WeightAverage average) {
      this.average = average;
    }

    @Override
    public void onEpochEnd(Model model) {
      Model judged = average.averaged(model, train());
      weights.add(numbers(judged.params()));
      losses.add(Monitor.validationLoss(valid()).of(judged));
    }

    double[] all() {
      return losses.stream().mapToDouble(d -> d).toArray();
    }

    int best() {
      int best = 0;
      for (int i = 1; i < losses.size(); i++) {
        best = losses.get(i) < losses.get(best) ? i : best;
      }
      return best;
    }
  }

  @ParameterizedTest
  @EnumSource(Type.class)
  void theFigureIsThatOfTheAverage(Type type) {
    WeightAverage ema = new ExponentialMovingAverage(0.9);
    WeightAverage swa = StochasticWeightAveraging.everyEpoch(0);
    ByHand byHand = new ByHand(swa);
    Monitor plain = Monitor.validationLoss(valid());
    History history =
        new History(
            plain,
            plain.ofAverage(ema),
            plain.ofAverage(swa, train()).named("swa"),
            Monitor.validationAccuracy(valid()).ofAverage(ema));
    Model model = network(type);
    fit(model, ema, swa, byHand, history);
    assertThat(history.of("swa")).isEqualTo(byHand.all());
    assertThat(history.last("averaged validation loss"))
        .isEqualTo(Monitor.validationLoss(valid()).of(ema.averaged(model)))
        .isNotEqualTo(history.last("validation loss"));
    assertThat(history.last("averaged validation accuracy"))
        .isEqualTo(Monitor.validationAccuracy(valid()).of(ema.averaged(model)));
  }

  @ParameterizedTest
  @EnumSource(Type.class)
  void theNetworkThatIsTrainedIsNotTouched(Type type) {
    Model alone = network(type);
    WeightAverage without = new ExponentialMovingAverage(0.9);
    fit(alone, without);
    long random = Nd4j.getRandom().rootState();
    Model judged = network(type);
    WeightAverage ema = new ExponentialMovingAverage(0.9);
    Monitor loss = Monitor.validationLoss(valid()).ofAverage(ema, train());
    EarlyStopping stopping = EarlyStopping.builder().monitor(loss).patience(99).build();
    fit(judged, ema, stopping, new History(loss));
    assertThat(numbers(judged.params())).isEqualTo(numbers(alone.params()));
    assertThat(numbers(Trainings.updaterState(judged)))
        .isEqualTo(numbers(Trainings.updaterState(alone)));
    assertThat(numbers(ema.averaged(judged).params()))
        .isEqualTo(numbers(without.averaged(alone).params()));
    assertThat(Nd4j.getRandom().rootState()).isEqualTo(random);
    assertThat(stopping.values()).hasSize(EPOCHS);
  }

  @ParameterizedTest
  @EnumSource(Type.class)
  void earlyStoppingPutsBackWhatWasJudged(Type type) {
    WeightAverage swa = StochasticWeightAveraging.everyEpoch(0);
    ByHand byHand = new ByHand(swa);
    EarlyStopping stopping =
        EarlyStopping.builder()
            .monitor(Monitor.validationLoss(valid()).ofAverage(swa, train()))
            .patience(99)
            .restoreBestWeights(true)
            .build();
    Model model = network(type);
    fit(model, swa, byHand, stopping);
    assertThat(stopping.bestEpoch()).isEqualTo(byHand.best());
    assertThat(stopping.bestValue()).isEqualTo(byHand.losses.get(byHand.best()));
    double[] last = numbers(model.params());
    assertThat(stopping.restoreBest(model)).isTrue();
    assertThat(numbers(model.params()))
        .isEqualTo(byHand.weights.get(byHand.best()))
        .isNotEqualTo(last);
    assertThat(Monitor.validationLoss(valid()).of(model)).isEqualTo(stopping.bestValue());
  }

  @ParameterizedTest
  @EnumSource(Type.class)
  void aPlateauAndACheckpointJudgeByIt(Type type, @TempDir Path folder) {
    WeightAverage ema = new ExponentialMovingAverage(0.5);
    Monitor monitor = Monitor.validationLoss(valid()).ofAverage(ema);
    ReduceOnPlateau plateau = ReduceOnPlateau.builder().monitor(monitor).patience(1).build();
    History history = new History(monitor);
    Checkpoint checkpoint =
        Checkpoint.builder(folder).monitor(monitor).keepLast(1).keepBest(1).build();
    fit(network(type), ema, plateau, history, checkpoint);
    double best = Arrays.stream(history.of("averaged validation loss")).min().orElseThrow();
    Resumed resumed = Checkpoint.resume(checkpoint.best().orElseThrow());
    WeightAverage restored = new ExponentialMovingAverage(0.5);
    Model again = resumed.network();
    resumed.with("ExponentialMovingAverage", restored);
    assertThat(Monitor.validationLoss(valid()).of(restored.averaged(again))).isEqualTo(best);
  }

  @Test
  void beforeThereIsAnAverageTheNetworkItselfIsJudged() {
    WeightAverage late = StochasticWeightAveraging.everyEpoch(4);
    Monitor plain = Monitor.validationLoss(valid());
    History history = new History(plain, plain.ofAverage(late, train()));
    fit(network(Type.MULTI_LAYER), late, history);
    double[] own = history.of("validation loss");
    double[] averaged = history.of("averaged validation loss");
    assertThat(Arrays.copyOf(averaged, 4)).isEqualTo(Arrays.copyOf(own, 4));
    assertThat(averaged[5]).isNotEqualTo(own[5]);
  }

  @Test
  void whatCannotBeIsRefused() {
    WeightAverage ema = new ExponentialMovingAverage();
    assertThatThrownBy(() -> Monitor.trainingLoss().ofAverage(ema))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage("monitor: ofAverage must be called on a figure of the network, was loss");
    Monitor monitor = Monitor.validationLoss(valid()).ofAverage(ema);
    assertThatThrownBy(() -> monitor.ofAverage(ema))
        .hasMessageContaining("ofAverage must be called once");
    assertThatThrownBy(() -> Monitor.validationLoss(valid()).ofAverage(null))
        .hasMessage("monitor: weights must be an average of weights, was null");
    assertThatThrownBy(() -> fit(network(Type.GRAPH), new History(monitor)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("monitor: the average must be a listener of the network");
    assertThatThrownBy(
            () ->
                EarlyStopping.builder()
                    .monitor(monitor)
                    .restoreBestWeights(true)
                    .restoreUpdaterState(true)
                    .build())
        .hasMessageContaining(
            "restoreUpdaterState must be false for a monitor of averaged weights");
    assertThat(Monitor.validationLoss(valid()).ofAverage(ema).named("a").higherIsBetter())
        .isFalse();
  }
}
