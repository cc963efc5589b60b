package io.github.dl4jext.listeners.diagnosis;

import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.SELU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.activations.initializers.LecunNormal;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A network and its data with one fault in them. Without it the networks are those of {@link
 * #HEALTHY}.
 */
enum PlantedFault {
  DEAD_UNITS("b", plan -> plan.hidden("b", b -> b.biasInit(-100))),
  SATURATED_UNITS("b", plan -> plan.tanh().hidden("b", b -> b.weightInit(normal(5)))),
  VANISHING_GRADIENTS("h0", plan -> plan.deep(12, new ActivationSigmoid(), new GlorotUniform())),
  EXPLODING_GRADIENTS(
      "b", plan -> plan.loss(LossFunction.MSE, Activation.IDENTITY, 4).labels(y -> y.muli(1e4))),
  SIGNAL_SCALE("h1", plan -> plan.deep(3, new ReLU(), normal(0.001))),
  SELU_INPUTS("a", plan -> plan.selu().features(x -> x.muli(0.3))),
  SELU_INITIALISER("b", plan -> plan.selu().hidden("b", b -> b.weightInit(new HeNormal()))),
  SELU_WITH_DROPOUT("b", plan -> plan.selu().hidden("b", b -> b.dropOut(new Dropout(0.8)))),
  SELU_WITH_NORMALIZATION(
      "norm", plan -> plan.selu().behind("a", new BatchNormalization.Builder().name("norm"))),
  SELU_WITH_SKIP("sum", plan -> plan.selu().skip = true),
  SELU_WITH_PENALTY("b", plan -> plan.selu().hidden("b", b -> b.l2(1e-3))),
  RATE_TOO_HIGH("b", plan -> plan.steps(3).updater = new Adam(0.1)),
  RATE_TOO_LOW("b", plan -> plan.steps(5).updater = new Sgd(1e-9)),
  UNSCALED_INPUTS("a", plan -> plan.features(x -> x.muli(100))),
  CONSTANT_FEATURES("a", plan -> plan.features(x -> x.getColumn(7).assign(1))),
  SOFTMAX_LABELS("out", plan -> plan.labels(y -> y.addi(y.mul(0.5)))),
  LABELS_OUT_OF_REACH("out", plan -> plan.binary().labels(y -> y.muli(5))),
  SQUARED_ERROR_OF_SOFTMAX("out", plan -> plan.loss(LossFunction.MSE, Activation.SOFTMAX, 4)),
  SINGLE_SOFTMAX_UNIT("out", plan -> plan.loss(LossFunction.XENT, Activation.SOFTMAX, 1)),
  CROSS_ENTROPY_WITHOUT_PROBABILITIES(
      "out", plan -> plan.loss(LossFunction.MCXENT, Activation.SIGMOID, 4)),
  BIAS_BEFORE_BATCH_NORM(
      "b",
      plan ->
          plan.hidden("b", b -> b.activation(new ActivationIdentity()))
              .behind("b", new ActivationLayer.Builder().activation(new ReLU()).name("relu"))
              .behind("b", new BatchNormalization.Builder().name("norm"))),
  DECAY_ON_GAINS("b", plan -> plan.hidden("b", b -> b.hasLayerNorm(true).l2(1e-3))),
  DECAY_ON_BIASES("b", plan -> plan.hidden("b", b -> b.l2Bias(1e-3))),
  NON_FINITE_LOSS("a", plan -> plan.features(x -> x.putScalar(5, 3, Double.NaN))),
  INITIAL_LOSS("out", plan -> plan.output(out -> out.weightInit(normal(3)))),
  MISSING_CLASSES("out", plan -> plan.relabel(4, 0.5)),
  UNBALANCED_CLASSES("out", plan -> plan.relabel(4, 0.02)),
  SYMMETRIC_WEIGHTS("b", plan -> plan.hidden("b", b -> b.weightInit(WeightInit.ZERO)));

  /** The networks that the faults are planted in. */
  static final List<Consumer<Plan>> HEALTHY =
      List.of(
          plan -> {},
          Plan::tanh,
          Plan::selu,
          Plan::binary,
          plan -> plan.deep(6, new ReLU(), new HeNormal()),
          plan -> plan.steps(6));

  /** How many examples the minibatches have. */
  static final int EXAMPLES = 500;

  private static final int FEATURES = 20;
  private static final int UNITS = 30;

  final String layer;
  private final Consumer<Plan> fault;

  PlantedFault(String layer, Consumer<Plan> fault) {
    this.layer = layer;
    this.fault = fault;
  }

  Plan plan() {
    Plan plan = new Plan();
    fault.accept(plan);
    return plan;
  }

  private static IWeightInit normal(double deviation) {
    return WeightInit.DISTRIBUTION.getWeightInitFunction(new NormalDistribution(0, deviation));
  }

  /** What the network is made of; it begins as one that is healthy. */
  static final class Plan {

    private final List<Layer.Builder<?>> layers = new ArrayList<>();
    private OutputLayer.Builder out = new OutputLayer.Builder(LossFunction.MCXENT);
    private int classes = 4;
    private Consumer<INDArray> features = x -> {};
    private Consumer<INDArray> labels = y -> {};
    private boolean oneHot = true;
    boolean skip;
    int steps;
    IUpdater updater = new Adam(1e-3);

    Plan() {
      layers(new ReLU(), new HeNormal(), "a", "b");
      output(o -> o.nOut(4).activation(Activation.SOFTMAX).weightInit(new GlorotUniform()));
    }

    private Plan layers(IActivation activation, IWeightInit init, String... names) {
      layers.clear();
      for (String name : names) {
        layers.add(
            new DenseLayer.Builder()
                .nOut(UNITS)
                .activation(activation)
                .weightInit(init)
                .name(name));
      }
      return this;
    }

    Plan tanh() {
      return layers(new ActivationTanH(), new GlorotUniform(), "a", "b");
    }

    Plan selu() {
      return layers(new SELU(), new LecunNormal(), "a", "b");
    }

    Plan deep(int count, IActivation activation, IWeightInit init) {
      String[] names = new String[count];
      Arrays.setAll(names, i -> "h" + i);
      return layers(activation, init, names);
    }

    Plan hidden(String name, Consumer<DenseLayer.Builder> change) {
      change.accept((DenseLayer.Builder) layers.get(place(name)));
      return this;
    }

    Plan behind(String name, Layer.Builder<?> layer) {
      layers.add(place(name) + 1, layer);
      return this;
    }

    private int place(String name) {
      for (int i = 0; i < layers.size(); i++) {
        if (layers.get(i).build().getLayerName().equals(name)) {
          return i;
        }
      }
      throw new AssertionError(name);
    }

    Plan output(Consumer<OutputLayer.Builder> change) {
      change.accept(out);
      return this;
    }

    Plan loss(LossFunction loss, Activation activation, int units) {
      out = new OutputLayer.Builder(loss);
      classes = units;
      return output(o -> o.nOut(units).activation(activation).weightInit(new GlorotUniform()));
    }

    /** Several answers of yes or no. */
    Plan binary() {
      oneHot = false;
      return loss(LossFunction.XENT, Activation.SIGMOID, 4);
    }

    Plan features(Consumer<INDArray> change) {
      features = change;
      return this;
    }

    Plan labels(Consumer<INDArray> change) {
      labels = change;
      return this;
    }

    /** Leaves so much of the last half of the classes. */
    Plan relabel(int of, double kept) {
      Random random = new Random(3);
      double share = kept == 0.5 ? 0 : kept;
      return labels(
          y -> {
            for (int i = 0; i < y.rows(); i++) {
              if (y.getDouble(i, of - 1) == 1 && random.nextDouble() >= share) {
                y.putScalar(i, of - 1, 0);
                y.putScalar(i, 0, 1);
              }
            }
          });
    }

    /** Has to be found by the listener, in so many steps. */
    Plan steps(int count) {
      steps = count;
      return this;
    }

    Model network(Type type, DataType dataType) {
      NeuralNetConfiguration.Builder base =
          new NeuralNetConfiguration.Builder().seed(11).dataType(dataType).updater(updater);
      Layer last = out.name("out").build();
      if (type == Type.MULTI_LAYER) {
        ListBuilder list = base.list();
        layers.forEach(layer -> list.layer(layer.build()));
        MultiLayerNetwork net =
            new MultiLayerNetwork(
                list.layer(last)
                    .setInputType(InputType.feedForward(FEATURES))
                    .validateOutputLayerConfig(false)
                    .build());
        net.init();
        return net;
      }
      GraphBuilder graph = base.graphBuilder().addInputs("in");
      String before = "in";
      for (Layer.Builder<?> builder : layers) {
        Layer layer = builder.build();
        graph.addLayer(layer.getLayerName(), layer, before);
        before = layer.getLayerName();
      }
      if (skip) {
        graph.addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b");
        before = "sum";
      }
      ComputationGraph net =
          new ComputationGraph(
              graph
                  .addLayer("out", last, before)
                  .setOutputs("out")
                  .setInputTypes(InputType.feedForward(FEATURES))
                  .validateOutputLayerConfig(false)
                  .build());
      net.init();
      return net;
    }

    /** Standard normal features; the class is the largest of the first of them. */
    DataSet batch(int number) {
      Random random = new Random(100 + number);
      INDArray x = Nd4j.create(DataType.DOUBLE, EXAMPLES, FEATURES);
      INDArray y = Nd4j.create(DataType.DOUBLE, EXAMPLES, classes);
      for (int i = 0; i < EXAMPLES; i++) {
        int best = 0;
        for (int j = 0; j < FEATURES; j++) {
          x.putScalar(i, j, random.nextGaussian());
          best = j < classes && x.getDouble(i, j) > x.getDouble(i, best) ? j : best;
        }
        for (int j = 0; j < classes; j++) {
          boolean yes = oneHot ? j == best : x.getDouble(i, j) > 0;
          y.putScalar(i, j, yes ? 1 : 0);
        }
      }
      features.accept(x);
      labels.accept(y);
      return new DataSet(x, y);
    }
  }
}
