package io.github.dl4jext.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.listeners.clipping.AdaptiveClip;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.clipping.ClipByNorm;
import io.github.dl4jext.listeners.clipping.ClipByValue;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.optimizers.GradientAccumulation;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Clips go with layers of every sort, before they are frozen, while they are, and after: what is
 * frozen stays, what learns moves by no more than the clip allows.
 */
class ClipsBesideFrozenLayersTest {

  private static final double RATE = 0.5;
  private static final double LIMIT = 1e-3;

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH);
  }

  private static Layer output() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nOut(2)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static Layer dense() {
    return new DenseLayer.Builder().nOut(3).build();
  }

  private static LSTM lstm() {
    return new LSTM.Builder().nOut(3).build();
  }

  private static MultiLayerNetwork stack(InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = base().list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(input).build());
    net.init();
    return net;
  }

  private static ComputationGraph graph(InputType input, Layer... layers) {
    GraphBuilder builder = base().graphBuilder().addInputs("in").setInputTypes(input);
    for (int i = 0; i < layers.length; i++) {
      builder.addLayer("layer" + i, layers[i], i == 0 ? "in" : "layer" + (i - 1));
    }
    ComputationGraph net =
        new ComputationGraph(builder.setOutputs("layer" + (layers.length - 1)).build());
    net.init();
    return net;
  }

  private static ComputationGraph attention() {
    AttentionVertex vertex =
        new AttentionVertex.Builder()
            .nInQueries(4)
            .nInKeys(4)
            .nInValues(4)
            .nOut(4)
            .nHeads(2)
            .projectInput(true)
            .build();
    ComputationGraph net =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(4, 5))
                .addVertex("attention", vertex, "in", "in", "in")
                .addLayer("pool", new GlobalPoolingLayer(), "attention")
                .addLayer("out", output(), "pool")
                .setOutputs("out")
                .build());
    net.init();
    return net;
  }

  private static Map<String, Layer[]> layers() {
    Map<String, Layer[]> layers = new LinkedHashMap<>();
    layers.put(
        "without parameters",
        new Layer[] {
          dense(), new ActivationLayer(Activation.RELU), new DropoutLayer(0.9), dense(), output()
        });
    layers.put(
        "batch norm",
        new Layer[] {dense(), new BatchNormalization.Builder().build(), dense(), output()});
    layers.put(
        "a variational autoencoder",
        new Layer[] {
          new VariationalAutoencoder.Builder()
              .encoderLayerSizes(3)
              .decoderLayerSizes(3)
              .nOut(3)
              .build(),
          dense(),
          output()
        });
    layers.put(
        "a loss without parameters",
        new Layer[] {
          dense(),
          new DenseLayer.Builder().nOut(2).build(),
          new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build()
        });
    layers.put(
        "a center loss",
        new Layer[] {
          dense(),
          dense(),
          new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
              .nOut(2)
              .activation(Activation.SOFTMAX)
              .build()
        });
    layers.put(
        "recurrent wrappers",
        new Layer[] {
          new Bidirectional(lstm()),
          new TimeDistributed(dense()),
          new LastTimeStep(lstm()),
          output()
        });
    return layers;
  }

  static Stream<Arguments> everySort() {
    InputType sequences = InputType.recurrent(4, 5);
    List<Arguments> all = new ArrayList<>();
    for (String what : layers().keySet()) {
      InputType input = what.startsWith("recurrent") ? sequences : InputType.feedForward(4);
      all.add(Arguments.of(what + " in a stack", input, stack(input, layers().get(what))));
      all.add(Arguments.of(what + " in a graph", input, graph(input, layers().get(what))));
    }
    all.add(Arguments.of("attention", sequences, attention()));
    return all.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void everySort(String what, InputType input, Model model) {
    for (TrainingListener clip :
        List.of(
            new ClipByGlobalNorm(LIMIT),
            new ClipByNorm(LIMIT),
            new ClipByValue(LIMIT),
            new AdaptiveClip(LIMIT, LIMIT, true),
            new ClipByGlobalNorm(LIMIT).perTimeStep())) {
      for (int minibatches : new int[] {1, 2}) {
        Model copy = NetworkCopy.from(model).build();
        new GradientAccumulation(new SGD(RATE), minibatches).configure(copy);
        assertMovesLittle(copy, clip, minibatches, input);
        Model frozen = Freezing.freeze(copy, LayerSelector.at(0));
        assertThat(Network.of(frozen).frozen()).isNotEmpty();
        assertMovesLittle(frozen, clip, minibatches, input);
        assertMovesLittle(Freezing.unfreeze(frozen), clip, minibatches, input);
      }
    }
  }

  private static void assertMovesLittle(
      Model model, TrainingListener clip, int minibatches, InputType input) {
    Network network = Network.of(model);
    network.setListeners(List.of(clip));
    INDArray before = network.parameters().dup();
    for (int i = 0; i < minibatches; i++) {
      network.fit(data(input));
    }
    INDArray moved = network.parameters().sub(before);
    double most = 0;
    for (ParameterSlot slot : network.slots()) {
      double by = slot.in(moved).norm2Number().doubleValue();
      if (slot.node().isFrozen()) {
        assertThat(by).as("%s of %s", slot.name(), clip).isZero();
      } else if (slot.learns()) {
        // by value an element moves so far, adaptively a unit a share of its weights' norm
        double weights = Math.max(1, slot.in(before).norm2Number().doubleValue());
        assertThat(by)
            .as("%s of %s", slot.name(), clip)
            .isLessThanOrEqualTo(RATE * LIMIT * weights * Math.sqrt(slot.value().length()) + 1e-12);
        most = Math.max(most, by);
      }
    }
    assertThat(most).as("%s", clip).isPositive();
  }

  private static DataSet data(InputType input) {
    Nd4j.getRandom().setSeed(3);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 3, 2);
    labels.getColumn(1).assign(1);
    long[] shape = input.getShape(true);
    shape[0] = 3;
    return new DataSet(Nd4j.randn(DataType.DOUBLE, shape), labels);
  }
}
