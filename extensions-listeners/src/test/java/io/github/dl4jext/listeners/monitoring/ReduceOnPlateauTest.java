package io.github.dl4jext.listeners.monitoring;

import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static io.github.dl4jext.testkit.fixtures.Trainings.network;
import static io.github.dl4jext.testkit.fixtures.Trainings.saveAndRestore;
import static io.github.dl4jext.testkit.fixtures.Trainings.updaterState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.LearningRate;
import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.Scaled;
import io.github.dl4jext.schedules.Cosine;
import io.github.dl4jext.schedules.PiecewiseConstant;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.testkit.PluginContract;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;

class ReduceOnPlateauTest extends PluginContract<TrainingListener> {

  private static final String SPEC =
      "reduce_on_plateau(factor=%s, patience=%s, minDelta=%s, cooldown=%s, minRate=%s,"
          + " convention=%s, thresholdMode=%s, epsilon=%s, everySteps=%s)";

  private static String spec(Object... arguments) {
    return String.format(SPEC, arguments);
  }

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return spec(0.5, 3, 0.01, 2, 1e-3, "torch", "absolute", 1e-6, 7);
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        spec(0.4, 3, 0.01, 2, 1e-3, "torch", "absolute", 1e-6, 7),
        spec(0.5, 4, 0.01, 2, 1e-3, "torch", "absolute", 1e-6, 7),
        spec(0.5, 3, 0.02, 2, 1e-3, "torch", "absolute", 1e-6, 7),
        spec(0.5, 3, 0.01, 1, 1e-3, "torch", "absolute", 1e-6, 7),
        spec(0.5, 3, 0.01, 2, 2e-3, "torch", "absolute", 1e-6, 7),
        spec(0.5, 3, 0.01, 2, 1e-3, "keras", "absolute", 1e-6, 7),
        spec(0.5, 3, 0.01, 2, 1e-3, "torch", "relative", 1e-6, 7),
        spec(0.5, 3, 0.01, 2, 1e-3, "torch", "absolute", 1e-7, 7),
        spec(0.5, 3, 0.01, 2, 1e-3, "torch", "absolute", 1e-6, 8));
  }

  /** A score that is never better, so that the rates are reduced at every look but the first. */
  private static ReduceOnPlateau.Builder always() {
    return ReduceOnPlateau.builder()
        .monitor(Monitor.minimizing("figure", model -> 1))
        .patience(1)
        .factor(0.5);
  }

  /** The check in the class comment. */
  @Test
  void reducesWhenThePatienceIsOver() {
    double[] losses = {5, 4, 4, 4, 4};
    for (var counting : PatienceConvention.values()) {
      Model model = network(Type.MULTI_LAYER, null, new Sgd(0.1));
      int[] epoch = {0};
      ReduceOnPlateau listener =
          ReduceOnPlateau.builder()
              .monitor(Monitor.minimizing("figure", m -> losses[epoch[0]++]))
              .patience(2)
              .convention(counting)
              .build();
      model.addListeners(listener);
      fit(model, batches(0, 2), 4);
      boolean torch = counting == PatienceConvention.TORCH;
      assertThat(rate(model)).isEqualTo(torch ? 0.1 : 0.1 * 0.1);
      fit(model, batches(0, 2), 1);
      assertThat(rate(model)).isEqualTo(0.1 * 0.1);
      assertThat(listener.reductions()).isEqualTo(1);
      assertThat(listener.best()).isEqualTo(4);
      listener.reset();
      assertThat(listener.best()).isNaN();
      assertThat(listener.reductions()).isZero();
    }
  }

  private static double rate(Model model) {
    return rates(model).get(0).at(0, 0);
  }

  private static List<LearningRate> rates(Model model) {
    return List.copyOf(LearningRates.of("test", Network.of(model)).values().values());
  }

  /** The same steps as with rates halved by hand, so the updater's state cannot have been lost. */
  @ParameterizedTest
  @EnumSource
  void trainsAsWithAScheduleOfTheSameRates(Type type) {
    ISchedule halved = new PiecewiseConstant(List.of(6, 9, 12), List.of(0.08, 0.04, 0.02, 0.01));
    ISchedule biases = new PiecewiseConstant(List.of(6, 9), List.of(0.04, 0.02, 0.01));
    Model model = network(type, new Nesterovs(0.04, 0.9), new Adam(0.08));
    Model expected = network(type, new Nesterovs(biases, 0.9), new Adam(halved));
    model.addListeners(always().minRate(0.01).build());
    Nd4j.getRandom().setSeed(3);
    fit(model, batches(0, 3), 5);
    Nd4j.getRandom().setSeed(3);
    fit(expected, batches(0, 3), 5);
    assertThat(model.params().toDoubleVector()).isEqualTo(expected.params().toDoubleVector());
    assertThat(updaterState(model)).isEqualTo(updaterState(expected));
  }

  @ParameterizedTest
  @EnumSource
  void wrapsAScheduleOnceHoweverOftenItIsReduced(Type type) {
    Cosine cosine = new Cosine(0.1, 0, 100);
    Model model = network(type, null, new Sgd(cosine));
    model.addListeners(always().minRate(0.02).build());
    fit(model, batches(0, 2), 3);
    assertThat(rates(model))
        .extracting(LearningRate::schedule)
        .containsOnly(new Scaled(cosine, 0.25));
    fit(model, batches(0, 2), 3);
    Scaled last = (Scaled) rates(model).get(0).schedule();
    assertThat(last.schedule()).isEqualTo(cosine);
    assertThat(last.valueAt(8, 4)).as("where minRate was met").isCloseTo(0.02, within(1e-15));
    assertThat(last.valueAt(90, 45)).as("the cosine goes on").isLessThan(0.001);
    assertThat(saveAndRestore(model).params().toDoubleVector())
        .isEqualTo(model.params().toDoubleVector());
    assertThat(rates(saveAndRestore(model))).isEqualTo(rates(model));
  }

  /** Rates of neighbours meet at the minimum, at which DL4J joins their state on restoring. */
  @ParameterizedTest
  @EnumSource
  void goesOnBitByBitAfterBeingSaved(Type type, @TempDir Path folder) throws IOException {
    Model model = meeting(type);
    Model interrupted = meeting(type);
    model.addListeners(patient().build());
    ReduceOnPlateau first = patient().build();
    interrupted.addListeners(first);
    Nd4j.getRandom().setSeed(3);
    fit(model, batches(0, 3), 7);
    Nd4j.getRandom().setSeed(3);
    fit(interrupted, batches(0, 3), 4);
    File file = folder.resolve("model.zip").toFile();
    ModelSerializer.writeModel(interrupted, file, true);
    ModelSerializer.addObjectToFile(file, "reduce_on_plateau", first);
    Model restored =
        type == Type.MULTI_LAYER
            ? ModelSerializer.restoreMultiLayerNetwork(file, true)
            : ModelSerializer.restoreComputationGraph(file, true);
    ReduceOnPlateau second = ModelSerializer.getObjectFromFile(file, "reduce_on_plateau");
    assertThat(second.reductions()).isEqualTo(first.reductions()).isPositive();
    assertThat(Trainings.json(restored)).isEqualTo(Trainings.json(interrupted));
    restored.addListeners(second);
    fit(restored, batches(0, 3), 3);
    assertThat(restored.params().toDoubleVector()).isEqualTo(model.params().toDoubleVector());
    assertThat(updaterState(restored)).isEqualTo(updaterState(model));
    assertThat(Trainings.json(restored)).isEqualTo(Trainings.json(model));
    assertThat(rates(restored)).extracting(LearningRate::number).containsOnly(0.03);
  }

  private static Model meeting(Type type) {
    return network(type, null, new Adam(0.1), new Adam(0.09), new Adam(0.08));
  }

  /** Watches the training loss, which is saved in the middle of the patience. */
  private static ReduceOnPlateau.Builder patient() {
    return ReduceOnPlateau.builder().patience(2).minDelta(10).factor(0.5).minRate(0.03);
  }

  @Test
  void withoutJoiningTheStateARestoredNetworkWouldTrainOtherwise() {
    Model model = meeting(Type.MULTI_LAYER);
    fit(model, batches(0, 3), 3);
    for (LiveNode node : Network.of(model).nodes()) {
      node.updaters().forEach(updater -> updater.setLrAndSchedule(0.03, null));
    } // leaves the blocks as they are
    Model restored = saveAndRestore(model);
    Nd4j.getRandom().setSeed(3);
    fit(model, batches(0, 3), 1);
    Nd4j.getRandom().setSeed(3);
    fit(restored, batches(0, 3), 1);
    assertThat(restored.params().toDoubleVector()).isNotEqualTo(model.params().toDoubleVector());
  }

  @Test
  void whatWasWatchedIsNamedAgainAfterLoading(@TempDir Path folder) throws IOException {
    Model model = network(Type.MULTI_LAYER, null, new Sgd(0.1));
    ReduceOnPlateau listener = watching(Monitor.validationLoss(batches(5, 7)));
    model.addListeners(listener);
    fit(model, batches(0, 2), 2);
    File file = folder.resolve("model.zip").toFile();
    ModelSerializer.writeModel(model, file, true);
    ModelSerializer.addObjectToFile(file, "reduce_on_plateau", listener);
    ReduceOnPlateau saved = ModelSerializer.getObjectFromFile(file, "reduce_on_plateau");
    model.setListeners(saved);
    assertThatThrownBy(() -> fit(model, batches(0, 2), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("listener.resumeFrom(saved)");
    ReduceOnPlateau again = watching(Monitor.validationLoss(batches(5, 7)));
    again.resumeFrom(saved);
    assertThat(again).hasToString(listener.toString());
    assertThat(again.best()).isEqualTo(listener.best());
    model.setListeners(again);
    fit(model, batches(0, 2), 1);
    assertThat(rate(model)).as("one bad score before, one after").isEqualTo(0.1 * 0.1);
    assertThatThrownBy(() -> watching(Monitor.validationAccuracy(batches(5, 7))).resumeFrom(saved))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("given a listener of the same monitor");
    assertThatThrownBy(() -> watching(Monitor.trainingLoss()).resumeFrom(saved))
        .isInstanceOf(InvalidArgumentException.class);
  }

  private static ReduceOnPlateau watching(Monitor monitor) {
    return ReduceOnPlateau.builder().monitor(monitor).patience(2).minDelta(10).build();
  }

  @ParameterizedTest
  @EnumSource
  void watchesValidationData(Type type) {
    Model model = network(type, null, new Sgd(0));
    ReduceOnPlateau loss =
        ReduceOnPlateau.builder().monitor(Monitor.validationLoss(batches(5, 8))).build();
    ReduceOnPlateau accuracy =
        ReduceOnPlateau.builder().monitor(Monitor.validationAccuracy(batches(5, 8))).build();
    ReduceOnPlateau f1 =
        ReduceOnPlateau.builder().monitor(Monitor.validationF1(batches(5, 8))).build();
    ReduceOnPlateau training = ReduceOnPlateau.builder().build();
    double[] steps = new double[2];
    model.addListeners(loss, accuracy, f1, training, new LossOfSteps(steps));
    fit(model, batches(0, 2), 1);
    assertThat(loss.best()).isCloseTo(score(model, batches(5, 8)), within(1e-12));
    assertThat(training.best()).isEqualTo((steps[0] + steps[1]) / 2);
    assertThat(accuracy.best()).isBetween(0.0, 1.0);
    assertThat(f1.best()).isBetween(0.0, 1.0).isNotEqualTo(accuracy.best());
    assertThat(accuracy.best() * 24).isCloseTo(Math.rint(accuracy.best() * 24), within(1e-9));
  }

  private static final class LossOfSteps
      extends org.deeplearning4j.optimize.api.BaseTrainingListener {

    private final double[] steps;

    LossOfSteps(double[] steps) {
      this.steps = steps;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      steps[iteration] = model.score();
    }
  }

  private static double score(
      Model model, org.nd4j.linalg.dataset.api.iterator.DataSetIterator data) {
    double sum = 0;
    int batches = 0;
    while (data.hasNext()) {
      var batch = data.next();
      sum +=
          model instanceof MultiLayerNetwork net
              ? net.score(batch, false)
              : ((org.deeplearning4j.nn.graph.ComputationGraph) model).score(batch, false);
      batches++;
    }
    return sum / batches;
  }

  @ParameterizedTest
  @EnumSource
  void countsStepsWhereThereAreNoEpochs(Type type) {
    Model model = network(type, null, new Sgd(0.1));
    model.addListeners(always().everySteps(3).build());
    for (int i = 0; i < 12; i++) {
      fit(model, Trainings.batch(i));
      // The first look is the best so far.
      int reductions = Math.max(0, (i + 1) / 3 - 1);
      assertThat(rate(model)).as("after step %s", i).isEqualTo(0.1 * Math.pow(0.5, reductions));
    }
  }

  /** As under ParallelWrapper: several networks, the steps of all count, all get the rates. */
  @Test
  void workersShareOneCountAndTheRates() {
    Model one = network(Type.MULTI_LAYER, null, new Sgd(0.1));
    Model two = saveAndRestore(one);
    ReduceOnPlateau listener = always().everySteps(2).build();
    one.addListeners(listener);
    two.addListeners(listener);
    fit(one, Trainings.batch(0));
    fit(two, Trainings.batch(1));
    fit(one, Trainings.batch(2));
    fit(two, Trainings.batch(3));
    assertThat(rate(two)).isEqualTo(0.05);
    assertThat(rate(one)).isEqualTo(0.1);
    fit(one, Trainings.batch(4));
    assertThat(rate(one)).isEqualTo(0.05);
    assertThat(listener.reductions()).isEqualTo(1);
  }

  @Test
  void saysWhatIsWrong() {
    Model without = network(Type.MULTI_LAYER, null, new AdaDelta());
    without.addListeners(always().build());
    assertThatThrownBy(() -> fit(without, batches(0, 1), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "reduce_on_plateau: the network must have an updater with a learning rate, has none");
    assertThatThrownBy(() -> ReduceOnPlateau.builder().factor(1).patience(-1).build())
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("factor must be a number in (0, 1), was 1.0")
        .hasMessageContaining("patience must be");
    assertThatThrownBy(
            () ->
                ReduceOnPlateau.builder()
                    .monitor(
                        Monitor.validationLoss(
                            (org.nd4j.linalg.dataset.api.iterator.DataSetIterator) null)))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("data must be an iterator that can be reset, was null");
  }

  @Test
  void nanIsNeverTheBest() {
    Model model = network(Type.MULTI_LAYER, null, new Sgd(0.1));
    ReduceOnPlateau listener =
        ReduceOnPlateau.builder()
            .monitor(Monitor.minimizing("figure", m -> Double.NaN))
            .patience(2)
            .build();
    model.addListeners(listener);
    fit(model, batches(0, 1), 2);
    assertThat(listener.best()).isNaN();
    assertThat(rate(model)).isEqualTo(0.1 * 0.1);
    INDArray finite = model.params();
    assertThat(finite.sumNumber().doubleValue()).isFinite();
  }
}
