package io.github.dl4jext.listeners.monitoring;

import static io.github.dl4jext.testkit.fixtures.Trainings.base;
import static io.github.dl4jext.testkit.fixtures.Trainings.batch;
import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static io.github.dl4jext.testkit.fixtures.Trainings.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.testkit.PluginContract;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.termination.ScoreImprovementEpochTerminationCondition;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

class EarlyStoppingTest extends PluginContract<TrainingListener> {

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return "early_stopping(patience=5, minDelta=0.5, startFromEpoch=2, restoreBestWeights=true)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "early_stopping(patience=4, minDelta=0.5, startFromEpoch=2, restoreBestWeights=true)",
        "early_stopping(patience=5, minDelta=0.25, startFromEpoch=2, restoreBestWeights=true)",
        "early_stopping(patience=5, minDelta=0.5, startFromEpoch=3, restoreBestWeights=true)",
        "early_stopping(patience=5, minDelta=0.5, startFromEpoch=2)",
        "early_stopping(patience=5, minDelta=0.5, startFromEpoch=2, restoreBestWeights=true,"
            + " baseline=0.75)",
        "early_stopping(patience=5, minDelta=0.5, startFromEpoch=2, restoreBestWeights=true,"
            + " restoreUpdaterState=true)",
        "early_stopping(patience=5, minDelta=0.5, startFromEpoch=2, restoreBestWeights=true,"
            + " thresholdMode=relative)",
        "early_stopping(patience=5, minDelta=0.5, startFromEpoch=2, restoreBestWeights=true,"
            + " maxSeconds=3600)");
  }

  /** The check in the class comment. */
  @ParameterizedTest
  @EnumSource
  void stopsWhenThePatienceIsOverAndLeavesTheBest(Type type) {
    Model model = network(type, base(new Adam(0.05)));
    Model best = network(type, base(new Adam(0.05)));
    EarlyStopping stopping =
        EarlyStopping.builder()
            .monitor(Monitor.minimizing("figure", figures(5, 4, 4.5, 4.6, 1, 1)))
            .patience(2)
            .restoreBestWeights(true)
            .build();
    assertThat(train(stopping, model, batches(0, 3), 6)).isEqualTo(4);
    assertThat(stopping.stopped()).isTrue();
    assertThat(stopping.stoppedEpoch()).isEqualTo(3);
    assertThat(stopping.bestEpoch()).isEqualTo(1);
    assertThat(stopping.bestValue()).isEqualTo(4);
    assertThat(stopping.values()).containsExactly(5.0, 4.0, 4.5, 4.6);
    fit(best, batches(0, 3), 2);
    assertThat(model.params().toDoubleVector()).isEqualTo(best.params().toDoubleVector());
    assertThat(Trainings.of(model).progress().epochs()).as("counts stay, as in Keras").isEqualTo(4);
    assertThat(Trainings.of(model).progress().iterations()).isEqualTo(12);
    assertThat(Trainings.of(model).listeners()).isEmpty();
  }

  /** After the second each is 4 % better than the one before. */
  @Test
  void anImprovementMayBeAShareOfTheBest() {
    EarlyStopping.Builder builder = EarlyStopping.builder().patience(2);
    double[] figures = {100, 90, 86.4, 82.9, 82.8, 50};
    EarlyStopping absolute =
        builder.monitor(Monitor.minimizing("figure", figures(figures))).minDelta(0.05).build();
    assertThat(train(absolute, network(Type.GRAPH, base(new Adam(0.05))), batches(0, 1), 6))
        .isEqualTo(6);
    EarlyStopping relative =
        builder
            .monitor(Monitor.minimizing("figure", figures(figures)))
            .thresholdMode(ThresholdMode.RELATIVE)
            .build();
    assertThat(train(relative, network(Type.GRAPH, base(new Adam(0.05))), batches(0, 1), 6))
        .isEqualTo(6);
    assertThat(relative.values()).hasSize(6);
    EarlyStopping coarse =
        builder.monitor(Monitor.minimizing("figure", figures(figures))).minDelta(0.08).build();
    assertThat(train(coarse, network(Type.GRAPH, base(new Adam(0.05))), batches(0, 1), 6))
        .isEqualTo(4);
    assertThat(coarse.bestEpoch()).isEqualTo(1);
    EarlyStopping higher =
        EarlyStopping.builder()
            .monitor(Monitor.maximizing("figure", figures(10, 10.9, 12, 13)))
            .thresholdMode(ThresholdMode.RELATIVE)
            .minDelta(0.1)
            .patience(3)
            .build();
    assertThat(train(higher, network(Type.GRAPH, base(new Adam(0.05))), batches(0, 1), 4))
        .isEqualTo(4);
    assertThat(higher.bestEpoch()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void endsWhenTheTimeIsSpent(Type type) {
    long[] now = {0};
    EarlyStopping stopping =
        EarlyStopping.builder()
            .monitor(
                Monitor.minimizing(
                    "figure",
                    model -> {
                      now[0] += 10_000_000_000L;
                      return 5;
                    }))
            .patience(99)
            .maxTime(Duration.ofSeconds(35))
            .build();
    stopping.clock = () -> now[0];
    Model model = network(type, base(new Adam(0.05)));
    assertThat(train(stopping, model, batches(0, 1), 2)).isEqualTo(2);
    now[0] += 3_600_000_000_000L; // between two calls of fit
    EarlyStopping again =
        EarlyStopping.builder()
            .monitor(Monitor.minimizing("figure", figures(4, 3, 2)))
            .patience(99)
            .maxTime(Duration.ofSeconds(35))
            .build();
    again.resumeFrom(stopping);
    long[] ticks = {0};
    again.clock = () -> ticks[0] += 8_000_000_000L;
    assertThat(train(again, model, batches(0, 1), 9)).isEqualTo(2);
    assertThat(again.stoppedEpoch()).isEqualTo(3);
    assertThat(again.bestEpoch()).isEqualTo(3);
    assertThatThrownBy(() -> EarlyStopping.builder().maxTime(Duration.ZERO).build())
        .hasMessageContaining("maxSeconds must be a number in (0, inf)");
  }

  @ParameterizedTest
  @EnumSource
  void goesOnFromTheBestEpochAsIfTheOthersHadNotBeen(Type type) {
    for (int maxEpochs : new int[] {3, 10}) {
      Model model = network(type, base(new Adam(0.05)));
      Model best = network(type, base(new Adam(0.05)));
      EarlyStopping stopping =
          EarlyStopping.builder()
              .monitor(Monitor.maximizing("figure", figures(1, 3, 2, 2, 9, 9)))
              .patience(2)
              .restoreBestWeights(true)
              .restoreUpdaterState(true)
              .build();
      assertThat(train(stopping, model, batches(0, 3), maxEpochs))
          .isEqualTo(Math.min(maxEpochs, 4));
      fit(best, batches(0, 3), 2);
      for (int i = 0; i < 2; i++) {
        assertThat(model.params().toDoubleVector()).isEqualTo(best.params().toDoubleVector());
        assertThat(Trainings.updaterState(model)).isEqualTo(Trainings.updaterState(best));
        assertThat(Trainings.of(model).progress().iterations())
            .isEqualTo(Trainings.of(best).progress().iterations());
        assertThat(Trainings.of(model).progress().epochs())
            .isEqualTo(Trainings.of(best).progress().epochs());
        fit(model, batches(3, 6), 1);
        fit(best, batches(3, 6), 1);
      }
    }
  }

  /** The fit that cannot be stopped. */
  @ParameterizedTest
  @EnumSource
  void putsTheBestBackInPlainFit(Type type) {
    Model model = network(type, base(new Adam(0.05)));
    Model best = network(type, base(new Adam(0.05)));
    EarlyStopping stopping =
        EarlyStopping.builder()
            .monitor(Monitor.minimizing("figure", figures(5, 4, 6, 0, 0, 0)))
            .restoreBestWeights(true)
            .restoreUpdaterState(true)
            .build();
    model.addListeners(stopping);
    fit(model, batches(0, 3), 6);
    fit(best, batches(0, 3), 2);
    assertThat(stopping.stoppedEpoch()).isEqualTo(2);
    assertThat(stopping.values()).hasSize(3);
    assertThat(model.params().toDoubleVector()).isEqualTo(best.params().toDoubleVector());
    assertThat(Trainings.of(model).progress().epochs()).isEqualTo(2);
    assertThat(Trainings.of(model).progress().iterations()).isEqualTo(6);
  }

  @ParameterizedTest
  @EnumSource
  void servesALoopOfOnesOwn(Type type) {
    Model model = network(type, base(new Adam(0.05)));
    EarlyStopping stopping =
        EarlyStopping.builder().monitor(Monitor.minimizing("figure", figures(5, 4, 6, 0))).build();
    model.addListeners(stopping);
    int epochs = 0;
    while (!stopping.stopped() && epochs < 10) {
      fit(model, batches(0, 2), 1);
      epochs++;
    }
    assertThat(epochs).isEqualTo(3);
    assertThat(stopping.restoreBest(model)).as("nothing was kept").isFalse();
    stopping.reset();
    assertThat(stopping.stopped()).isFalse();
    assertThat(stopping.values()).isEmpty();
    assertThat(stopping.bestEpoch()).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void watchesTheLossOnOtherData(Type type) {
    Model model = network(type, base(new Sgd(0.1)).l2(0.01));
    DataSetIterator uneven = new ListDataSetIterator<>(rows(0, 3), 7);
    EarlyStopping stopping =
        EarlyStopping.builder().monitor(Monitor.validationLoss(uneven)).build();
    stopping.onEpochEnd(model);
    stopping.onEpochEnd(model);
    double exact = score(model, DataSet.merge(rows(0, 3)));
    assertThat(stopping.values().get(0)).isCloseTo(exact, within(1e-12));
    assertThat(stopping.values().get(1)).isEqualTo(stopping.values().get(0));
  }

  @Test
  void theLossOnOtherDataIsAMeanWithoutMinibatchesToo() {
    Model mean = network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    Model sum = network(Type.MULTI_LAYER, base(new Sgd(0.1)).miniBatch(false));
    Monitor loss = Monitor.validationLoss(new ListDataSetIterator<>(rows(0, 3), 7));
    assertThat(loss.of(sum)).isCloseTo(loss.of(mean), within(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void watchesAccuracyAndF1(Type type) {
    Model model = network(type, base(new Sgd(0.1)));
    DataSet all = DataSet.merge(rows(0, 3));
    INDArray guessed = Trainings.output(model, all.getFeatures()).argMax(1);
    INDArray right = all.getLabels().argMax(1);
    int[][] table = new int[2][2];
    for (int i = 0; i < guessed.length(); i++) {
      table[right.getInt(i)][guessed.getInt(i)]++;
    }
    double accuracy = (table[0][0] + table[1][1]) / (double) guessed.length();
    double f1 = 2.0 * table[1][1] / (2.0 * table[1][1] + table[0][1] + table[1][0]);
    EarlyStopping byAccuracy =
        EarlyStopping.builder().monitor(Monitor.validationAccuracy(batches(0, 3))).build();
    EarlyStopping byF1 =
        EarlyStopping.builder().monitor(Monitor.validationF1(batches(0, 3))).build();
    byAccuracy.onEpochEnd(model);
    byF1.onEpochEnd(model);
    assertThat(byAccuracy.bestValue()).isCloseTo(accuracy, within(1e-12));
    assertThat(byF1.bestValue()).isCloseTo(f1, within(1e-12));
  }

  /** Learns for real, and stops by itself: noise cannot be learnt from. */
  @ParameterizedTest
  @EnumSource
  void stopsOverfitting(Type type) {
    Model model = network(type, base(new Adam(0.05)));
    EarlyStopping stopping =
        EarlyStopping.builder()
            .monitor(Monitor.validationLoss(batches(50, 54)))
            .patience(3)
            .restoreBestWeights(true)
            .build();
    int epochs = train(stopping, model, batches(0, 4), 300);
    assertThat(epochs).isEqualTo(stopping.bestEpoch() + 4).isLessThan(300);
    assertThat(score(model, DataSet.merge(rows(50, 54))))
        .isCloseTo(stopping.bestValue(), within(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void watchesTheMeanTrainingLossIfNothingElse(Type type) {
    Model model = network(type, base(new Sgd(0.1)));
    EarlyStopping stopping = EarlyStopping.builder().patience(2).build();
    List<Double> scores = new ArrayList<>();
    model.addListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model any, int iteration, int epoch) {
            scores.add(any.score());
          }
        });
    train(stopping, model, batches(0, 4), 2);
    double mean = scores.subList(4, 8).stream().mapToDouble(d -> d).average().orElseThrow();
    assertThat(stopping.values().get(1)).isCloseTo(mean, within(1e-12));
    assertThat(Trainings.of(model).listeners()).as("the other one stays").hasSize(1);
  }

  @Test
  void validationDoesNotChangeTraining() {
    for (Type type : Type.values()) {
      Model watched = network(type, base(new Adam(0.05)));
      Model alone = network(type, base(new Adam(0.05)));
      EarlyStopping stopping =
          EarlyStopping.builder()
              .monitor(Monitor.validationAccuracy(batches(9, 12)))
              .patience(99)
              .build();
      train(stopping, watched, batches(0, 4), 3);
      fit(alone, batches(0, 4), 3);
      assertThat(watched.params().toDoubleVector()).isEqualTo(alone.params().toDoubleVector());
    }
  }

  @Test
  void nanIsNeverTheBestNotEvenAtFirst() {
    Model model = network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    EarlyStopping stopping =
        EarlyStopping.builder()
            .monitor(
                Monitor.minimizing("figure", figures(Double.NaN, 4, 3, Double.NaN, 2, 5, 5, 1)))
            .patience(2)
            .restoreBestWeights(true)
            .build();
    assertThat(train(stopping, model, batches(0, 1), 8)).isEqualTo(7);
    assertThat(stopping.bestEpoch()).isEqualTo(4);
    assertThat(stopping.bestValue()).isEqualTo(2);
    EarlyStopping hopeless =
        EarlyStopping.builder()
            .monitor(Monitor.maximizing("figure", m -> Double.NaN))
            .patience(3)
            .restoreBestWeights(true)
            .build();
    INDArray before = model.params().dup();
    assertThat(train(hopeless, model, batches(0, 1), 8)).isEqualTo(3);
    assertThat(hopeless.bestEpoch()).isEqualTo(-1);
    assertThat(hopeless.bestValue()).isNaN();
    assertThat(hopeless.restoreBest(model)).isFalse();
    assertThat(model.params().toDoubleVector()).isNotEqualTo(before.ravel().toDoubleVector());
  }

  /** DL4J's own condition never gets over a NaN in the first epoch. */
  @Test
  void dl4jStopsAlthoughTheScoreImproves() {
    var condition = new ScoreImprovementEpochTerminationCondition(2);
    condition.initialize();
    double[] scores = {Double.NaN, 4, 3, 2};
    List<Integer> stopsAt = new ArrayList<>();
    Patience ours = new Patience(2, ThresholdMode.ABSOLUTE, 0, 0, null, false);
    for (int epoch = 0; epoch < scores.length; epoch++) {
      if (condition.terminate(epoch, scores[epoch], true)) {
        stopsAt.add(epoch);
      }
      ours.isBest(scores[epoch]);
    }
    assertThat(stopsAt).contains(2);
    assertThat(ours.isOver()).isFalse();
    assertThat(ours.bestEpoch()).isEqualTo(3);
  }

  @Test
  void whatTheFunctionThrowsComesOut() {
    Model model = network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    RuntimeException failure = new RuntimeException("no data base today");
    EarlyStopping stopping =
        EarlyStopping.builder()
            .monitor(
                Monitor.minimizing(
                    "figure",
                    m -> {
                      throw failure;
                    }))
            .build();
    assertThatThrownBy(() -> train(stopping, model, batches(0, 1), 3)).isSameAs(failure);
    assertThat(Trainings.of(model).listeners()).isEmpty();
    fit(model, batches(0, 1), 1);
  }

  /** Why the listeners are put back by a copy of theirs. */
  @Test
  void dl4jForgetsItsListenersWhenGivenThem() {
    MultiLayerNetwork model = (MultiLayerNetwork) network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    model.addListeners(new StopOnNaN());
    model.setListeners(model.getListeners());
    assertThat(Trainings.of(model).listeners()).isEmpty();
  }

  @Test
  void isNotCountedTwiceIfAddedAsAListenerToo() {
    Model model = network(Type.GRAPH, base(new Sgd(0.1)));
    EarlyStopping stopping =
        EarlyStopping.builder().monitor(Monitor.minimizing("figure", figures(3, 2, 1))).build();
    model.addListeners(stopping);
    assertThat(train(stopping, model, batches(0, 1), 3)).isEqualTo(3);
    assertThat(stopping.values()).containsExactly(3.0, 2.0, 1.0);
    assertThat(Trainings.of(model).listeners()).containsExactly(stopping);
  }

  @Test
  void namesWhatIsWrong() {
    DataSetIterator empty = new ListDataSetIterator<>(List.of(), 3);
    Model model = network(Type.MULTI_LAYER, base(new Sgd(0.1)));
    EarlyStopping onNothing =
        EarlyStopping.builder().monitor(Monitor.validationLoss(empty)).build();
    assertThatThrownBy(() -> onNothing.onEpochEnd(model))
        .hasMessage("monitor: the validation data must have an example, had none after a reset");
    assertThatThrownBy(() -> train(onNothing, model, batches(0, 1), 0))
        .hasMessage("early_stopping: maxEpochs must be a whole number in [1, inf), was 0");
    DataSetIterator once =
        new ListDataSetIterator<>(rows(0, 1), 4) {
          @Override
          public boolean resetSupported() {
            return false;
          }
        };
    assertThatThrownBy(() -> train(EarlyStopping.builder().build(), model, once, 2))
        .hasMessage(
            "early_stopping: maxEpochs must be 1 for training data that cannot be reset, was 2");
    assertThatThrownBy(() -> Monitor.validationF1((DataSetIterator) null))
        .hasMessage("monitor: data must be an iterator that can be reset, was null");
    assertThatThrownBy(
            () ->
                EarlyStopping.builder()
                    .patience(-1)
                    .minDelta(-0.5)
                    .startFromEpoch(-2)
                    .baseline(Double.NaN)
                    .build())
        .isInstanceOfSatisfying(
            InvalidArgumentException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "early_stopping: patience must be a whole number in [0, inf), was -1",
                        "early_stopping: minDelta must be a number in [0, inf), was -0.5",
                        "early_stopping: startFromEpoch must be a whole number in [0, inf), was -2",
                        "early_stopping: baseline must be a number in (-inf, inf), was NaN"));
    assertThatThrownBy(() -> EarlyStopping.builder().restoreUpdaterState(true).build())
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage(
            "early_stopping: restoreUpdaterState must be false if restoreBestWeights is false, was"
                + " true");
  }

  /** One after the other. */
  private static ToDoubleFunction<Model> figures(double... figures) {
    Iterator<Double> next = Arrays.stream(figures).iterator();
    return model -> next.next();
  }

  private static int train(EarlyStopping stopping, Model model, DataSetIterator data, int epochs) {
    return model instanceof MultiLayerNetwork network
        ? stopping.fit(network, data, epochs)
        : stopping.fit((ComputationGraph) model, data, epochs);
  }

  private static double score(Model model, DataSet data) {
    return model instanceof MultiLayerNetwork network
        ? network.score(data)
        : ((ComputationGraph) model).score(data);
  }

  private static List<DataSet> rows(int from, int to) {
    List<DataSet> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.addAll(batch(i).asList());
    }
    return rows;
  }
}
