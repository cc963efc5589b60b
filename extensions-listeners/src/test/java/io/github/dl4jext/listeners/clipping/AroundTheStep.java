package io.github.dl4jext.listeners.clipping;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Small networks, what PyTorch computed for them, and a look at the gradient. */
public final class AroundTheStep {

  private AroundTheStep() {}

  public static JsonNode golden(String part) {
    try (InputStream in = AroundTheStep.class.getResourceAsStream("/golden/around-the-step.json")) {
      return new ObjectMapper().readTree(in).get(part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static INDArray array(JsonNode numbers) {
    if (numbers.get(0).isArray()) {
      double[][] rows = new double[numbers.size()][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = array(numbers.get(i)).toDoubleVector();
      }
      return Nd4j.createFromArray(rows);
    }
    double[] row = new double[numbers.size()];
    Arrays.setAll(row, i -> numbers.get(i).asDouble());
    return Nd4j.createFromArray(row);
  }

  public static DataSet data(JsonNode batch) {
    return new DataSet(array(batch.get("x")), array(batch.get("y")));
  }

  public static NeuralNetConfiguration.Builder base(IUpdater updater) {
    return new NeuralNetConfiguration.Builder().seed(3).dataType(DataType.DOUBLE).updater(updater);
  }

  public static DenseLayer dense(int in, int out, Activation activation) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(activation).build();
  }

  public static OutputLayer output(int in, int out) {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nIn(in)
        .nOut(out)
        .activation(Activation.IDENTITY)
        .build();
  }

  public static MultiLayerNetwork network(NeuralNetConfiguration.Builder base, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = base.list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    return network;
  }

  /** A chain, whose vertices have the names 0, 1, ..., so that parameters have the same keys. */
  public static ComputationGraph graph(NeuralNetConfiguration.Builder base, Layer... layers) {
    ComputationGraphConfiguration.GraphBuilder builder = base.graphBuilder().addInputs("in");
    for (int i = 0; i < layers.length; i++) {
      builder.addLayer(Integer.toString(i), layers[i], i == 0 ? "in" : Integer.toString(i - 1));
    }
    builder.setOutputs(Integer.toString(layers.length - 1));
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    return graph;
  }

  /** The network of the clipping golden, of either kind. */
  public static Model clippingNetwork(boolean asGraph, boolean miniBatch) {
    NeuralNetConfiguration.Builder base = base(new Sgd(1)).miniBatch(miniBatch);
    Layer[] layers = {dense(3, 4, Activation.TANH), output(4, 2)};
    Model model = asGraph ? graph(base, layers) : network(base, layers);
    JsonNode weights = golden("clipping").get("weights");
    set(model, "0_W", array(weights.get("0.weight")));
    set(model, "0_b", array(weights.get("0.bias")));
    set(model, "1_W", array(weights.get("2.weight")));
    set(model, "1_b", array(weights.get("2.bias")));
    return model;
  }

  public static void set(Model model, String key, INDArray values) {
    INDArray parameter = model.getParam(key);
    parameter.assign(values.castTo(parameter.dataType()).reshape(parameter.shape()));
  }

  public static void fit(Model model, DataSet data) {
    if (model instanceof MultiLayerNetwork network) {
      network.fit(data);
    } else {
      ((ComputationGraph) model).fit(data);
    }
  }

  public static void listen(Model model, TrainingListener... listeners) {
    if (model instanceof MultiLayerNetwork network) {
      network.setListeners(listeners);
    } else {
      ((ComputationGraph) model).setListeners(listeners);
    }
  }

  public static INDArray flatGradient(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.getFlattenedGradients()
        : ((ComputationGraph) model).getFlattenedGradients();
  }

  /** The gradient of every parameter, as it is when DL4J has computed it. */
  public static Map<String, INDArray> gradients(Model model) {
    Map<String, INDArray> copy = new LinkedHashMap<>();
    model.gradient().gradientForVariable().forEach((key, value) -> copy.put(key, value.dup()));
    return copy;
  }

  /** Runs something between the backward pass and the updater. */
  public static TrainingListener onGradient(Consumer<Model> action) {
    return new BaseTrainingListener() {
      @Override
      public void onGradientCalculation(Model model) {
        action.accept(model);
      }
    };
  }

  /** The gradient that the updater would get from one fit, the listener in between. */
  public static Map<String, INDArray> clipped(
      Model model, DataSet data, TrainingListener listener) {
    Map<String, INDArray> seen = new LinkedHashMap<>();
    listen(model, listener, onGradient(m -> seen.putAll(gradients(m))));
    fit(model, data);
    return seen;
  }

  public static final Map<String, String> TORCH_NAMES =
      Map.of("0_W", "0.weight", "0_b", "0.bias", "1_W", "2.weight", "1_b", "2.bias");

  /** Holds gradients against PyTorch's, which are those of the mean. */
  public static void assertGradients(
      Map<String, INDArray> sums, double divisor, JsonNode expected, double relative) {
    assertThat(sums.keySet()).containsExactlyInAnyOrderElementsOf(TORCH_NAMES.keySet());
    sums.forEach(
        (key, sum) ->
            assertClose(
                key, sum.div(divisor), array(expected.get(TORCH_NAMES.get(key))), relative));
  }

  public static void assertClose(String what, INDArray actual, INDArray expected, double relative) {
    INDArray same = expected.castTo(DataType.DOUBLE).reshape(actual.shape());
    double scale = same.amaxNumber().doubleValue();
    INDArray difference = actual.castTo(DataType.DOUBLE).sub(same);
    assertThat(difference.norm1Number().doubleValue())
        .as("%s: %s, expected %s", what, actual, expected)
        .isLessThanOrEqualTo(relative * scale * difference.length());
  }

  /**
   * The elements, to compare bit by bit: arrays that are less than 1e-5 apart are equal to ND4J.
   */
  public static double[] numbers(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  /** The gradient that goes on, where another was planted into a layer of one output. */
  public static double[] clippedWhenPlanted(
      TrainingListener listener, double[] weights, double[] plant) {
    MultiLayerNetwork network =
        network(base(new Sgd(1)), dense(plant.length, 1, Activation.TANH), output(1, 2));
    set(network, "0_W", Nd4j.createFromArray(weights));
    INDArray[] after = new INDArray[1];
    listen(
        network,
        onGradient(
            m -> {
              flatGradient(m).assign(0);
              INDArray gradient = m.gradient().getGradientFor("0_W");
              gradient.assign(Nd4j.createFromArray(plant).reshape(gradient.shape()));
            }),
        listener,
        onGradient(m -> after[0] = gradients(m).get("0_W")));
    network.fit(
        new DataSet(Nd4j.ones(DataType.DOUBLE, 1, plant.length), Nd4j.ones(DataType.DOUBLE, 1, 2)));
    return numbers(after[0]);
  }

  /** The norm, added up in Java. */
  public static double norm(List<INDArray> arrays) {
    double sum = 0;
    for (INDArray array : arrays) {
      for (double x : numbers(array)) {
        sum += x * x;
      }
    }
    return Math.sqrt(sum);
  }

  @SuppressWarnings("unchecked") // what was written is read
  public static <T> T serialized(T object) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ObjectOutputStream out = new ObjectOutputStream(bytes);
      out.writeObject(object);
      out.flush();
      return (T) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
