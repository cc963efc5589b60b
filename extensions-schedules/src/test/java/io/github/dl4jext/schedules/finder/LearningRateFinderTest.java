package io.github.dl4jext.schedules.finder;

import static io.github.dl4jext.testkit.fixtures.Trainings.batch;
import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static io.github.dl4jext.testkit.fixtures.Trainings.json;
import static io.github.dl4jext.testkit.fixtures.Trainings.network;
import static io.github.dl4jext.testkit.fixtures.Trainings.updaterState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.LearningRate;
import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.schedules.Cosine;
import io.github.dl4jext.schedules.OneCycle;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

class LearningRateFinderTest {

  private static final String NAME = "learning_rate_finder";

  /** A network in the middle of training, with a number and a schedule in one updater. */
  private static Model midway(Type type) {
    IUpdater both =
        Adam.builder().learningRate(0.3).learningRateSchedule(new Cosine(0.1, 0, 50)).build();
    Model model = network(type, new Nesterovs(0.05, 0.9), both, new Adam(0.02));
    Nd4j.getRandom().setSeed(3);
    fit(model, batches(0, 3), 2);
    return model;
  }

  private static LearningRateFinder.Builder quick(Model model) {
    return LearningRateFinder.builder(model).startRate(1e-4).endRate(100).steps(30);
  }

  /** All that may not change, held against what it is later. */
  private static final class Snapshot {

    final Model model;
    final INDArray params;
    final INDArray state;
    final String json;
    final List<TrainingListener> listeners;
    final Random random = Nd4j.getRandom();
    final long[] drawn = {random.getSeed(), random.rootState(), random.nodeState()};

    Snapshot(Model model) {
      this.model = model;
      params = model.params().dup();
      state = updaterState(model).dup();
      json = json(model);
      listeners = listeners();
    }

    List<TrainingListener> listeners() {
      return List.copyOf(
          model instanceof MultiLayerNetwork net
              ? net.getListeners()
              : ((org.deeplearning4j.nn.graph.ComputationGraph) model).getListeners());
    }

