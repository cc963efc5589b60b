package io.github.dl4jext.transfer.freezing;

import static io.github.dl4jext.transfer.folding.Trained.numbers;
import static io.github.dl4jext.transfer.folding.Trained.restored;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.transfer.folding.Trained;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Layers whose parameters DL4J counts in its own way, or moves outside of the updater. */
class FrozenSpecialLayersTest {

  private static final Layer VARIATIONAL =
      new VariationalAutoencoder.Builder()
          .nOut(4)
          .encoderLayerSizes(5)
          .decoderLayerSizes(5)
          .activation(Activation.TANH)
          .build();
  private static final Layer AUTOENCODER = new AutoEncoder.Builder().nOut(4).build();
  private static final Layer CENTERS =
      new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
          .nOut(Trained.CLASSES)
          .activation(Activation.SOFTMAX)
          .build();
  private static final Layer ONE_CLASS =
      new OCNNOutputLayer.Builder()
          .nu(0.2)
          .nIn(6)
          .hiddenLayerSize(5)
          .activation(new ActivationSigmoid())
          .initialRValue(0.3)
          .windowSize(32)
          .build();

  private static Stream<Arguments> cases() {
    Map<String, List<Layer>> stacks = new LinkedHashMap<>();
    stacks.put("VAE 0", List.of(VARIATIONAL, Trained.dense(6), Trained.output()));
    stacks.put("VAE 1", List.of(Trained.dense(6), VARIATIONAL, Trained.output()));
    stacks.put("AutoEncoder 0", List.of(AUTOENCODER, Trained.dense(6), Trained.output()));
    stacks.put("AutoEncoder 1", List.of(Trained.dense(6), AUTOENCODER, Trained.output()));
    stacks.put("CenterLoss 1", List.of(Trained.dense(6), CENTERS));
    stacks.put("OCNN 1", List.of(Trained.dense(6), ONE_CLASS));
    return stacks.entrySet().stream()
        .flatMap(
            entry ->
                Stream.of(false, true)
                    .filter(graph -> !graph || !entry.getKey().startsWith("OCNN"))
                    .map(graph -> Arguments.of(entry.getKey(), graph, entry.getValue())));
  }

  private static Model network(boolean graph, List<Layer> layers) {
    if (!graph) {
      var list = Trained.builder().list();
      layers.forEach(layer -> list.layer(layer.clone()));
      MultiLayerNetwork net =
          new MultiLayerNetwork(list.setInputType(InputType.feedForward(7)).build());
      net.init();
      return net;
    }
    var builder = Trained.builder().graphBuilder().addInputs("in");
    String below = "in";
    for (int i = 0; i < layers.size(); i++) {
      builder.addLayer("layer" + i, layers.get(i).clone(), below);
      below = "layer" + i;
    }
    ComputationGraph made =
        new ComputationGraph(
            builder.setOutputs(below).setInputTypes(InputType.feedForward(7)).build());
    made.init();
    return made;
  }

  @ParameterizedTest(name = "{0}, graph {1}")
  @MethodSource("cases")
  void staysWhileOthersLearnAndLearnsOnceUnfrozen(String what, boolean graph, List<Layer> layers) {
    int index = Integer.parseInt(what.substring(what.length() - 1));
    Model net = network(graph, layers);
    train(net, 2);

    Model frozen = restored(Freezing.freeze(net, LayerSelector.at(index)));
    double[] before = of(frozen, index);
    double[] others = numbers(frozen.params());
    train(frozen, 3);
    assertThat(of(frozen, index)).isEqualTo(before).isEqualTo(of(net, index));
    assertThat(numbers(frozen.params())).isNotEqualTo(others);

    if (layers.get(index) == ONE_CLASS) {
      return; // DL4J's own cannot be trained on after it was restored in a later epoch
    }
    Model unfrozen = Freezing.unfreeze(frozen);
    train(unfrozen, 1);
    assertThat(of(unfrozen, index)).isNotEqualTo(before);
  }

  /** Epochs of one step, since DL4J's one-class layer moves its r from epoch to epoch. */
  private static void train(Model model, int epochs) {
    for (int i = 0; i < epochs; i++) {
      Network network = Network.of(model);
      network.fitEpoch(
          new org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator<>(
              Trained.DENSE.data().asList(), Trained.ROWS));
    }
  }

  private static double[] of(Model model, int index) {
    LiveNode node =
        Network.of(model).nodes().stream()
            .filter(each -> each.index() == index)
            .findFirst()
            .orElseThrow();
    return node.parameters().values().stream()
        .flatMapToDouble(array -> java.util.Arrays.stream(numbers(array)))
        .toArray();
  }
}
