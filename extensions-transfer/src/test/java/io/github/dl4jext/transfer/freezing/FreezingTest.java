package io.github.dl4jext.transfer.freezing;

import static io.github.dl4jext.transfer.folding.Trained.fit;
import static io.github.dl4jext.transfer.folding.Trained.freeze;
import static io.github.dl4jext.transfer.folding.Trained.moved;
import static io.github.dl4jext.transfer.folding.Trained.numbers;
import static io.github.dl4jext.transfer.folding.Trained.parameters;
import static io.github.dl4jext.transfer.folding.Trained.restored;
import static io.github.dl4jext.transfer.folding.Trained.unfreeze;
import static io.github.dl4jext.transfer.folding.Trained.updaterState;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.transfer.folding.Trained;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;

/** Frozen layers stay, bit for bit; the others learn; a thaw goes on as if nothing had been. */
class FreezingTest {

  /** What is frozen, and the layers with parameters that must then be still. */
  static Stream<Arguments> cases() {
    return Stream.of(
        Arguments.of(Trained.DENSE, LayerSelector.upTo(1), Set.of("0", "1")),
        Arguments.of(Trained.DENSE, LayerSelector.at(1), Set.of("1")),
        Arguments.of(Trained.DENSE, LayerSelector.at(3), Set.of("3")),
        Arguments.of(Trained.DENSE, LayerSelector.at(0, 2), Set.of("0", "2")),
        Arguments.of(Trained.CONVOLUTIONAL, LayerSelector.upTo(2), Set.of("0", "1")),
        Arguments.of(Trained.CONVOLUTIONAL, LayerSelector.at(1, 2, 3, 4), Set.of("1", "3", "4")),
        Arguments.of(Trained.BATCH_NORM, LayerSelector.allButLast(1), Set.of("0", "1", "2", "3")),
        Arguments.of(
            Trained.BATCH_NORM,
            LayerSelector.ofType(org.deeplearning4j.nn.conf.layers.BatchNormalization.class),
            Set.of("1", "3")),
        Arguments.of(Trained.RECURRENT, LayerSelector.upTo(1), Set.of("0", "1")),
        Arguments.of(Trained.RECURRENT, LayerSelector.at(1, 2), Set.of("1", "2")),
        Arguments.of(Trained.RECURRENT, LayerSelector.at(3), Set.of("3")),
        Arguments.of(
            Trained.GRAPH, LayerSelector.upTo("both"), Set.of("stem", "left", "norm", "right")),
        Arguments.of(Trained.GRAPH, LayerSelector.named("left", "norm"), Set.of("left", "norm")),
        Arguments.of(Trained.GRAPH, LayerSelector.named("norm", "top"), Set.of("norm", "top")),
        Arguments.of(Trained.GRAPH, LayerSelector.named("stem", "right"), Set.of("right", "stem")),
        Arguments.of(Trained.GRAPH, LayerSelector.named("out"), Set.of("out")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void frozenParametersStayAndAllOthersChangeButNotInTheOriginal(
      Trained kind, LayerSelector layers, Set<String> still) {
    Model original = kind.trained();
    double[] parametersOfOriginal = numbers(original.params());
    double[] stateOfOriginal = updaterState(original);
    String jsonOfOriginal = json(original);
    Model frozen = freeze(original, layers);
    Map<String, double[]> before = parameters(frozen);
    TreeSet<String> others = new TreeSet<>(moved(before, parameters(kind.untrained())));
    others.removeAll(still);

    fit(frozen, kind.data(), 20);

    assertThat(moved(before, parameters(frozen))).isEqualTo(others);
    assertThat(numbers(original.params())).isEqualTo(parametersOfOriginal);
    assertThat(updaterState(original)).isEqualTo(stateOfOriginal);
    assertThat(json(original)).isEqualTo(jsonOfOriginal);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void afterAThawAllChange(Trained kind, LayerSelector layers, Set<String> still) {
    Model frozen = freeze(kind.trained(), layers);
    fit(frozen, kind.data(), 2);
    Model thawed = unfreeze(frozen);
    Map<String, double[]> before = parameters(thawed);

    fit(thawed, kind.data(), 3);

    assertThat(moved(before, parameters(thawed)))
        .containsAll(still)
        .isEqualTo(moved(before, parameters(kind.untrained())));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void freezeAndThawLeaveNoTrace(Trained kind, LayerSelector layers, Set<String> still) {
    Model original = restored(kind.trained());
    Model back =
        unfreeze(restored(freeze(restored(freeze(original, layers)), LayerSelector.at(0))));

    assertThat(json(back)).isEqualTo(json(original));
    fit(original, kind.data(), 3);
    fit(back, kind.data(), 3);

    assertThat(numbers(back.params())).isEqualTo(numbers(original.params()));
    assertThat(updaterState(back)).isEqualTo(updaterState(original));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void savingAtAnyPointChangesNothing(Trained kind, LayerSelector layers, Set<String> still) {
    DataSet data = kind.data();
    Model straight = freeze(kind.trained(), layers);
    Model saved = restored(freeze(restored(kind.trained()), layers));
    fit(straight, data, 1);
    fit(saved, data, 1);
    assertThat(numbers(saved.params())).isEqualTo(numbers(straight.params()));

    straight = unfreeze(straight);
    saved = unfreeze(restored(saved));
    assertThat(updaterState(saved)).isEqualTo(updaterState(straight));
    fit(straight, data, 1);
    fit(saved, data, 1);

    assertThat(numbers(saved.params())).isEqualTo(numbers(straight.params()));
    assertThat(updaterState(saved)).isEqualTo(updaterState(straight));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theConfigurationSurvivesJsonAndCloning(
      Trained kind, LayerSelector layers, Set<String> still) {
    Model frozen = freeze(kind.trained(), layers);
    if (frozen instanceof MultiLayerNetwork net) {
      MultiLayerConfiguration conf = net.getLayerWiseConfigurations();
      assertThat(MultiLayerConfiguration.fromJson(conf.toJson()).equals(conf)).isTrue();
      assertThat(conf.clone().equals(conf)).isTrue();
    } else {
      ComputationGraphConfiguration conf = ((ComputationGraph) frozen).getConfiguration();
      assertThat(ComputationGraphConfiguration.fromJson(conf.toJson()).equals(conf)).isTrue();
      ComputationGraphConfiguration clone = conf.clone();
      clone.setIterationCount(conf.getIterationCount()); // which the host's clone forgets
      assertThat(clone.equals(conf)).isTrue();
    }
  }

  private static String json(Model model) {
    return model instanceof MultiLayerNetwork net
        ? net.getLayerWiseConfigurations().toJson()
        : ((ComputationGraph) model).getConfiguration().toJson();
  }
}
