package io.github.dl4jext.listeners.diagnosis;

import static io.github.dl4jext.testkit.fixtures.Trainings.base;
import static io.github.dl4jext.testkit.fixtures.Trainings.batches;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static io.github.dl4jext.testkit.fixtures.Trainings.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.listeners.diagnosis.LearningRateLog.AppliedRate;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.testkit.PluginContract;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class LearningRateLogTest extends PluginContract<TrainingListener> {

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return "learning_rate_log(everySteps=7, file='target/rates/one.csv')";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "learning_rate_log(everySteps=8, file='target/rates/one.csv')",
        "learning_rate_log(everySteps=7, file='target/rates/other.csv')",
        "learning_rate_log(everySteps=7)");
  }

  @ParameterizedTest
  @EnumSource
  void followsSchedulesOfStepsAndOfEpochs(Type type) {
    IUpdater bySteps = new Sgd(new MapSchedule(ScheduleType.ITERATION, Map.of(0, 0.5, 3, 0.25)));
    IUpdater byEpochs = new Sgd(new MapSchedule(ScheduleType.EPOCH, Map.of(0, 0.1, 1, 0.01)));
    Model model = network(type, base(bySteps).biasUpdater(byEpochs));
    List<AppliedRate> rows = new ArrayList<>();
    model.addListeners(new LearningRateLog(1, rows::addAll));
    fit(model, batches(0, 2), 2);
    assertThat(rows)
        .filteredOn(row -> row.layer().equals("last"))
        .containsExactly(
            new AppliedRate(0, 0, "last", "W", 0.5),
            new AppliedRate(0, 0, "last", "b", 0.1),
            new AppliedRate(1, 0, "last", "W", 0.5),
            new AppliedRate(1, 0, "last", "b", 0.1),
            new AppliedRate(2, 1, "last", "W", 0.5),
            new AppliedRate(2, 1, "last", "b", 0.01),
            new AppliedRate(3, 1, "last", "W", 0.25),
            new AppliedRate(3, 1, "last", "b", 0.01));
    assertThat(rows)
        .filteredOn(row -> row.layer().equals("norm") && row.iteration() == 0)
        .flatExtracting(row -> List.of(row.parameters().split(" ")))
        .containsExactlyInAnyOrder("gamma", "beta");
  }

  /** With Sgd and no regularization the update is the rate times the gradient. */
  @ParameterizedTest
  @EnumSource
  void isTheRateThatWasApplied(Type type) {
    IUpdater updater =
        new Sgd(new MapSchedule(ScheduleType.ITERATION, Map.of(0, 0.5, 1, 0.125, 2, 0.03125)));
    Model model = network(type, base(updater).biasUpdater(new Sgd(0.75)));
    List<AppliedRate> rates = new ArrayList<>();
    List<GradientMonitor.ParameterNorms> moves = new ArrayList<>();
    model.addListeners(
        new LearningRateLog(1, rates::addAll), new GradientMonitor(1, moves::addAll));
    fit(model, batches(0, 3), 1);
    assertThat(moves).hasSize(18);
    for (GradientMonitor.ParameterNorms move : moves) {
      AppliedRate rate =
          rates.stream()
              .filter(r -> r.iteration() == move.iteration() && r.layer().equals(move.layer()))
              .filter(r -> List.of(r.parameters().split(" ")).contains(move.parameter()))
              .findFirst()
              .orElseThrow();
      double tolerance = 1e-12 * (1 + move.gradientNorm());
      assertThat(move.updateNorm()).isCloseTo(rate.rate() * move.gradientNorm(), within(tolerance));
    }
  }

  @Test
  void looksIntoWrappersAndShowsFrozenLayersAsZero() {
    MultiLayerNetwork model =
        new MultiLayerNetwork(
            base(new Adam(0.125))
                .list()
                .layer(new FrozenLayer(new SimpleRnn.Builder().nIn(2).nOut(3).build()))
                .layer(
                    new Bidirectional(
                        Bidirectional.Mode.CONCAT,
                        new LSTM.Builder()
                            .nIn(3)
                            .nOut(2)
                            .updater(new Adam(0.5))
                            .biasUpdater(new Sgd(0.25))
                            .build()))
                .layer(
                    new MaskZeroLayer.Builder()
                        .setUnderlying(new SimpleRnn.Builder().nIn(4).nOut(3).build())
                        .setMaskValue(0)
                        .build())
                .layer(
                    new TimeDistributed(
                        new DenseLayer.Builder().nIn(3).nOut(3).updater(new AdaDelta()).build(),
                        RNNFormat.NCW))
                .layer(
                    new LastTimeStep(
                        new SimpleRnn.Builder().nIn(3).nOut(2).updater(new Sgd(2)).build()))
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(2)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    model.init();
    LearningRateLog log = new LearningRateLog(1, rows -> {});
    assertThat(log.rows()).isEmpty();
    model.addListeners(log);
    INDArray features = Nd4j.linspace(DataType.DOUBLE, -1, 0.1, 24).reshape(3, 2, 4);
    model.fit(new DataSet(features, Nd4j.ones(DataType.DOUBLE, 3, 1)));
    assertThat(log.rows())
        .extracting(row -> row.parameters() + " " + row.rate())
        .containsExactly(
            "W RW b 0.0",
            "fW fRW bW bRW 0.5",
            "fb bb 0.25",
            "W RW b 0.125",
            "W b NaN",
            "W RW b 2.0",
            "W b 0.125");
    assertThat(AppliedRates.of(model, 0, 0)).isEqualTo(0.5);
  }

  @Test
  void showsFrozenVerticesAsZero() {
    ComputationGraph graph = (ComputationGraph) network(Type.GRAPH, base(new Sgd(0.5)));
    graph.getVertex("first").setLayerAsFrozen();
    assertThat(AppliedRates.ofAll(Trainings.of(graph), 0, 0).get(0))
        .isEqualTo(new AppliedRates.OfLayer("first", "W b", 0));
    assertThat(AppliedRates.of(graph, 0, 0)).isEqualTo(0.5);
  }

  /** DL4J goes on to apply this rate, to L2 if to nothing else. */
  @Test
  void showsTheRateThatAFrozenLayerWithBackpropKeeps() {
    MultiLayerNetwork model =
        new MultiLayerNetwork(
            base(new Sgd(0.5))
                .l2(0.1)
                .list()
                .layer(new FrozenLayerWithBackprop(new DenseLayer.Builder().nIn(3).nOut(2).build()))
                .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(2).nOut(2).build())
                .build());
    model.init();
    INDArray before = model.getLayer(0).getParam("W").dup();
    LearningRateLog log = new LearningRateLog(1, rows -> {});
    model.addListeners(log);
    fit(model, batches(0, 1), 1);
    assertThat(log.rows().get(0).rate()).isEqualTo(0.5);
    assertThat(model.getLayer(0).getParam("W").ravel().toDoubleVector())
        .containsExactly(
            before.mul(1 - 0.5 * 0.1).ravel().toDoubleVector(), within(1e-7)); // a float's rounding
  }

  @Test
  void writesCsv(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("rates.csv");
    Model model = network(Type.MULTI_LAYER, base(new Sgd(0.5)).biasUpdater(new Sgd(0.25)));
    LearningRateLog log = new LearningRateLog(2, file);
    model.addListeners(log);
    fit(model, batches(0, 3), 1);
    assertThat(Files.readAllLines(file))
        .startsWith("iteration,epoch,layer,parameters,rate", "0,0,first,W,0.5", "0,0,first,b,0.25")
        .hasSize(1 + 2 * log.rows().size())
        .contains("2,0,last,b,0.25");
    assertThat(LearningRateLog.table(log.rows()))
        .startsWith("iteration 2, epoch 0\nlayer  parameters  rate\nfirst  W            0.5\n");
  }

  @Test
  void refusesNullsAsItRefusesAllElse() {
    assertThatThrownBy(() -> new LearningRateLog(0, (Path) null))
        .isInstanceOfSatisfying(
            InvalidArgumentException.class,
            e ->
                assertThat(e.problems())
                    .contains("learning_rate_log: file must be given, was null")
                    .hasSize(2));
    assertThatThrownBy(() -> new LearningRateLog(1, (Appendable) null))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("learning_rate_log: out must be given, was null");
    assertThatThrownBy(() -> new LearningRateLog(1, (Consumer<List<AppliedRate>>) null))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("learning_rate_log: reader must be given, was null");
  }
}
