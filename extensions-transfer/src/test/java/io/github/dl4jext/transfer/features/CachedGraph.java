package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.transfer.folding.Trained;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
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
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Graphs with what is frozen in them, and what they are given. */
enum CachedGraph {
  DENSE("backbone") {
    @Override
    void build(GraphBuilder graph) {
      graph
          .addInputs("a")
          .setInputTypes(InputType.feedForward(7))
          .addLayer("backbone", dense(), "a")
          .addLayer("top", dense(), "backbone")
          .addLayer("out", Trained.output(), "top")
          .setOutputs("out");
    }
  },
  /** Several edges cross, one of them twice; a head vertex lies before a backbone vertex. */
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
              "pool", new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build(), "norm")
          .addLayer("top", dense(), "pool")
          .addLayer("out", Trained.output(), "top")
          .setOutputs("out");
    }

    @Override
    INDArray[] features() {
      return new INDArray[] {Nd4j.rand(DataType.DOUBLE, Trained.ROWS, 2, 6, 6)};
    }
  },
  /** The input feeds what learns, besides the backbone. */
  RAW_INPUT("backbone") {
    @Override
    void build(GraphBuilder graph) {
      graph
          .addInputs("a")
          .setInputTypes(InputType.feedForward(7))
          .addLayer("beside", dense(), "a")
          .addLayer("backbone", dense(), "a")
          .addVertex("both", new MergeVertex(), "backbone", "beside", "a")
          .addLayer("top", dense(), "both")
          .addLayer("out", Trained.output(), "top")
          .setOutputs("out");
    }
  },
  /** An output that is frozen still adds to the score. */
  FROZEN_OUTPUT("backbone", "fixed") {
    @Override
    void build(GraphBuilder graph) {
      graph
          .addInputs("a")
          .setInputTypes(InputType.feedForward(7))
          .addLayer("backbone", dense(), "a")
          .addLayer("fixed", Trained.output(), "backbone")
          .addLayer("out", Trained.output(), "backbone")
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
  /** Truncated backpropagation through time: the backbone carries its state on. */
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
  /** The backbone ends masks; one input has one and one has none. */
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

  private static final int STEPS = 5;

  private final String[] frozen;
  private ComputationGraph trained;

  CachedGraph(String... frozen) {
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

  List<MultiDataSet> batches() {
    Nd4j.getRandom().setSeed(4);
    List<MultiDataSet> batches = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      batches.add(
          new org.nd4j.linalg.dataset.MultiDataSet(
              features(), labels(), featureMasks(), labelMasks()));
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
    return Freezing.freeze(trained(), LayerSelector.named(frozen));
  }

  MultiDataSetIterator data() {
    return new Again(batches());
  }

  static Layer dense() {
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
  static INDArray mask(int shortest) {
    INDArray mask = Nd4j.ones(DataType.DOUBLE, Trained.ROWS, STEPS);
    for (int t = shortest; t < STEPS; t++) {
      mask.putScalar(1, t, 0);
    }
    mask.putScalar(2, STEPS - 1, 0);
    return mask;
  }

  /** Goes through a list, and again after a reset. */
  private static final class Again extends IteratorMultiDataSetIterator {

    private static final long serialVersionUID = 1L;

    private final transient List<MultiDataSet> batches;
    private int next;

    Again(List<MultiDataSet> batches) {
      super(batches.iterator(), Trained.ROWS);
      this.batches = batches;
    }

    @Override
    public boolean hasNext() {
      return next < batches.size();
    }

    @Override
    public MultiDataSet next() {
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
}