    void assertUnchanged() {
      assertThat(model.params().toDoubleVector()).isEqualTo(params.ravel().toDoubleVector());
      assertThat(updaterState(model)).isEqualTo(state);
      assertThat(json(model)).as("rates and counters are in it").isEqualTo(json);
      assertThat(listeners()).isEqualTo(listeners);
      assertThat(new long[] {random.getSeed(), random.rootState(), random.nodeState()})
          .isEqualTo(drawn);
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesEverythingAsItWas(Type type) {
    Model model = midway(type);
    model.addListeners(new Failing(0)); // is not called
    DataSetIterator data = batches(0, 3);
    data.next();
    Nd4j.getRandom().setSeed(7);
    Nd4j.getRandom().nextDouble();
    Snapshot before = new Snapshot(model);
    LearningRateSweep found = quick(model).seeds(2).build().sweep(data);
    before.assertUnchanged();
    assertThat(found.rates().length).isGreaterThan(15);
    assertThat(data.next().getFeatures()).as("reset").isEqualTo(batch(0).getFeatures());
  }

  @ParameterizedTest
  @EnumSource
  void trainingGoesOnBitByBitAsIfThereHadBeenNoSweep(Type type) {
    Model swept = midway(type);
    Model other = midway(type);
    Nd4j.getRandom().setSeed(9);
    fit(other, batches(3, 6), 2);
    Nd4j.getRandom().setSeed(9);
    quick(swept).build().sweep(batches(0, 3));
    fit(swept, batches(3, 6), 2);
    assertThat(swept.params().toDoubleVector()).isEqualTo(other.params().toDoubleVector());
    assertThat(updaterState(swept)).isEqualTo(updaterState(other));
  }

  @ParameterizedTest
  @EnumSource
  void leavesEverythingAsItWasWhenSomethingThrows(Type type) {
    Model model = midway(type);
    Snapshot before = new Snapshot(model);
    DataSetIterator breaking =
        new ListDataSetIterator<>(batch(0).asList(), Trainings.BATCH) {
          private static final long serialVersionUID = 1L;
          private int left = 5;

          @Override
          public DataSet next() {
            if (left-- == 0) {
              throw new UncheckedIOException(new IOException("the disk is gone"));
            }
            return super.next();
          }
        };
    assertThatThrownBy(() -> quick(model).build().sweep(breaking))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("the disk is gone");
    before.assertUnchanged();
    assertThatThrownBy(() -> quick(model).listeners(new Failing(4)).build().sweep(batches(0, 2)))
        .hasMessage("a listener fails");
    before.assertUnchanged();
    DataSet nan = batch(0);
    nan.getFeatures().putScalar(0, Double.NaN);
    assertThatThrownBy(
            () ->
                quick(model)
                    .build()
                    .sweep(new ListDataSetIterator<>(nan.asList(), Trainings.BATCH)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            NAME
                + ": the loss must be finite before the first step, was NaN; look for NaN in data"
                + " and parameters");
    before.assertUnchanged();
  }

  private static final class Failing extends BaseTrainingListener {

    private int steps;

    Failing(int steps) {
      this.steps = steps;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      if (steps-- == 0) {
        throw new IllegalStateException("a listener fails");
      }
    }
  }

  /** Otherwise the losses would be those of another network. */
  @ParameterizedTest
  @EnumSource
  void theCopyTrainsAsTheNetworkDoes(Type type) {
    Model model = midway(type);
    Network copy = Network.of(NetworkCopy.from(model).build());
    Nd4j.getRandom().setSeed(4);
    copy.fit(batch(8));
    double loss = copy.score();
    copy.fit(batch(9));
    Nd4j.getRandom().setSeed(4);
    fit(model, batch(8));
    assertThat(loss).isEqualTo(model.score());
    fit(model, batch(9));
    assertThat(copy.parameters().toDoubleVector()).isEqualTo(model.params().toDoubleVector());
    assertThat(updaterState(copy.model())).isEqualTo(updaterState(model));
  }

  /** Why the copy is not DL4J's. */
  @Test
  void dl4jsCloneSharesTheRates() {
    MultiLayerNetwork net = (MultiLayerNetwork) network(Type.MULTI_LAYER, null, new Sgd(0.1));
    net.clone().setLearningRate(5);
    assertThat(net.getLearningRate(0)).isEqualTo(5);
    LearningRates.of(NAME, Network.of(NetworkCopy.from(net).build())).set(7);
    assertThat(net.getLearningRate(0)).isEqualTo(5);
  }

  private static List<IUpdater> updaters() {
    return List.of(new Sgd(0.1), new Adam(0.1), new Sgd(new Cosine(0.1, 0, 10)));
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void descendsAndThenDiverges(IUpdater updater) {
    Model model = network(Type.MULTI_LAYER, null, updater);
    LearningRateSweep found =
        LearningRateFinder.builder(model)
            .startRate(1e-4)
            .endRate(1e6)
            .steps(100)
            .smoothing(0.5)
            .build()
            .sweep(batches(0, 1));
    double[] smoothed = found.smoothed();
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < smoothed.length; i++) {
      best = Math.min(best, smoothed[i]);
      boolean last = i == smoothed.length - 1;
      assertThat(smoothed[i] > 4 * best || Double.isNaN(smoothed[i]))
          .as("diverged at step %s", i)
          .isEqualTo(last);
    }
    double[] still =
        LearningRateFinder.builder(model)
            .startRate(1e-13)
            .endRate(1e-12)
            .steps(100)
            .smoothing(0.5)
            .build()
            .sweep(batches(0, 1))
            .smoothed();
    assertThat(best)
        .as("against rates that do nothing, with the same dropout")
        .isLessThan(0.8 * Arrays.stream(still).limit(smoothed.length).min().orElseThrow());
    assertThat(smoothed.length).as("stopped").isLessThan(100);
    assertThat(found.suggestion()).isEqualTo(found.valley()).isBetween(1e-4, 100.0);
    assertThat(found.oneCycle(500)).isEqualTo(OneCycle.geron(found.valley(), 500));
  }

  @Test
  void everyUpdaterOfDl4jWithARateTakesIt() {
    for (IUpdater updater :
        List.of(
            new Sgd(0.1),
            new Nesterovs(0.1, 0.9),
            new Adam(0.1),
            new AMSGrad(0.1),
            new AdaMax(0.1),
            new Nadam(0.1),
            new RmsProp(0.1),
            new AdaGrad(0.1))) {
      Model model = network(Type.MULTI_LAYER, updater, updater);
      LearningRates rates = LearningRates.of(NAME, Network.of(model));
      assertThat(rates.reduce(0.5, 0, 0, TrainingProgress.NONE)).isTrue();
      assertThat(rates.values().values()).extracting(LearningRate::number).containsOnly(0.05);
      rates.set(3);
      assertThat(((MultiLayerNetwork) model).getLearningRate(0)).isEqualTo(3);
    }
  }

  @Test
  void ratesGrowExponentiallyAndTheCurveIsSmoothed() {
    Model model = network(Type.GRAPH, null, new Sgd(0.1));
    LearningRateSweep found =
        LearningRateFinder.builder(model)
            .startRate(1e-6)
            .endRate(1e-2)
            .steps(40)
            .smoothing(0.5)
            .build()
            .sweep(batches(0, 3));
    assertThat(found.rates()).hasSize(40);
    for (int i = 0; i < 40; i++) {
      assertThat(found.rates()[i])
          .isCloseTo(1e-6 * Math.pow(10, i / 10.0), within(1e-12 * found.rates()[i]));
    }
    double[] raw = found.losses();
    assertThat(found.smoothed()[0]).isCloseTo(raw[0], within(1e-15));
    assertThat(found.smoothed()[1]).isCloseTo((raw[0] + 2 * raw[1]) / 3, within(1e-15));
    assertThat(found.smoothed()[2])
        .isCloseTo((raw[0] + 2 * raw[1] + 4 * raw[2]) / 7, within(1e-15));
    assertThat(raw[0]).as("the loss before any step").isNotEqualTo(raw[3]);
  }

  @Test
  void seedsGiveAMeanAndASpread() {
    Model model = midway(Type.MULTI_LAYER);
    LearningRateFinder finder = quick(model).smoothing(0.7).seeds(3).build();
    LearningRateSweep found = finder.sweep(batches(0, 7));
    List<double[]> each = found.lossesOfSeeds();
    assertThat(each).hasSize(3);
    double[] mean = found.losses();
    for (int i = 0; i < mean.length; i++) {
      assertThat(mean[i])
          .isCloseTo((each.get(0)[i] + each.get(1)[i] + each.get(2)[i]) / 3, within(1e-12));
    }
    assertThat(each.get(0)[0]).as("other minibatches").isNotEqualTo(each.get(1)[0]);
    assertThat(found.spread().lowest()).isLessThanOrEqualTo(found.spread().highest());
    assertThat(found.rates()).contains(found.spread().lowest());
    assertThat(finder.sweep(batches(0, 7)).losses()).as("repeatable").isEqualTo(mean);
    double alone = quick(model).smoothing(0.7).build().sweep(batches(0, 7)).valley();
    assertThat(found.spread().lowest()).isLessThanOrEqualTo(alone);
    assertThat(found.spread().highest()).isGreaterThanOrEqualTo(alone);
  }

  @Test
  void listenersTakePart() {
    Model model = network(Type.MULTI_LAYER, null, new Sgd(0.1));
    TrainingListener still =
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model trial) {
            ((MultiLayerNetwork) trial).getFlattenedGradients().assign(0);
          }
        };
    LearningRateFinder.Builder far = quick(model).endRate(1e6).smoothing(0.5);
    assertThat(far.build().sweep(batches(0, 3)).losses().length).as("diverges").isLessThan(30);
    assertThat(far.listeners(still).build().sweep(batches(0, 3)).losses()).hasSize(30);
  }

