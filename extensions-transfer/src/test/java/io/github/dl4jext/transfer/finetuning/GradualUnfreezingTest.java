package io.github.dl4jext.transfer.finetuning;

import static io.github.dl4jext.transfer.folding.Trained.numbers;
import static io.github.dl4jext.transfer.folding.Trained.restored;
import static io.github.dl4jext.transfer.folding.Trained.updaterState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.LearningRate;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.transfer.folding.Trained;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

class GradualUnfreezingTest {

  private final MultiLayerNetwork net = (MultiLayerNetwork) Trained.DENSE.trained();

  /** Two batches of four. */
  private static DataSetIterator data() {
    return new ListDataSetIterator<>(Trained.DENSE.data().asList(), 4);
  }

  @Test
  void isWhatFreezingAndThawingByHandIs() {
    DataSetIterator data = data();
    Nd4j.getRandom().setSeed(5);
    MultiLayerNetwork byHand = Freezing.freeze(net, LayerSelector.upTo(2));
    byHand.fit(data, 1);
    byHand = Freezing.unfreeze(byHand, LayerSelector.at(2));
    byHand.fit(data, 2);
    byHand = Freezing.unfreeze(byHand);
    byHand.fit(data, 1);

    double[] before = numbers(net.params());
    Nd4j.getRandom().setSeed(5);
    MultiLayerNetwork tuned =
        new GradualUnfreezing()
            .atEpoch(1, LayerSelector.at(2))
            .atEpoch(3, LayerSelector.upTo(1))
            .fit(net, data, 4);

    assertThat(numbers(tuned.params())).isEqualTo(numbers(byHand.params()));
    assertThat(updaterState(tuned)).isEqualTo(updaterState(byHand));
    assertThat(tuned.getIterationCount()).isEqualTo(10 + 8);
    assertThat(tuned.getEpochCount()).isEqualTo(4);
    assertThat(numbers(net.params())).isEqualTo(before);
  }

