package io.github.dl4jext.network;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks of many kinds, and data for them. */
final class TestNetworks {

  static final int STEPS = 4;

  private TestNetworks() {}

  static NeuralNetConfiguration.Builder base(DataType type) {
    return new NeuralNetConfiguration.Builder().seed(7).dataType(type).updater(new Adam(0.01));
  }

  static DenseLayer.Builder dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.TANH);
  }

  static OutputLayer.Builder output(int in) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(3)
        .activation(Activation.SOFTMAX);
  }

  private static RnnOutputLayer sequenceOutput(int in) {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** Dense, batch normalization, dense with an updater of its own for biases, output. */
  static MultiLayerNetwork stack(DataType type) {
    return start(
        base(type)
            .list()
            .layer(dense(5, 6).name("first").build())
            .layer(new BatchNormalization.Builder().nIn(6).nOut(6).name("norm").build())
            .layer(dense(6, 4).name("second").biasUpdater(new Adam(0.02)).build())
            .layer(output(4).name("out").build())
            .build());
  }

  /** Two inputs, two outputs, vertices without parameters, added in no topological order. */
  static ComputationGraph graph(DataType type) {
    return start(
        base(type)
            .graphBuilder()
            .addInputs("left", "right")
            .addLayer("out", output(8).build(), "both")
            .addLayer("a", dense(5, 4).build(), "left")
            .addVertex("both", new MergeVertex(), "norm", "b")
            .addLayer("norm", new BatchNormalization.Builder().nIn(4).nOut(4).build(), "a")
            .addLayer("b", dense(5, 4).biasUpdater(new Adam(0.02)).build(), "right")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "norm", "b")
            .addLayer("side", output(4).build(), "sum")
            .setOutputs("out", "side")
            .build());
  }

  static MultiLayerNetwork start(MultiLayerConfiguration configuration) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    return net;
  }

  static ComputationGraph start(ComputationGraphConfiguration configuration) {
    ComputationGraph net = new ComputationGraph(configuration);
    net.init();
    return net;
  }

  /** Networks of all kinds of layers and wrappers, by what is in them. */
  static Map<String, Model> zoo(DataType type) {
    Map<String, Model> zoo = new TreeMap<>();
    zoo.put("stack", stack(type));
    zoo.put("graph", graph(type));
    zoo.put("frozen stack", frozenStack(type));
    zoo.put("frozen graph", frozenGraph(type));
    zoo.put("images", images(type));
    zoo.put("sequences", sequences(type));
    zoo.put("last step", lastStep(type));
    zoo.put("SameDiff layers", sameDiff(type));
    zoo.put("attention vertex", attention(type));
    zoo.put("unnamed", unnamed(type));
    return zoo;
  }

  static MultiLayerNetwork frozenStack(DataType type) {
    return start(
        base(type)
            .list()
            .layer(new FrozenLayer(dense(5, 6).build()))
            .layer(new FrozenLayerWithBackprop(dense(6, 6).build()))
            .layer(new FrozenLayer(new FrozenLayer(dense(6, 4).build())))
            .layer(output(4).build())
            .build());
  }

  static ComputationGraph frozenGraph(DataType type) {
    NeuralNetConfiguration within = base(type).layer(dense(5, 6).name("a").build()).build();
    return start(
        base(type)
            .graphBuilder()
            .addInputs("in")
            .addVertex("a", new FrozenVertex(new LayerVertex(within, null)), "in")
            .addLayer("b", new FrozenLayerWithBackprop(dense(6, 4).build()), "a")
            .addLayer("out", output(4).build(), "b")
            .setOutputs("out")
            .build());
  }

  static MultiLayerNetwork images(DataType type) {
    return start(
        base(type)
            .list()
            .layer(new ConvolutionLayer.Builder(3, 3).nOut(2).build())
            .layer(new BatchNormalization())
            .layer(output(0).nIn(0).build())
            .setInputType(InputType.convolutional(6, 6, 1))
            .build());
  }

  static MultiLayerNetwork sequences(DataType type) {
    return start(
        base(type)
            .list()
            .layer(new Bidirectional(new LSTM.Builder().nIn(5).nOut(3).build()))
            .layer(new LSTM.Builder().nIn(6).nOut(4).build())
            .layer(sequenceOutput(4))
            .setInputType(InputType.recurrent(5, STEPS))
            .build());
  }

  /** Heeds masks where it pools over the steps. */
  static ComputationGraph pooled(DataType type) {
    return start(
        base(type)
            .graphBuilder()
            .addInputs("in")
            .addLayer("lstm", new LSTM.Builder().nIn(5).nOut(5).build(), "in")
            .addLayer("pool", new GlobalPoolingLayer(), "lstm")
            .addLayer("norm", new BatchNormalization.Builder().nIn(5).nOut(5).build(), "pool")
            .addLayer("out", output(5).build(), "norm")
            .setOutputs("out")
            .setInputTypes(InputType.recurrent(5, STEPS))
            .build());
  }

  /** Heeds masks: DL4J's recurrent layers do not in the forward pass, the last step does. */
  static MultiLayerNetwork lastStep(DataType type) {
    return start(
        base(type)
            .list()
            .layer(new LastTimeStep(new LSTM.Builder().nIn(5).nOut(4).build()))
            .layer(output(4).build())
            .build());
  }

  private static MultiLayerNetwork sameDiff(DataType type) {
    return start(
        base(type)
            .list()
            .layer(new LocallyConnected1D.Builder().kernelSize(2).nIn(5).nOut(4).build())
            .layer(
                new SelfAttentionLayer.Builder()
                    .nIn(4)
                    .nOut(4)
                    .nHeads(2)
                    .headSize(2)
                    .projectInput(true)
                    .build())
            .layer(new GlobalPoolingLayer())
            .layer(output(4).build())
            .setInputType(InputType.recurrent(5, STEPS))
            .build());
  }

  static ComputationGraph attention(DataType type) {
    return start(
        base(type)
            .graphBuilder()
            .addInputs("in")
            .addLayer("lstm", new LSTM.Builder().nIn(5).nOut(4).build(), "in")
            .addVertex(
                "attention",
                new AttentionVertex.Builder()
                    .nInKeys(4)
                    .nInQueries(4)
                    .nInValues(4)
                    .nOut(4)
                    .nHeads(2)
                    .headSize(2)
                    .projectInput(true)
                    .build(),
                "lstm",
                "lstm",
                "lstm")
            .addLayer("out", sequenceOutput(4), "attention")
            .setOutputs("out")
            .setInputTypes(InputType.recurrent(5, STEPS))
            .build());
  }

  static MultiLayerNetwork unnamed(DataType type) {
    MultiLayerConfiguration configuration =
        base(type)
            .list()
            .layer(dense(5, 6).build())
            .layer(dense(6, 4).build())
            .layer(output(4).build())
            .build();
    configuration.getConfs().forEach(layer -> layer.getLayer().setLayerName(null));
    return start(configuration);
  }

  /** A batch that fits a network. */
  static MultiDataSet batch(Model model, int seed) {
    Random random = new Random(seed);
    Network network = Network.of(model);
    DataType type = network.configuration().dataType();
    boolean images = !LayerSelector.ofType(ConvolutionLayer.class).in(model).isEmpty();
    boolean sequences =
        !LayerSelector.ofType(LSTM.class, LocallyConnected1D.class).in(model).isEmpty();
    long[] shape = {8, 5};
    if (images) {
      shape = new long[] {8, 1, 6, 6};
    } else if (sequences) {
      shape = new long[] {8, 5, STEPS};
    }
    long[] shapeOfInput = shape;
    INDArray[] features =
        network.configuration().inputs().stream()
            .map(input -> normal(random, shapeOfInput).castTo(type))
            .toArray(INDArray[]::new);
    INDArray[] labels =
        network.configuration().outputs().stream()
            .map(output -> labels(network.node(output), type))
            .toArray(INDArray[]::new);
    return new MultiDataSet(features, labels);
  }

  /** Repeats, where {@code Nd4j.randn} does not for one seed. */
  static INDArray normal(Random random, long... shape) {
    int length = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    double[] numbers = IntStream.range(0, length).mapToDouble(i -> random.nextGaussian()).toArray();
    return Nd4j.createFromArray(numbers).reshape('c', shape);
  }

  private static INDArray labels(LiveNode output, DataType type) {
    boolean sequence = output.layer().orElseThrow() instanceof RnnOutputLayer;
    INDArray labels = sequence ? Nd4j.zeros(type, 8, 3, STEPS) : Nd4j.zeros(type, 8, 3);
    for (int i = 0; i < 8; i++) {
      for (int step = 0; step < (sequence ? STEPS : 1); step++) {
        int label = (i + step) % 3;
        if (sequence) {
          labels.putScalar(new int[] {i, label, step}, 1);
        } else {
          labels.putScalar(new int[] {i, label}, 1);
        }
      }
    }
    return labels;
  }

  static List<DataSet> batches(Model model, int count) {
    DataSet[] batches = new DataSet[count];
    for (int i = 0; i < count; i++) {
      MultiDataSet batch = batch(model, 100 + i);
      batches[i] = new DataSet(batch.getFeatures(0), batch.getLabels(0));
    }
    return Arrays.asList(batches);
  }

  /** Masks the last steps of half of the examples, in features and labels that have steps. */
  static DataSet masked(DataSet batch) {
    INDArray mask = Nd4j.ones(batch.getFeatures().dataType(), 8, STEPS);
    mask.get(NDArrayIndex.interval(0, 4), NDArrayIndex.interval(STEPS / 2, STEPS)).assign(0);
    INDArray labelMask = batch.getLabels().rank() == 3 ? mask.dup() : null;
    return new DataSet(batch.getFeatures(), batch.getLabels(), mask, labelMask);
  }

  /** Steps on data of its own; what is random in training is repeated. */
  static void train(Model model, int steps) {
    Nd4j.getRandom().setSeed(12);
    for (int i = 0; i < steps; i++) {
      MultiDataSet batch = batch(model, i);
      Nd4j.getRandom().setSeed(50 + i);
      Network.of(model).fit(batch);
    }
  }

  /** All elements, to be compared bit by bit: INDArray's equals lets 1e-5 pass. */
  static double[] numbers(INDArray array) {
    return array.dup('c').data().asDouble();
  }
}
