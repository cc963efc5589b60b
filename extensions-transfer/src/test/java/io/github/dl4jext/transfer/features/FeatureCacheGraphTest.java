package io.github.dl4jext.transfer.features;

import static io.github.dl4jext.transfer.folding.Trained.moved;
import static io.github.dl4jext.transfer.folding.Trained.numbers;
import static io.github.dl4jext.transfer.folding.Trained.parameters;
import static io.github.dl4jext.transfer.folding.Trained.restored;
import static io.github.dl4jext.transfer.folding.Trained.updaterState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.transfer.folding.Trained;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.workspace.ND4JWorkspaceException;

class FeatureCacheGraphTest {

  @TempDir Path folder;

  /** What the network says of itself after each step. */
  private static final class Scores extends BaseTrainingListener {

    private final List<Double> scores = new ArrayList<>();
    private final List<String> epochs = new ArrayList<>();

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      scores.add(model.score());
      epochs.add(iteration + " in " + epoch);
    }
  }

  private static ComputationGraph fitted(Consumer<ComputationGraph> way, ComputationGraph graph) {
    Nd4j.getRandom().setSeed(9);
    way.accept(graph);
    return graph;
  }

  @ParameterizedTest
  @EnumSource(CachedGraph.class)
  void isWhatTrainingTheWholeIs(CachedGraph kind) {
    ComputationGraph graph = kind.frozen();
    Scores ofHead = new Scores();
    graph.setListeners(ofHead);
    MultiDataSetIterator data = kind.data();
    double[] before = numbers(graph.params());

    Nd4j.getRandom().setSeed(9);
    ComputationGraph onDisk = FeatureCache.in(folder).fit(graph, data, 2);
    assertThat(numbers(graph.params())).isEqualTo(before);
    assertThat(onDisk.getListeners()).containsExactly(ofHead);

    Scores ofWhole = new Scores();
    ComputationGraph whole = (ComputationGraph) restored(graph);
    whole.setListeners(ofWhole);
    fitted(net -> net.fit(data, 2), whole);
    assertSame(onDisk, whole);
    assertThat(ofHead.epochs).isEqualTo(ofWhole.epochs);
    for (int i = 0; i < ofWhole.scores.size(); i++) {
      assertThat(ofHead.scores.get(i)).isCloseTo(ofWhole.scores.get(i), within(1e-10));
    }

    graph.setListeners(List.of());
    Nd4j.getRandom().setSeed(9);
    assertSame(FeatureCache.inMemory().fit(graph, data, 2), whole);
  }

  private static void assertSame(ComputationGraph actual, ComputationGraph expected) {
    assertThat(actual.getIterationCount()).isEqualTo(expected.getIterationCount());
    assertThat(actual.getEpochCount()).isEqualTo(expected.getEpochCount());
    assertThat(parameters(actual).keySet()).isEqualTo(parameters(expected).keySet());
    assertThat(numbers(actual.params())).containsExactly(numbers(expected.params()), within(1e-10));
    assertThat(updaterState(actual)).containsExactly(updaterState(expected), within(1e-10));
    assertThat(Freezing.describe(actual)).isEqualTo(Freezing.describe(expected));
  }

  @Test
  void theHeadLearnsAndGoesOnAsTheWholeWould() {
    ComputationGraph graph = CachedGraph.BRANCHES.frozen();
    MultiDataSetIterator data = CachedGraph.BRANCHES.data();
    Nd4j.getRandom().setSeed(9);
    ComputationGraph cached = FeatureCache.inMemory().fit(graph, data, 1);
    assertThat(moved(parameters(graph), parameters(cached)))
        .containsExactly("early", "late", "out");
    ComputationGraph whole = fitted(net -> net.fit(data, 1), (ComputationGraph) restored(graph));
    ComputationGraph thawed = fitted(net -> net.fit(data, 1), Freezing.unfreeze(cached));
    assertSame(thawed, fitted(net -> net.fit(data, 1), Freezing.unfreeze(whole)));
    assertThat(moved(parameters(graph), parameters(thawed))).hasSize(6);
  }

  @Test
  void aDataSetIteratorWillDo() {
    ComputationGraph graph = CachedGraph.RECURRENT.frozen();
    List<DataSet> batches =
        CachedGraph.RECURRENT.batches().stream()
            .map(
                batch ->
                    new DataSet(
                        batch.getFeatures(0),
                        batch.getLabels(0),
                        batch.getFeaturesMaskArray(0),
                        null))
            .toList();
    Nd4j.getRandom().setSeed(9);
    ComputationGraph cached =
        FeatureCache.inMemory().fit(graph, new ListDataSetIterator<>(batches, 1), 2);
    assertSame(
        cached,
        fitted(
            net -> net.fit(new ListDataSetIterator<>(batches, 1), 2),
            (ComputationGraph) restored(graph)));
  }

  /** Of DL4J, in a thread of its own, in which workspaces stay open. */
  @Test
  void theHostFailsToPutOutAVertexWithin() throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            () ->
                CachedGraph.DENSE
                    .trained()
                    .output(List.of("backbone"), false, CachedGraph.DENSE.features(), null));
    thread.setUncaughtExceptionHandler((where, what) -> thrown.set(what));
    thread.start();
    thread.join();
    assertThat(thrown.get()).isInstanceOf(ND4JWorkspaceException.class);
  }

  private static NeuralNetConfiguration layer(ComputationGraph graph, String name) {
    return ((LayerVertex) Network.of(graph).node(name).vertex().orElseThrow()).getLayerConf();
  }

  private static String key(ComputationGraph graph, List<MultiDataSet> batches) {
    FeatureKey key = new SplitGraph(graph).key();
    batches.forEach(key::add);
    return key.text();
  }

  @Test
  void whateverAltersWhatIsKeptHasAnotherKey() {
    ComputationGraph graph = CachedGraph.TWO_AND_TWO.frozen();
    String key = key(graph, CachedGraph.TWO_AND_TWO.batches());
    ComputationGraph later = Freezing.freeze(graph, LayerSelector.none());
    later.getConfiguration().setIterationCount(77);
    later.getConfiguration().setEpochCount(7);
    NeuralNetConfiguration layer = layer(later, "lstm");
    layer.setIterationCount(77);
    layer.setEpochCount(7);
    later.getLayer("top").getParam("b").putScalar(0, 0.5);
    assertThat(key(later, CachedGraph.TWO_AND_TWO.batches()))
        .as("counters and head")
        .isEqualTo(key);

    List<Consumer<MultiDataSet>> changes =
        List.of(
            batch -> batch.getFeatures(0).putScalar(0, 0, 0, 0.123),
            batch -> batch.getFeatures(1).putScalar(0, 0, 0.123),
            batch -> batch.getLabels(1).putScalar(0, 0, 0.5),
            batch -> batch.setFeaturesMaskArrays(new INDArray[] {CachedGraph.mask(3), null}),
            batch -> batch.setFeaturesMaskArrays(new INDArray[] {null, CachedGraph.mask(1)}),
            batch -> batch.setFeaturesMaskArrays(null),
            batch -> batch.setLabelsMaskArray(new INDArray[] {CachedGraph.mask(3), null}));
    Set<String> keys = new HashSet<>(Set.of(key));
    for (Consumer<MultiDataSet> change : changes) {
      var batches = CachedGraph.TWO_AND_TWO.batches();
      change.accept(batches.get(1));
      keys.add(key(graph, batches));
    }
    graph.getLayer("vector").getParam("b").putScalar(0, 0.5);
    keys.add(key(graph, CachedGraph.TWO_AND_TWO.batches()));
    assertThat(keys).hasSize(1 + changes.size() + 1);
  }

  @Test
  void topologyAndBorderAreInTheKey() {
    Set<String> keys = new HashSet<>();
    for (ElementWiseVertex.Op op :
        List.of(ElementWiseVertex.Op.Add, ElementWiseVertex.Op.Product)) {
      for (String to : List.of("sum", "left")) {
        ComputationGraph graph =
            new ComputationGraph(
                Trained.builder()
                    .graphBuilder()
                    .addInputs("a")
                    .setInputTypes(InputType.feedForward(7))
                    .addLayer("left", CachedGraph.dense(), "a")
                    .addLayer("right", CachedGraph.dense(), "a")
                    .addVertex("sum", new ElementWiseVertex(op), "left", "right")
                    .addLayer("top", CachedGraph.dense(), to)
                    .addLayer("beside", CachedGraph.dense(), "sum")
                    .addVertex("both", new MergeVertex(), "top", "beside")
                    .addLayer("out", Trained.output(), "both")
                    .setOutputs("out")
                    .build());
        graph.init();
        keys.add(key(Freezing.freeze(graph, LayerSelector.named("left", "right")), List.of()));
      }
    }
    assertThat(keys).hasSize(4);
  }

  @Test
  void whatCannotBeIsRefused() {
    FeatureCache cache = FeatureCache.inMemory();
    MultiDataSetIterator data = CachedGraph.DENSE.data();
    ComputationGraph graph = CachedGraph.DENSE.frozen();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.fit(CachedGraph.DENSE.trained(), data, 1))
        .withMessageStartingWith("the lowest layer learns, so there is nothing to cache");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                cache.fit(
                    Freezing.freeze(CachedGraph.DENSE.trained(), LayerSelector.named("top")),
                    data,
                    1))
        .withMessageStartingWith("the lowest layer learns, so there is nothing to cache");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.fit(Freezing.freeze(graph, LayerSelector.all()), data, 1))
        .withMessage("all layers are frozen, so there is nothing to train");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.fit(graph, data, 0))
        .withMessage("epochs must be 1 or more, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.fit((ComputationGraph) null, data, 1))
        .withMessage("the network must be a MultiLayerNetwork or a ComputationGraph, was null");
    assertThatNullPointerException()
        .isThrownBy(() -> cache.fit(graph, (MultiDataSetIterator) null, 1))
        .withMessage("the data must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.fit(new ComputationGraph(graph.getConfiguration()), data, 1))
        .withMessage("the network is not initialised; call init() first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.fit(CachedGraph.TWO_AND_TWO.frozen(), data, 1))
        .withMessage("batch 0 has 1 arrays of features, and the network 2 inputs");
    var once =
        new IteratorMultiDataSetIterator(CachedGraph.DENSE.batches().iterator(), Trained.ROWS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureCache.in(folder).fit(graph, once, 1))
        .withMessageEndingWith("cannot be reset; use FeatureCache.inMemory()");
  }
}
