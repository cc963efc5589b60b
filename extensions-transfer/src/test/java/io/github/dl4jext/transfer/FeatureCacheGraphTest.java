package io.github.dl4jext.transfer;

import static io.github.dl4jext.transfer.Trained.moved;
import static io.github.dl4jext.transfer.Trained.numbers;
import static io.github.dl4jext.transfer.Trained.parameters;
import static io.github.dl4jext.transfer.Trained.restored;
import static io.github.dl4jext.transfer.Trained.updaterState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class FeatureCacheGraphTest {

  private static final int STEPS = 5;

  @TempDir Path folder;

  /** Graphs with what is frozen in them, and what they are given. */
  private enum Kind {
    DENSE("trunk") {
      @Override
      void build(GraphBuilder graph) {
        graph
            .addInputs("a")
            .setInputTypes(InputType.feedForward(7))
            .addLayer("trunk", dense(), "a")
            .addLayer("top", dense(), "trunk")
            .addLayer("out", Trained.output(), "top")
            .setOutputs("out");
      }
    },
    /** Several edges cross, one of them twice; a head vertex lies before a trunk vertex. */
    BRANCHES("left", "right", "norm") {
      @Override
      void build(GraphBuilder graph) {
        graph
            .addInputs("a")
            .setInputTypes(InputType.feedForward(7))
            .addLayer("left", dense(), "a")
            .addLayer("early", dense(), "left")
            .addLayer("norm", new BatchNormalization(), "left")
            .addLayer("right", dense(), "a")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "norm", "right")
            .addLayer("late", dense(), "sum")
            .addVertex("both", new MergeVertex(), "early", "late", "left")
            .addLayer("out", Trained.output(), "both")
            .setOutputs("out");
      }
    },
    /** The preprocessor before the dense layer is the head's; pooling needs no freezing. */
    CONVOLUTION("convolution", "norm") {
      @Override
      void build(GraphBuilder graph) {
        graph
            .addInputs("a")
            .setInputTypes(InputType.convolutional(6, 6, 2))
            .addLayer("convolution", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "a")
            .addLayer("norm", new BatchNormalization(), "convolution")
            .addLayer(
                "pool",
                new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build(),
                "norm")
            .addLayer("top", dense(), "pool")
            .addLayer("out", Trained.output(), "top")
            .setOutputs("out");
      }

      @Override
      INDArray[] features() {
        return new INDArray[] {Nd4j.rand(DataType.DOUBLE, Trained.ROWS, 2, 6, 6)};
      }
    },
    /** The input feeds what learns, besides the trunk. */
    RAW_INPUT("trunk") {
      @Override
      void build(GraphBuilder graph) {
        graph
            .addInputs("a")
            .setInputTypes(InputType.feedForward(7))
            .addLayer("beside", dense(), "a")
            .addLayer("trunk", dense(), "a")
            .addVertex("both", new MergeVertex(), "trunk", "beside", "a")
            .addLayer("top", dense(), "both")
            .addLayer("out", Trained.output(), "top")
            .setOutputs("out");
      }
    },
    /** An output that is frozen still adds to the score. */
    FROZEN_OUTPUT("trunk", "fixed") {
      @Override
      void build(GraphBuilder graph) {
        graph
            .addInputs("a")
            .setInputTypes(InputType.feedForward(7))
            .addLayer("trunk", dense(), "a")
            .addLayer("fixed", Trained.output(), "trunk")
            .addLayer("out", Trained.output(), "trunk")
            .setOutputs("fixed", "out");
      }

      @Override
      INDArray[] labels() {
        return new INDArray[] {Trained.DENSE.labels(), Trained.DENSE.labels()};
      }
    },
    RECURRENT("lstm") {
      @Override
      void build(GraphBuilder graph) {
        graph
            .addInputs("a")
            .setInputTypes(InputType.recurrent(3))
            .addLayer("lstm", lstm(), "a")
            .addLayer("dense", dense(), "lstm")
            .addLayer("top", lstm(), "dense")
            .addLayer("out", perStep(), "top")
            .setOutputs("out");
      }

      @Override
      INDArray[] features() {
        return new INDArray[] {sequences()};
      }

      @Override
      INDArray[] labels() {
        return new INDArray[] {Trained.RECURRENT.labels()};
      }

      @Override
      INDArray[] featureMasks() {
        return new INDArray[] {mask(1)};
      }
    },
    /** What makes rows of steps is frozen, and at the border: it is left to the head. */
    STEPS_AS_ROWS("lstm", "dense") {
      @Override
      void build(GraphBuilder graph) {
        RECURRENT.build(graph);
      }

      @Override
      INDArray[] features() {
        return RECURRENT.features();
      }

      @Override
      INDArray[] labels() {
        return RECURRENT.labels();
      }

      @Override
      INDArray[] featureMasks() {
        return RECURRENT.featureMasks();
      }
    },
    /** Truncated backpropagation through time: the trunk carries its state on. */
    STRETCHES("lstm", "rnn") {
      @Override
      void build(GraphBuilder graph) {
        graph
            .addInputs("a")
            .setInputTypes(InputType.recurrent(3))
            .addLayer("lstm", lstm(), "a")
            .addLayer("rnn", new SimpleRnn.Builder().nOut(3).build(), "lstm")
            .addVertex("both", new MergeVertex(), "rnn", "a")
            .addLayer("top", lstm(), "both")
            .addLayer("out", perStep(), "top")
            .setOutputs("out")
            .backpropType(BackpropType.TruncatedBPTT)
            .tBPTTLength(2);
      }

      @Override
      INDArray[] features() {
        return RECURRENT.features();
      }

      @Override
      INDArray[] labels() {
        return RECURRENT.labels();
      }

      @Override
      INDArray[] featureMasks() {
        return RECURRENT.featureMasks();
      }
    },
    /** Vertices of the head that ask for a network input by its name, and for its mask. */
    INPUT_BY_NAME("lstm") {
      @Override
      void build(GraphBuilder graph) {
        graph
            .addInputs("a")
            .setInputTypes(InputType.recurrent(3))
            .addLayer("lstm", lstm(), "a")
            .addLayer("middle", lstm(), "lstm")
            .addVertex("last", new LastTimeStepVertex("a"), "middle")
            .addVertex("again", new DuplicateToTimeSeriesVertex("a"), "last")
            .addLayer("top", lstm(), "again")
            .addLayer("out", perStep(), "top")
            .setOutputs("out");
      }

      @Override
      INDArray[] features() {
        return RECURRENT.features();
      }

      @Override
      INDArray[] labels() {
        return RECURRENT.labels();
      }

      @Override
      INDArray[] featureMasks() {
        return RECURRENT.featureMasks();
      }
    },
    /** The trunk ends masks; one input has one and one has none. */
    TWO_AND_TWO("lstm", "vector") {
      @Override
      void build(GraphBuilder graph) {
        graph
            .addInputs("series", "b")
            .setInputTypes(InputType.recurrent(3), InputType.feedForward(7))
            .addLayer("lstm", lstm(), "series")
            .addLayer("pooled", new GlobalPoolingLayer.Builder().build(), "lstm")
            .addLayer("vector", dense(), "b")
            .addVertex("both", new MergeVertex(), "pooled", "vector")
            .addLayer("label", Trained.output(), "both")
            .addLayer("top", lstm(), "lstm")
            .addLayer("steps", perStep(), "top")
            .setOutputs("steps", "label");
      }

      @Override
      INDArray[] features() {
        return new INDArray[] {sequences(), Trained.DENSE.features()};
      }

      @Override
      INDArray[] labels() {
        return new INDArray[] {Trained.RECURRENT.labels(), Trained.DENSE.labels()};
      }

      @Override
      INDArray[] featureMasks() {
        return new INDArray[] {mask(1), null};
      }

      @Override
      INDArray[] labelMasks() {
        return new INDArray[] {mask(2), null};
      }
    };

    private final String[] frozen;
    private ComputationGraph trained;

    Kind(String... frozen) {
      this.frozen = frozen;
    }

    abstract void build(GraphBuilder graph);

    INDArray[] features() {
      return new INDArray[] {Trained.DENSE.features()};
    }

    INDArray[] labels() {
      return new INDArray[] {Trained.DENSE.labels()};
    }

    INDArray[] featureMasks() {
      return null;
    }

    INDArray[] labelMasks() {
      return null;
    }

    List<org.nd4j.linalg.dataset.api.MultiDataSet> batches() {
      Nd4j.getRandom().setSeed(4);
      List<org.nd4j.linalg.dataset.api.MultiDataSet> batches = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        batches.add(new MultiDataSet(features(), labels(), featureMasks(), labelMasks()));
      }
      return batches;
    }

    /** With momentum to be parked. */
    ComputationGraph trained() {
      if (trained == null) {
        GraphBuilder graph = Trained.builder().graphBuilder();
        build(graph);
        trained = new ComputationGraph(graph.build());
        trained.init();
        batches().forEach(trained::fit);
      }
      return trained;
    }

    ComputationGraph frozen() {
      return Freezing.freeze(trained(), Layers.named(frozen));
    }
  }

  private static Layer dense() {
    return new DenseLayer.Builder().nOut(5).dropOut(new Dropout(0.8)).build();
  }

  private static Layer lstm() {
    return new LSTM.Builder().nOut(4).dropOut(new Dropout(0.8)).build();
  }

  private static Layer perStep() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(Trained.CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static INDArray sequences() {
    return Trained.RECURRENT.features();
  }

  /** Sequences that are cut off. */
  private static INDArray mask(int shortest) {
    INDArray mask = Nd4j.ones(DataType.DOUBLE, Trained.ROWS, STEPS);
    for (int t = shortest; t < STEPS; t++) {
      mask.putScalar(1, t, 0);
    }
    mask.putScalar(2, STEPS - 1, 0);
    return mask;
  }

  private static MultiDataSetIterator iterator(
      List<org.nd4j.linalg.dataset.api.MultiDataSet> batches) {
    return new Again(batches);
  }

  /** Goes through a list, and again after a reset. */
  private static final class Again extends IteratorMultiDataSetIterator {

    private static final long serialVersionUID = 1L;

    private final transient List<org.nd4j.linalg.dataset.api.MultiDataSet> batches;
    private int next;

    Again(List<org.nd4j.linalg.dataset.api.MultiDataSet> batches) {
      super(batches.iterator(), Trained.ROWS);
      this.batches = batches;
    }

    @Override
    public boolean hasNext() {
      return next < batches.size();
    }

    @Override
    public org.nd4j.linalg.dataset.api.MultiDataSet next() {
      return batches.get(next++);
    }

    @Override
    public boolean resetSupported() {
      return true;
    }

    @Override
    public boolean asyncSupported() {
      return false;
    }

    @Override
    public void reset() {
      next = 0;
    }
  }

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
  @EnumSource(Kind.class)
  void isWhatTrainingTheWholeIs(Kind kind) {
    ComputationGraph graph = kind.frozen();
    Scores ofHead = new Scores();
    graph.setListeners(ofHead);
    MultiDataSetIterator data = iterator(kind.batches());
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
    assertThat(Freezing.layers(actual)).isEqualTo(Freezing.layers(expected));
  }

  @Test
  void theHeadLearnsAndGoesOnAsTheWholeWould() {
    ComputationGraph graph = Kind.BRANCHES.frozen();
    MultiDataSetIterator data = iterator(Kind.BRANCHES.batches());
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
    ComputationGraph graph = Kind.RECURRENT.frozen();
    List<DataSet> batches =
        Kind.RECURRENT.batches().stream()
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

  private static String key(
      ComputationGraph graph, List<org.nd4j.linalg.dataset.api.MultiDataSet> batches) {
    FeatureKey key = new FeatureKey();
    new SplitGraph(graph).addTo(key);
    batches.forEach(key::add);
    return key.text();
  }

  @Test
  void whateverAltersWhatIsKeptHasAnotherKey() {
    ComputationGraph graph = Kind.TWO_AND_TWO.frozen();
    String key = key(graph, Kind.TWO_AND_TWO.batches());
    ComputationGraph later = Freezing.freeze(graph, Layers.none());
    later.getConfiguration().setIterationCount(77);
    later.getConfiguration().setEpochCount(7);
    later.getLayer("top").getParam("b").putScalar(0, 0.5);
    assertThat(key(later, Kind.TWO_AND_TWO.batches())).as("counters and head").isEqualTo(key);

    List<Consumer<org.nd4j.linalg.dataset.api.MultiDataSet>> changes =
        List.of(
            batch -> batch.getFeatures(0).putScalar(0, 0, 0, 0.123),
            batch -> batch.getFeatures(1).putScalar(0, 0, 0.123),
            batch -> batch.getLabels(1).putScalar(0, 0, 0.5),
            batch -> batch.setFeaturesMaskArrays(new INDArray[] {mask(3), null}),
            batch -> batch.setFeaturesMaskArrays(new INDArray[] {null, mask(1)}),
            batch -> batch.setFeaturesMaskArrays(null),
            batch -> batch.setLabelsMaskArray(new INDArray[] {mask(3), null}));
    Set<String> keys = new HashSet<>(Set.of(key));
    for (Consumer<org.nd4j.linalg.dataset.api.MultiDataSet> change : changes) {
      var batches = Kind.TWO_AND_TWO.batches();
      change.accept(batches.get(1));
      keys.add(key(graph, batches));
    }
    graph.getLayer("vector").getParam("b").putScalar(0, 0.5);
    keys.add(key(graph, Kind.TWO_AND_TWO.batches()));
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
                    .addLayer("left", dense(), "a")
                    .addLayer("right", dense(), "a")
                    .addVertex("sum", new ElementWiseVertex(op), "left", "right")
                    .addLayer("top", dense(), to)
                    .addLayer("beside", dense(), "sum")
                    .addVertex("both", new MergeVertex(), "top", "beside")
                    .addLayer("out", Trained.output(), "both")
                    .setOutputs("out")
                    .build());
        graph.init();
        keys.add(key(Freezing.freeze(graph, Layers.named("left", "right")), List.of()));
      }
    }
    assertThat(keys).hasSize(4);
  }

  @Test
  void whatCannotBeIsRefused() {
    FeatureCache cache = FeatureCache.inMemory();
    MultiDataSetIterator data = iterator(Kind.DENSE.batches());
    ComputationGraph graph = Kind.DENSE.frozen();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.fit(Kind.DENSE.trained(), data, 1))
        .withMessageStartingWith("the lowest layer learns, so that there is nothing to keep");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> cache.fit(Freezing.freeze(Kind.DENSE.trained(), Layers.named("top")), data, 1))
        .withMessageStartingWith("the lowest layer learns, so that there is nothing to keep");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.fit(Freezing.freeze(graph, Layers.all()), data, 1))
        .withMessage("all layers are frozen, so that there is none to train");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.fit(graph, data, 0))
        .withMessage("epochs must be 1 or more, was 0");
    assertThatNullPointerException()
        .isThrownBy(() -> cache.fit((ComputationGraph) null, data, 1))
        .withMessage("the network must not be null");
    assertThatNullPointerException()
        .isThrownBy(() -> cache.fit(graph, (MultiDataSetIterator) null, 1))
        .withMessage("the data must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.fit(new ComputationGraph(graph.getConfiguration()), data, 1))
        .withMessage("the network is not initialised; call init() first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.fit(Kind.TWO_AND_TWO.frozen(), data, 1))
        .withMessage("batch 0 has 1 arrays of features, and the network 2 inputs");
    var once = new IteratorMultiDataSetIterator(Kind.DENSE.batches().iterator(), Trained.ROWS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureCache.in(folder).fit(graph, once, 1))
        .withMessageEndingWith("cannot be reset; use FeatureCache.inMemory()");
  }
}
