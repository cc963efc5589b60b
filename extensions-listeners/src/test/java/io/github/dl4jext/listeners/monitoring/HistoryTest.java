package io.github.dl4jext.listeners.monitoring;

import static io.github.dl4jext.testkit.fixtures.Trainings.base;
import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static io.github.dl4jext.testkit.fixtures.Trainings.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.listeners.diagnosis.LearningRateLog;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.testkit.PluginContract;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class HistoryTest extends PluginContract<TrainingListener> {

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return "history";
  }

  @ParameterizedTest
  @EnumSource
  void hasTheLossOfEachEpochAsTheMeanOfItsSteps(Type type) {
    Model model = network(type, base(new Adam(0.01)));
    List<Double> scores = new ArrayList<>();
    History history = new History();
    model.addListeners(history, scoresInto(scores));
    fit(model, batches(0, 3), 2);
    assertThat(history.epochs()).isEqualTo(2);
    double[] loss = history.of(History.LOSS);
    assertThat(loss[0]).isCloseTo(mean(scores.subList(0, 3)), within(1e-12));
    assertThat(loss[1]).isCloseTo(mean(scores.subList(3, 6)), within(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void figuresOnOtherDataAreThoseAfterTheEpochAndDoNotDisturbTraining(Type type) {
    Model watched = network(type, base(new Adam(0.01)));
    Model alone = network(type, base(new Adam(0.01)));
    History history =
        new History(
            Monitor.validationLoss(batches(7, 9)),
            Monitor.validationAccuracy(batches(7, 9)),
            Monitor.minimizing("steps", model -> Network.of(model).progress().iterations()));
    watched.addListeners(history);
    fit(watched, batches(0, 3), 2);
    fit(alone, batches(0, 3), 2);
    assertThat(watched.params().toDoubleVector()).isEqualTo(alone.params().toDoubleVector());
    assertThat(history.names())
        .containsExactly(
            "loss", "learning rate", "validation loss", "validation accuracy", "steps");
    assertThat(history.last("validation loss"))
        .isEqualTo(Monitor.validationLoss(batches(7, 9)).of(alone));
    assertThat(history.last("validation accuracy"))
        .isEqualTo(Monitor.validationAccuracy(batches(7, 9)).of(alone));
    assertThat(history.of("steps")).containsExactly(3, 6);
  }

  /** All count from 0, so that one's epoch is an index into another's figures. */
  @ParameterizedTest
  @EnumSource
  void countsEpochsAsEarlyStoppingAndTheLogOfRatesDo(Type type) {
    List<Double> losses = new ArrayList<>(List.of(3.0, 1.0, 2.0));
    Monitor given = Monitor.minimizing("given", model -> losses.get(0));
    EarlyStopping stopping =
        EarlyStopping.builder()
            .monitor(Monitor.minimizing("last", model -> losses.remove(0)))
            .patience(9)
            .build();
    History history = new History(given);
    List<Integer> logged = new ArrayList<>();
    LearningRateLog rates =
        new LearningRateLog(2, rows -> rows.forEach(row -> logged.add(row.epoch())));
    Model model = network(type, base(new Adam(0.01)));
    model.addListeners(history, stopping, rates);
    fit(model, batches(0, 2), 3);
    assertThat(stopping.bestEpoch()).isEqualTo(1);
    assertThat(history.of("given")[stopping.bestEpoch()]).isEqualTo(stopping.bestValue());
    assertThat(history.toCsv().lines().skip(1).map(line -> line.substring(0, 2)))
        .containsExactly("0,", "1,", "2,");
    assertThat(new TreeSet<>(logged)).containsExactly(0, 1, 2);
  }

  @Test
  void theRateIsThatOfTheEpochsLastStep() {
    MapSchedule schedule =
        new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 0.5).add(3, 0.25).build();
    Model model = network(Type.MULTI_LAYER, base(new Sgd(schedule)));
    History history = new History();
    model.addListeners(history);
    fit(model, batches(0, 3), 2);
    assertThat(history.of(History.LEARNING_RATE)).containsExactly(0.5, 0.25);
  }

  @Test
  void isATableToo() {
    MultiLayerNetwork model = (MultiLayerNetwork) network(Type.MULTI_LAYER, base(new Sgd(0.5)));
    History history = new History(Monitor.minimizing("one, two", any -> 3));
    model.addListeners(history);
    model.fit(batches(0, 1), 2);
    double[] loss = history.of("loss");
    assertThat(history.toCsv())
        .isEqualTo(
            "epoch,loss,learning rate,one  two\n"
                + "0,"
                + loss[0]
                + ",0.5,3.0\n1,"
                + loss[1]
                + ",0.5,3.0\n");
    history.clear();
    assertThat(history.epochs()).isZero();
    assertThat(history.last("loss")).isNaN();
  }

  @Test
  void figuresAreNamedOnce() {
    History history = new History();
    assertThatThrownBy(() -> new History(Monitor.minimizing("loss", model -> 1)))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage("history: name must be one that is not taken, was \"loss\"");
    assertThatThrownBy(() -> Monitor.minimizing("mine", null))
        .hasMessageContaining("function must be a function, was null");
    assertThatThrownBy(() -> history.of("lost"))
        .hasMessage("history: name must be one of [loss, learning rate], was \"lost\"");
  }

  private static TrainingListener scoresInto(List<Double> scores) {
    return new BaseTrainingListener() {
      @Override
      public void iterationDone(Model model, int iteration, int epoch) {
        scores.add(model.score());
      }
    };
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
