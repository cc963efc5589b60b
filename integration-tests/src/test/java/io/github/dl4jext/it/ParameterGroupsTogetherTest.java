package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.layers.LayerNorm;
import io.github.dl4jext.layers.PReLU;
import io.github.dl4jext.listeners.checkpoints.Checkpoint;
import io.github.dl4jext.listeners.checkpoints.Resumed;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NodeState;
import io.github.dl4jext.optimizers.Adam;
import io.github.dl4jext.optimizers.AdamW;
import io.github.dl4jext.optimizers.Momentum;
import io.github.dl4jext.optimizers.Nesterov;
import io.github.dl4jext.optimizers.ParameterGroups;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.parallel.ParallelTraining;
import io.github.dl4jext.spi.ParameterFilter;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** Groups of parameters with an optimizer each, beside what the other families do to a network. */
class ParameterGroupsTogetherTest {

  private static final Map<String, Double> RATES =
      Map.of("first.W", 0.01, "first.b", 0.04, "last.W", 0.02, "last.b", 0.04);

  private static Model network(Type type) {
    Model model = Trainings.network(type, Trainings.base(new Sgd(0.1)));
    new ParameterGroups(new AdamW(0.01, 0.1))
        .with(LayerSelector.last(1), new Nesterov(0.02))
        .with(ParameterFilter.biases(), new Momentum(0.04, 0.9))
        .configure(model);
    return model;
  }

  private static double[] numbers(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  private static Map<String, Double> rates(Model model) {
    Map<String, Double> rates = new TreeMap<>();
    for (NodeState state : NodeState.in(Network.of(model))) {
      if (RATES.containsKey(state.name().toString())) {
        rates.put(state.name().toString(), state.updater().getLearningRate(0, 0));
      }
    }
    return rates;
  }

  @ParameterizedTest
  @EnumSource(Type.class)
  void freezingAndUnfreezingKeepsGroupsAndTheirState(Type type) {
    Model whole = network(type);
    Trainings.fit(whole, Trainings.batches(0, 4), 1);
    Model frozen = Freezing.freeze(whole, LayerSelector.named("first"));
    double[] before = numbers(Network.of(frozen).node("first").parameters().get("W"));
    Trainings.fit(frozen, Trainings.batches(4, 8), 1);
    assertThat(numbers(Network.of(frozen).node("first").parameters().get("W"))).isEqualTo(before);
    Model again = Freezing.unfreeze(frozen);
    Model same = Freezing.unfreeze(Freezing.freeze(whole, LayerSelector.named("first")));
    assertThat(rates(again)).isEqualTo(RATES);
    Trainings.fit(same, Trainings.batches(4, 8), 1);
    Trainings.fit(whole, Trainings.batches(4, 8), 1);
    assertThat(numbers(same.params())).isEqualTo(numbers(whole.params()));
    assertThat(numbers(Trainings.updaterState(same)))
        .isEqualTo(numbers(Trainings.updaterState(whole)));
  }

  @ParameterizedTest
  @EnumSource(Type.class)
  void trainingResumesInTheMiddleOfAnEpoch(Type type, @TempDir Path folder) {
    Model whole = network(type);
    Trainings.fit(whole, Trainings.batches(0, 5), 2);
    Model broken = network(type);
    TrainingListener killer =
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model any, int iteration, int epoch) {
            if (iteration == 7) {
              throw new IllegalStateException("killed");
            }
          }
        };
    Network.of(broken)
        .setListeners(List.of(Checkpoint.builder(folder).everySteps(7).build(), killer));
    assertThatThrownBy(() -> Trainings.fit(broken, Trainings.batches(0, 5), 2))
        .hasMessage("killed");
    Resumed resumed = Checkpoint.resume(folder);
    assertThat(resumed.batchesOfEpoch()).isEqualTo(2);
    Model rest = resumed.network();
    resumed.fit(Trainings.batches(0, 5), 2);
    assertThat(numbers(rest.params())).isEqualTo(numbers(whole.params()));
    assertThat(rates(rest)).isEqualTo(RATES);
  }

  @ParameterizedTest
  @EnumSource(Type.class)
  void workersOfTheSameBatchLearnAsOne(Type type) {
    Model alone = network(type);
    Model several = network(type);
    for (int i = 0; i < 4; i++) {
      Trainings.fit(alone, Trainings.batch(1));
    }
    ParallelTraining.builder(several)
        .workers(2)
        .build()
        .fit(new ExistingDataSetIterator(Collections.nCopies(8, Trainings.batch(1))), 1);
    assertThat(numbers(several.params())).containsExactly(numbers(alone.params()), within(1e-12));
  }

  /** Norms and slopes of this library, which are layers by themselves. */
  @Test
  void normsAndSlopesAreGroups() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            Trainings.base(new Sgd(0.1))
                .list()
                .layer(new DenseLayer.Builder().nOut(4).build())
                .layer(new LayerNorm())
                .layer(new PReLU())
                .layer(new OutputLayer.Builder().nOut(Trainings.CLASSES).build())
                .setInputType(InputType.feedForward(Trainings.INPUTS))
                .build());
    net.init();
    new ParameterGroups(new AdamW(0.01, 0.1))
        .with(ParameterFilter.normalization(), new SGD(0))
        .with(LayerSelector.ofType(PReLU.class), new SGD(0.5))
        .configure(net);
    double[] norm = numbers(net.getLayer(1).params());
    double[] slopes = numbers(net.getLayer(2).params());
    MultiLayerNetwork clone = net.clone();
    for (int i = 0; i < 3; i++) {
      net.fit(Trainings.batch(i));
      clone.fit(Trainings.batch(i));
    }
    assertThat(numbers(net.getLayer(1).params())).isEqualTo(norm).hasSize(8);
    assertThat(numbers(net.getLayer(2).params())).isNotEqualTo(slopes).hasSize(4);
    assertThat(numbers(clone.params())).isEqualTo(numbers(net.params()));
    assertThat(net.getLayer(2).getConfig().getUpdaterByParam("alpha")).isInstanceOf(SGD.class);
    assertThat(net.getLayer(0).getConfig().getUpdaterByParam("b")).isInstanceOf(Adam.class);
  }

  @ParameterizedTest
  @EnumSource(Type.class)
  void aPlateauReducesTheRateOfEachGroup(Type type) {
    Model model = network(type);
    Network.of(model)
        .setListeners(
            List.of(
                ReduceOnPlateau.builder()
                    .monitor(Monitor.maximizing("figure", m -> 1))
                    .factor(0.5)
                    .patience(1)
                    .build()));
    Trainings.fit(model, Trainings.batches(0, 2), 2);
    Map<String, Double> halved = new TreeMap<>();
    RATES.forEach((name, rate) -> halved.put(name, rate / 2));
    assertThat(rates(model)).isEqualTo(halved);
  }
}