  @Test
  void saysWhatIsWrong() {
    Model model = network(Type.MULTI_LAYER, null, new Sgd(0.1));
    assertThatThrownBy(
            () -> LearningRateFinder.builder(model).startRate(1).endRate(0.1).steps(3).build())
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining(NAME + ": endRate must be more than startRate, was 0.1")
        .hasMessageContaining(NAME + ": steps must be a whole number in [23, inf), was 3");
    assertThatThrownBy(
            () -> quick(network(Type.GRAPH, null, new AdaDelta())).build().sweep(batches(0, 1)))
        .hasMessage(NAME + ": the network must have an updater with a learning rate, has none");
    assertThatThrownBy(() -> quick(model).build().sweep(batches(0, 0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(NAME + ": the data must have a minibatch, had none after a reset");
    MultiLayerNetwork raw =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .list()
                .layer(new OutputLayer.Builder().nIn(3).nOut(2).build())
                .build());
    assertThatThrownBy(() -> quick(raw).build().sweep(batches(0, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the network is not initialised; call init() first");
    assertThatThrownBy(() -> LearningRateFinder.builder(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage(NAME + ": the model must not be null");
    DataSetIterator once =
        new ListDataSetIterator<>(batch(0).asList(), Trainings.BATCH) {
          private static final long serialVersionUID = 1L;

          @Override
          public boolean resetSupported() {
            return false;
          }
        };
    assertThatThrownBy(() -> quick(model).build().sweep(once))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(NAME + ": the data ended at step 1 and cannot be reset");
    LearningRateSweep brief = new LearningRateSweep(new double[100], List.of(new double[10]), 0.9);
    assertThatThrownBy(brief::suggestion).hasMessageContaining("needs 16 points or more");
    assertThatThrownBy(brief::spread).hasMessageContaining("needs 16 points or more");
  }

  @Test
  void writesTheCurve(@TempDir Path folder) throws IOException {
    LearningRateSweep found =
        new LearningRateSweep(
            new double[] {0.25, 0.5, 1}, List.of(new double[] {3, 2}, new double[] {5, 4, 9}), 0.0);
    Path file = folder.resolve("curve.csv");
    Files.writeString(file, "old");
    found.writeCsv(file);
    assertThat(file)
        .hasContent(
            """
            rate,loss,smoothed,loss_1,loss_2
            0.25,4.0,4.0,3.0,5.0
            0.5,3.0,3.0,2.0,4.0
            """);
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    assertThatThrownBy(() -> found.writeCsv(folder.resolve("none/curve.csv")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("must be a file in a folder that exists");
    assertThat(found).hasToString("LearningRateSweep(points=2, seeds=2)");
  }
}
