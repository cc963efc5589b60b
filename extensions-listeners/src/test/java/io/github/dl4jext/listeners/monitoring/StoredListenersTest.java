package io.github.dl4jext.listeners.monitoring;

import static io.github.dl4jext.testkit.fixtures.Trainings.base;
import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static io.github.dl4jext.testkit.fixtures.Trainings.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.learning.config.Adam;

/** Listeners that are stored beside the network, and go on as if there had been no break. */
class StoredListenersTest {

  private static final String ALLOWED =
      "io.github.dl4jext.**;org.nd4j.**;java.lang.*;java.util.*;java.math.*;!*";

  /** The filter is what the class comment of ResumableListener advises. */
  @SuppressWarnings("unchecked") // what was written is read
  private static <T> T stored(T listener) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(listener);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      in.setObjectInputFilter(ObjectInputFilter.Config.createFilter(ALLOWED));
      return (T) in.readObject();
    }
  }

  private static EarlyStopping stopping() {
    return EarlyStopping.builder()
        .monitor(Monitor.validationLoss(batches(50, 52)))
        .patience(3)
        .restoreBestWeights(true)
        .restoreUpdaterState(true)
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void earlyStoppingAndHistoryGoOn(Type type) throws IOException, ClassNotFoundException {
    Model whole = network(type, base(new Adam(0.05)));
    EarlyStopping uninterrupted = stopping();
    History all = new History(Monitor.validationLoss(batches(50, 52)));
    whole.setListeners(uninterrupted, all);
    int epochs = 0;
    while (!uninterrupted.stopped()) {
      fit(whole, batches(0, 3), 1);
      epochs++;
    }
    assertThat(epochs).isGreaterThan(4);

    Model broken = network(type, base(new Adam(0.05)));
    EarlyStopping first = stopping();
    History begun = new History(Monitor.validationLoss(batches(50, 52)));
    broken.setListeners(first, begun);
    fit(broken, batches(0, 3), epochs - 1);
    assertThat(first.stopped()).isFalse();
    Model restored = Trainings.saveAndRestore(broken);
    EarlyStopping second = stopping();
    second.resumeFrom(stored(first));
    History rest = new History(Monitor.validationLoss(batches(50, 52)));
    rest.resumeFrom(stored(begun));
    restored.setListeners(second, rest);
    fit(restored, batches(0, 3), 1);

    assertThat(second.stoppedEpoch()).isEqualTo(uninterrupted.stoppedEpoch());
    assertThat(second.values()).isEqualTo(uninterrupted.values());
    assertThat(rest.toCsv()).isEqualTo(all.toCsv());
    assertThat(restored.params().toDoubleVector())
        .as("the best was put back")
        .isEqualTo(whole.params().toDoubleVector());
    assertThat(Trainings.updaterState(restored)).isEqualTo(Trainings.updaterState(whole));
  }

  @Test
  void whatWatchesTheTrainingAloneGoesOnAsItWasLoaded() throws IOException, ClassNotFoundException {
    Model model = network(Type.MULTI_LAYER, base(new Adam(0.05)));
    EarlyStopping listener = EarlyStopping.builder().patience(99).build();
    History history = new History();
    model.setListeners(listener, history);
    fit(model, batches(0, 2), 2);
    EarlyStopping loaded = stored(listener);
    History read = stored(history);
    assertThat(loaded).hasToString(listener.toString());
    assertThat(loaded.values()).isEqualTo(listener.values()).hasSize(2);
    assertThat(read.toCsv()).isEqualTo(history.toCsv());
    model.setListeners(loaded);
    fit(model, batches(0, 2), 1);
    assertThat(loaded.values()).hasSize(3);
  }

  @Test
  void whatIsWatchedIsNotStoredAndIsAskedFor() throws IOException, ClassNotFoundException {
    Model model = network(Type.MULTI_LAYER, base(new Adam(0.05)));
    EarlyStopping loaded = stored(stopping());
    assertThatThrownBy(() -> loaded.onEpochEnd(model))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("validation loss")
        .hasMessageContaining("resumeFrom(saved)");
    EarlyStopping other = EarlyStopping.builder().build();
    assertThatThrownBy(() -> other.resumeFrom(loaded))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("a listener of the same monitor and minDelta");
  }

  /** A plateau that makes rates equal lets DL4J join the updater's blocks: places change. */
  @ParameterizedTest
  @EnumSource
  void stateIsPutBackByNameThoughTheBlocksHaveChanged(Type type) {
    Model model = network(type, null, new Adam(0.1), new Adam(0.09), new Adam(0.08));
    Model best = network(type, null, new Adam(0.1), new Adam(0.09), new Adam(0.08));
    double[] figures = {2, 1, 3, 4};
    int[] epoch = {0};
    EarlyStopping stopping =
        EarlyStopping.builder()
            .monitor(Monitor.minimizing("given", m -> figures[epoch[0]++]))
            .patience(9)
            .restoreBestWeights(true)
            .restoreUpdaterState(true)
            .build();
    TrainingListener equalizer =
        new org.deeplearning4j.optimize.api.BaseTrainingListener() {
          @Override
          public void onEpochEnd(Model any) {
            if (epoch[0] == 3) {
              LearningRates.of("test", Network.of(any)).set(0.03);
            }
          }
        };
    org.nd4j.linalg.factory.Nd4j.getRandom().setSeed(3);
    model.setListeners(stopping, equalizer);
    fit(model, batches(0, 3), 4);
    org.nd4j.linalg.factory.Nd4j.getRandom().setSeed(3);
    fit(best, batches(0, 3), 2);
    assertThat(stopping.restoreBest(model)).isTrue();
    LearningRates.of("test", Network.of(best)).set(0.03);
    assertThat(model.params().toDoubleVector()).isEqualTo(best.params().toDoubleVector());
    assertThat(Trainings.updaterState(model)).isEqualTo(Trainings.updaterState(best));
  }

  /**
   * An epoch that is broken off leaves nothing in the next one, one without a batch is no bad one.
   */
  @ParameterizedTest
  @EnumSource
  void brokenOffAndEmptyEpochs(Type type) {
    Model model = network(type, base(new Adam(0.05)));
    EarlyStopping stopping = EarlyStopping.builder().patience(1).build();
    ReduceOnPlateau plateau = ReduceOnPlateau.builder().patience(1).minDelta(0).build();
    History history = new History();
    double[] scores = new double[3];
    int[] step = {0};
    model.setListeners(
        new org.deeplearning4j.optimize.api.BaseTrainingListener() {
          @Override
          public void iterationDone(Model any, int iteration, int epoch) {
            scores[step[0] % 3] = any.score();
            if (step[0]++ == 1) {
              throw new IllegalStateException("broken off");
            }
          }
        },
        stopping,
        plateau,
        history);
    assertThatThrownBy(() -> fit(model, batches(0, 3), 1)).hasMessage("broken off");
    step[0] = 3;
    var data = batches(0, 3);
    fit(model, data, 1);
    double mean = (scores[0] + scores[1] + scores[2]) / 3;
    assertThat(history.of("loss")).containsExactly(mean);
    assertThat(stopping.values()).containsExactly(mean);
    assertThat(plateau.best()).isEqualTo(mean);
    for (TrainingListener listener : List.of(stopping, plateau, history)) {
      listener.onEpochStart(model);
      listener.onEpochEnd(model);
    }
    assertThat(stopping.stopped()).isFalse();
    assertThat(stopping.values().get(1)).isNaN();
    assertThat(plateau.reductions()).isZero();
    assertThat(history.of("loss")[1]).isNaN();
    assertThat(history.epochs()).isEqualTo(2);
  }
}
