package io.github.dl4jext.transfer.finetuning;

import static io.github.dl4jext.transfer.folding.Trained.numbers;
import static io.github.dl4jext.transfer.folding.Trained.restored;
import static io.github.dl4jext.transfer.folding.Trained.updaterState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.UpdaterRate;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.transfer.folding.Trained;
import io.github.dl4jext.transfer.freezing.Freezing;
import io.github.dl4jext.transfer.freezing.Layers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
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
    MultiLayerNetwork byHand = Freezing.freeze(net, Layers.upTo(2));
    byHand.fit(data, 1);
    byHand = Freezing.unfreeze(byHand, Layers.at(2));
    byHand.fit(data, 2);
    byHand = Freezing.unfreeze(byHand);
    byHand.fit(data, 1);

    double[] before = numbers(net.params());
    Nd4j.getRandom().setSeed(5);
    MultiLayerNetwork tuned =
        GradualUnfreezing.of()
            .atEpoch(1, Layers.at(2))
            .atEpoch(3, Layers.upTo(1))
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
    GradualUnfreezing.of().atStep(1, Layers.at(2)).atStep(2, Layers.at(0)).fit(watched, data(), 2);
    assertThat(log).containsExactly("start", "13", "123", "end", "start", "0123", "0123", "end");
  }

  @Test
  void factorsAndWarmUp() {
    MultiLayerNetwork tuned =
        GradualUnfreezing.of().atEpoch(1, Layers.upTo(1), 0.1).warmupSteps(3).fit(net, data(), 2);
    ISchedule ramp = rate(tuned, 0).schedule();
    assertThat(ramp).isEqualTo(new UnfreezeWarmup(new FixedSchedule(0.001), 12, 3));
    assertThat(ramp.valueAt(11, 1)).isZero();
    assertThat(ramp.valueAt(12, 1)).isCloseTo(0.00025, within(1e-15));
    assertThat(ramp.valueAt(14, 1)).isCloseTo(0.00075, within(1e-15));
    assertThat(ramp.valueAt(15, 1)).isEqualTo(0.001);
    assertThat(ramp.valueAt(Integer.MAX_VALUE, 1)).isEqualTo(0.001);
    MultiLayerNetwork again = (MultiLayerNetwork) restored(tuned);
    assertThat(rate(again, 0).schedule()).isEqualTo(ramp);
    assertThat(rate(tuned, 3)).isEqualTo(new UpdaterRate(0.01, null));

    MultiLayerNetwork longer =
        GradualUnfreezing.of().atEpoch(0, Layers.upTo(1), 0.1).warmupSteps(3).fit(net, data(), 2);
    assertThat(rate(longer, 0)).isEqualTo(new UpdaterRate(0.01 * 0.1, null));
  }

  private static UpdaterRate rate(MultiLayerNetwork net, int layer) {
    List<UpdaterRate> rates = new ArrayList<>();
    LayerwiseRates.eachUpdater(
        Freezing.layers(net).get(layer).layer(),
        updater -> rates.add(UpdaterRate.of("test", updater)));
    return rates.get(0);
  }

  @Test
  void graphs() {
    ComputationGraph graph = (ComputationGraph) Trained.GRAPH.trained();
    ComputationGraph tuned =
        GradualUnfreezing.of().atEpoch(1, Layers.upTo("both")).fit(graph, data(), 2);
    assertThat(Trained.moved(Trained.parameters(graph), Trained.parameters(tuned)))
        .containsExactly("left", "norm", "out", "right", "stem", "top");
    assertThat(tuned.getConfiguration().getEpochCount()).isEqualTo(2);
    ComputationGraph never =
        GradualUnfreezing.of().atEpoch(5, Layers.upTo("both")).fit(graph, data(), 2);
    assertThat(Trained.moved(Trained.parameters(graph), Trained.parameters(never)))
        .containsExactly("out", "top");
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> GradualUnfreezing.of().atEpoch(-1, Layers.at(0)))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage("gradual_unfreezing: epoch must be 0 or more, was -1");
    assertThatThrownBy(() -> GradualUnfreezing.of().atStep(0, Layers.at(0), 0))
        .hasMessage("gradual_unfreezing: factor must be in (0, inf), was 0.0");
    assertThatThrownBy(() -> GradualUnfreezing.of().warmupSteps(-1))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> GradualUnfreezing.of().fit(net, data(), 0))
        .hasMessageContaining("stages must be at least one")
        .hasMessageContaining("epochs must be 1 or more, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradualUnfreezing.of().atEpoch(0, Layers.at(9)).fit(net, data(), 1))
        .withMessageStartingWith("there is no layer 9");
    assertThatThrownBy(() -> new UnfreezeWarmup(null, -1, 0))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("rate must be given")
        .hasMessageContaining("from must be")
        .hasMessageContaining("steps must be");
  }
}