  @Test
  void stagesBySteps() {
    List<String> log = new ArrayList<>();
    MultiLayerNetwork watched = (MultiLayerNetwork) restored(net);
    watched.setListeners(
        new BaseTrainingListener() {
          private Map<String, double[]> last = Trained.parameters(watched);

          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            Map<String, double[]> now = Trained.parameters(model);
            log.add(String.join("", Trained.moved(last, now)));
            last = now;
          }

          @Override
          public void onEpochEnd(Model model) {
            log.add("end");
          }

          @Override
          public void onEpochStart(Model model) {
            log.add("start");
          }
        });
    new GradualUnfreezing()
        .atStep(1, LayerSelector.at(2))
        .atStep(2, LayerSelector.at(0))
        .fit(watched, data(), 2);
    assertThat(log).containsExactly("start", "13", "123", "end", "start", "0123", "0123", "end");
  }

  @Test
  void factorsAndWarmUp() {
    MultiLayerNetwork tuned =
        new GradualUnfreezing()
            .atEpoch(1, LayerSelector.upTo(1), 0.1)
            .warmupSteps(3)
            .fit(net, data(), 2);
    ISchedule ramp = rate(tuned, 0).schedule();
    assertThat(ramp).isEqualTo(new UnfreezeWarmup(new FixedSchedule(0.001), 12, 3));
    assertThat(ramp.valueAt(11, 1)).isZero();
    assertThat(ramp.valueAt(12, 1)).isCloseTo(0.00025, within(1e-15));
    assertThat(ramp.valueAt(14, 1)).isCloseTo(0.00075, within(1e-15));
    assertThat(ramp.valueAt(15, 1)).isEqualTo(0.001);
    assertThat(ramp.valueAt(Integer.MAX_VALUE, 1)).isEqualTo(0.001);
    MultiLayerNetwork again = (MultiLayerNetwork) restored(tuned);
    assertThat(rate(again, 0).schedule()).isEqualTo(ramp);
    assertThat(rate(tuned, 3)).isEqualTo(new LearningRate(0.01, null));

    MultiLayerNetwork longer =
        new GradualUnfreezing()
            .atEpoch(0, LayerSelector.upTo(1), 0.1)
            .warmupSteps(3)
            .fit(net, data(), 2);
    assertThat(rate(longer, 0)).isEqualTo(new LearningRate(0.01 * 0.1, null));
  }

  private static LearningRate rate(MultiLayerNetwork net, int layer) {
    List<LearningRate> rates = new ArrayList<>();
    LayerwiseRates.eachUpdater(
        Network.of(net).nodes().get(layer), updater -> rates.add(LearningRate.of("test", updater)));
    return rates.get(0);
  }

  @Test
  void graphs() {
    ComputationGraph graph = (ComputationGraph) Trained.GRAPH.trained();
    ComputationGraph tuned =
        new GradualUnfreezing().atEpoch(1, LayerSelector.upTo("both")).fit(graph, data(), 2);
    assertThat(Trained.moved(Trained.parameters(graph), Trained.parameters(tuned)))
        .containsExactly("left", "norm", "out", "right", "stem", "top");
    assertThat(tuned.getConfiguration().getEpochCount()).isEqualTo(2);
    ComputationGraph never =
        new GradualUnfreezing().atEpoch(5, LayerSelector.upTo("both")).fit(graph, data(), 2);
    assertThat(Trained.moved(Trained.parameters(graph), Trained.parameters(never)))
        .containsExactly("out", "top");
  }

  @Test
  void graphsOfSeveralInputs() {
    ComputationGraph graph =
        new ComputationGraph(
            Trained.builder()
                .graphBuilder()
                .addInputs("in", "price")
                .addLayer("stem", Trained.dense(6), "in")
                .addLayer("side", Trained.dense(3), "price")
                .addVertex("both", new MergeVertex(), "stem", "side")
                .addLayer("out", Trained.output(), "both")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(7), InputType.feedForward(2))
                .build());
    graph.init();
    MultiDataSet batch =
        new MultiDataSet(
            new INDArray[] {Trained.GRAPH.features(), Nd4j.rand(DataType.DOUBLE, 8, 2)},
            new INDArray[] {Trained.GRAPH.labels()});
    ComputationGraph tuned =
        new GradualUnfreezing()
            .atEpoch(1, LayerSelector.named("side"))
            .atEpoch(9, LayerSelector.named("stem"))
            .fit(graph, new SingletonMultiDataSetIterator(batch), 3);
    assertThat(Trained.moved(Trained.parameters(graph), Trained.parameters(tuned)))
        .containsExactly("out", "side");
    assertThat(tuned.getConfiguration().getIterationCount()).isEqualTo(3);
  }

  /** Saves the network after some of its steps. */
  private static final class Saving extends BaseTrainingListener {

    private final Map<Integer, Model> saved = new HashMap<>();

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      Model copy = restored(model);
      // DL4J counts the step after the listeners
      Network.of(copy).setProgress(new TrainingProgress(iteration + 1, epoch));
      saved.put(iteration, copy);
    }
  }

  @Test
  void theSamePlanGoesOnOnASavedNetwork() {
    GradualUnfreezing plan =
        new GradualUnfreezing()
            .atEpoch(0, LayerSelector.at(3), 0.5)
            .atStep(1, LayerSelector.at(2), 0.1)
            .atStep(3, LayerSelector.upTo(1), 0.1)
            .warmupSteps(2);
    Saving saving = new Saving();
    MultiLayerNetwork watched = (MultiLayerNetwork) restored(net);
    watched.setListeners(saving);
    DataSetIterator single = new ListDataSetIterator<>(Trained.DENSE.data().asList(), 8);
    seededEpochs(plan, watched, single, 5);
    Model straight = seeded(plan, restored(saving.saved.get(14)), single, 1);

    for (int step = 10; step < 14; step++) {
      Model resumed = restored(saving.saved.get(step));
      Network.of(resumed).setProgress(new TrainingProgress(step + 1, step - 9));
      assertThat(Network.of(resumed).frozen())
          .as("after step %s", step)
          .hasSize(step == 10 ? 3 : step < 13 ? 2 : 0);
      Model tuned = plan.fit((MultiLayerNetwork) resumed, single, 15 - step);
      assertThat(rates(tuned)).as("after step %s", step).isEqualTo(rates(straight));
      assertThat(Network.of(tuned).frozen()).isEmpty();
    }
    assertThat(rates(straight)).containsExactly(0.001, 0.001, 0.001, 0.005);
    // nothing of the plan is left, so that it begins anew
    assertThat(Network.of(plan.fit((MultiLayerNetwork) straight, single, 1)).frozen()).hasSize(3);
  }

  private static void seededEpochs(
      GradualUnfreezing plan, MultiLayerNetwork given, DataSetIterator data, int epochs) {
    Nd4j.getRandom().setSeed(5);
    plan.fit(given, data, epochs);
  }

  private static Model seeded(
      GradualUnfreezing plan, Model given, DataSetIterator data, int epochs) {
    Nd4j.getRandom().setSeed(5);
    return plan.fit(given, data, epochs);
  }

  private static List<Double> rates(Model model) {
    List<Double> rates = new ArrayList<>();
    for (LiveNode node : Network.of(model).nodes()) {
      node.updaters().stream()
          .limit(1)
          .forEach(updater -> rates.add(LearningRate.of("test", updater).at(100, 0)));
    }
    return rates.stream().map(rate -> Math.round(rate * 1e9) / 1e9).toList();
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> new GradualUnfreezing().atEpoch(-1, LayerSelector.at(0)))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage("gradual_unfreezing: epoch must be 0 or more, was -1");
    assertThatThrownBy(() -> new GradualUnfreezing().atStep(0, LayerSelector.at(0), 0))
        .hasMessage("gradual_unfreezing: factor must be in (0, inf), was 0.0");
    assertThatThrownBy(() -> new GradualUnfreezing().warmupSteps(-1))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> new GradualUnfreezing().fit(net, data(), 0))
        .hasMessageContaining("stages must be at least one")
        .hasMessageContaining("epochs must be 1 or more, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new GradualUnfreezing().atEpoch(0, LayerSelector.at(9)).fit(net, data(), 1))
        .withMessageStartingWith("there is no layer 9");
    assertThatThrownBy(() -> new UnfreezeWarmup(null, -1, 0))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("rate must be a number")
        .hasMessageContaining("from must be")
        .hasMessageContaining("steps must be");
  }
}
