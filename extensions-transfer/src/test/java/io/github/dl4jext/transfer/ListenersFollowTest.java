package io.github.dl4jext.transfer;

import static io.github.dl4jext.transfer.folding.Trained.numbers;
import static io.github.dl4jext.transfer.folding.Trained.restored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.UnfinishedTraining;
import io.github.dl4jext.transfer.features.FeatureCache;
import io.github.dl4jext.transfer.finetuning.GradualUnfreezing;
import io.github.dl4jext.transfer.finetuning.LayerwiseRates;
import io.github.dl4jext.transfer.folding.Trained;
import io.github.dl4jext.transfer.freezing.BatchNormPolicy;
import io.github.dl4jext.transfer.freezing.Freezing;
import io.github.dl4jext.transfer.surgery.GraphTransferBuilder;
import io.github.dl4jext.transfer.surgery.TransferBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** Whatever turns a network into another one tells the listeners, and none is left behind. */
class ListenersFollowTest {

  private static final LayerSelector BODY = LayerSelector.allButLast(1);

  private static DataSetIterator data() {
    DataSet all = Trained.DENSE.data();
    return new ListDataSetIterator<>(all.asList(), 4);
  }

  private static Map<String, UnaryOperator<Model>> ways() {
    Map<String, UnaryOperator<Model>> ways = new LinkedHashMap<>();
    ways.put("freeze", net -> Freezing.freeze(net, BODY));
    ways.put("unfreeze", Freezing::unfreeze);
    ways.put("unfreeze some", net -> Freezing.unfreeze(net, LayerSelector.at(0)));
    ways.put("rates", net -> LayerwiseRates.decay(0.5).copyWithRates(net));
    ways.put("adapt", net -> Freezing.freeze(net, BODY, BatchNormPolicy.adapt()));
    ways.put("recalibrate", net -> Freezing.freeze(net, BODY, BatchNormPolicy.recalibrate(data())));
    ways.put(
        "gradual",
        net -> new GradualUnfreezing().atEpoch(1, LayerSelector.at(0)).fit(net, data(), 2));
    ways.put(
        "gradual, several inputs",
        net ->
            new GradualUnfreezing()
                .atStep(1, LayerSelector.at(0), 0.5)
                .fit(net, new MultiDataSetIteratorAdapter(data()), 1));
    ways.put(
        "cache",
        net -> FeatureCache.inMemory().fit(Freezing.freeze(net, LayerSelector.at(0)), data(), 1));
    return ways;
  }

  private static Stream<Arguments> waysAndNetworks() {
    return Stream.of(Trained.BATCH_NORM, Trained.GRAPH)
        .flatMap(kind -> ways().keySet().stream().map(way -> Arguments.of(way, kind)));
  }

  @ParameterizedTest(name = "{0} of {1}")
  @MethodSource("waysAndNetworks")
  void aFollowerIsToldOfEveryNetworkUpToTheOneThatIsReturned(String way, Trained kind) {
    Model before = restored(kind.trained());
    RecordingFollower follower = new RecordingFollower();
    Network.of(before).setListeners(List.of(follower));
    Network.of(before).setScore(0.75);

    Model after = ways().get(way).apply(before);

    assertThat(Network.of(after).listeners()).containsExactly(follower);
    assertThat(Network.of(before).listeners()).containsExactly(follower);
    assertThat(follower.from.get(0)).isSameAs(before);
    for (int i = 1; i < follower.from.size(); i++) {
      assertThat(follower.from.get(i)).isSameAs(follower.to.get(i - 1));
    }
    assertThat(follower.to.get(follower.to.size() - 1)).isSameAs(after);
    assertThat(follower.to).containsAll(follower.seen);
    if (!follower.seen.isEmpty()) {
      assertThat(follower.seen.get(follower.seen.size() - 1)).isSameAs(after);
      assertThat(after.score())
          .isEqualTo(follower.figures.get(follower.figures.size() - 1).score());
    }
    if (follower.seen.isEmpty()) {
      assertThat(after.score()).isEqualTo(0.75);
      // nothing of the new network changes after they were told
      assertThat(follower.parametersWhenTold.get(0)).isEqualTo(numbers(after.params()));
      assertThat(follower.ratesWhenTold.get(0))
          .isEqualTo(LearningRates.of("test", Network.of(after)).values());
    }
  }

  @Test
  void aNewHeadIsANewTraining() {
    RecordingFollower follower = new RecordingFollower();
    MultiLayerNetwork net = (MultiLayerNetwork) restored(Trained.DENSE.trained());
    net.setListeners(follower);
    ComputationGraph graph = (ComputationGraph) restored(Trained.GRAPH.trained());
    graph.setListeners(follower);

    MultiLayerNetwork built = new TransferBuilder(net).dropLast(1).add(Trained.output()).build();
    ComputationGraph builtGraph =
        new GraphTransferBuilder(graph).drop("out").add("new", Trained.output(), "top").build();

    assertThat(built.getListeners()).isEmpty();
    assertThat(builtGraph.getListeners()).isEmpty();
    assertThat(follower.to).isEmpty();
    assertThat(net.getListeners()).containsExactly(follower);
  }

  @ParameterizedTest
  @EnumSource(
      value = Trained.class,
      names = {"DENSE", "BATCH_NORM", "GRAPH"})
  void withACacheListenersSeeTheFiguresOfTheWholeNetwork(Trained kind) {
    LayerSelector lower =
        kind == Trained.GRAPH ? LayerSelector.upTo("both") : LayerSelector.upTo(1);
    Model frozen = Freezing.freeze(kind.trained(), lower);
    RecordingFollower ofCache = new RecordingFollower();
    RecordingFollower ofWhole = new RecordingFollower();
    Network.of(frozen).setListeners(List.of(ofCache));
    Model whole = restored(frozen);
    Network.of(whole).setListeners(List.of(ofWhole));

    DataSetIterator data = data();
    Nd4j.getRandom().setSeed(9);
    Model trained = FeatureCache.inMemory().fit(frozen, data, 2);
    Nd4j.getRandom().setSeed(9);
    Network.of(whole).fitEpoch(data);
    Network.of(whole).fitEpoch(data);

    assertThat(ofCache.figures).hasSameSizeAs(ofWhole.figures);
    for (int i = 0; i < ofWhole.figures.size(); i++) {
      assertThat(ofCache.figures.get(i).isCloseTo(ofWhole.figures.get(i)))
          .as("%s\n%s", ofCache.figures.get(i), ofWhole.figures.get(i))
          .isTrue();
    }
    assertThat(ofCache.seen).containsExactly(trained);
  }

  /** Saves, validates and clips, as listeners do, from inside. */
  private static final class Meddling extends BaseTrainingListener {

    private Model saved;
    private double loss;

    @Override
    public void onGradientCalculation(Model model) {
      Network.of(model).gradients().muli(0.25);
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      loss = Network.of(model).score(Trained.DENSE.data(), false);
      if (iteration == 11) {
        saved = restored(model);
        LearningRates.of("test", Network.of(model)).set(1e-3);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Trained.class,
      names = {"BATCH_NORM", "GRAPH"})
  void withACacheWhatListenersDoTakesEffect(Trained kind) {
    LayerSelector lower =
        kind == Trained.GRAPH ? LayerSelector.upTo("both") : LayerSelector.upTo(1);
    Model frozen = Freezing.freeze(kind.trained(), lower);
    Meddling ofCache = new Meddling();
    Meddling ofWhole = new Meddling();
    Network.of(frozen).setListeners(List.of(ofCache));
    Model whole = restored(frozen);
    Network.of(whole).setListeners(List.of(ofWhole));

    DataSetIterator data = data();
    Nd4j.getRandom().setSeed(9);
    Model trained = FeatureCache.inMemory().fit(frozen, data, 2);
    Nd4j.getRandom().setSeed(9);
    Network.of(whole).fitEpoch(data);
    Network.of(whole).fitEpoch(data);

    assertClose(trained, whole);
    assertClose(ofCache.saved, ofWhole.saved);
    assertThat(Math.abs(ofCache.loss - ofWhole.loss)).isLessThan(1e-10);
    assertThat(LearningRates.of("test", Network.of(trained)).values().values())
        .allMatch(rate -> rate.at(0, 0) == 1e-3);
  }

  private static void assertClose(Model actual, Model expected) {
    double[] own = numbers(actual.params());
    double[] other = numbers(expected.params());
    double[] state = Trained.updaterState(actual);
    double[] otherState = Trained.updaterState(expected);
    assertThat(own).hasSameSizeAs(other);
    assertThat(state).hasSameSizeAs(otherState);
    for (int i = 0; i < own.length; i++) {
      assertThat(Math.abs(own[i] - other[i])).isLessThan(1e-10);
    }
    for (int i = 0; i < state.length; i++) {
      assertThat(Math.abs(state[i] - otherState[i])).isLessThan(1e-10);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Trained.class,
      names = {"BATCH_NORM", "GRAPH"})
  void anExceptionOfAListenerCarriesTheNetworkThatWasTrained(Trained kind) {
    for (String way : List.of("gradual", "cache")) {
      Model given = restored(kind.trained());
      RecordingFollower follower = new RecordingFollower();
      follower.failAtStep = 1;
      Network.of(given).setListeners(List.of(follower));

      Throwable thrown = catchThrowable(() -> ways().get(way).apply(given));

      assertThat(thrown).isExactlyInstanceOf(ArithmeticException.class).hasMessage("diverged");
      Model untilThen = UnfinishedTraining.networkOf(thrown).orElseThrow();
      assertThat(untilThen).isSameAs(follower.to.get(follower.to.size() - 1));
      double[] last = follower.figures.get(follower.figures.size() - 1).parameters();
      assertThat(numbers(untilThen.params())).isEqualTo(last).isNotEqualTo(numbers(given.params()));
      // and it can be used
      Network.of(untilThen).setListeners(List.of());
      Network.of(untilThen).fit(Trained.DENSE.data());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Trained.class,
      names = {"BATCH_NORM", "GRAPH"})
  void aListenerThatStopsTrainingIsHeard(Trained kind) {
    Model given = restored(kind.trained());
    RecordingFollower follower = new RecordingFollower();
    follower.stopAfterEpochs = 2;
    Network.of(given).setListeners(List.of(follower));
    int before = Network.of(given).progress().epochs();

    Model tuned = new GradualUnfreezing().atEpoch(1, LayerSelector.at(0)).fit(given, data(), 50);
    assertThat(Network.of(tuned).progress().epochs()).isEqualTo(before + 2);

    Model frozen = Freezing.freeze(given, LayerSelector.at(0));
    follower.stopAfterEpochs = 3;
    Model cached = FeatureCache.inMemory().fit(frozen, data(), 50);
    assertThat(Network.of(cached).progress().epochs()).isEqualTo(before + 1);
  }

  @Test
  void nullIsRefusedByName() {
    Model net = Trained.DENSE.trained();
    GradualUnfreezing plan = new GradualUnfreezing().atEpoch(0, LayerSelector.at(0));
    assertThatThrownBy(() -> plan.fit(net, (DataSetIterator) null, 1))
        .hasMessage("the data must not be null");
    assertThatThrownBy(() -> plan.fit((Model) null, data(), 1))
        .hasMessage("the network must be a MultiLayerNetwork or a ComputationGraph, was null");
    assertThatThrownBy(() -> Freezing.freeze(net, null)).hasMessage("the layers must not be null");
  }
}
