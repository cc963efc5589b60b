package io.github.dl4jext.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.network.UnitAxes;
import io.github.dl4jext.regularization.constraints.Constraints;
import io.github.dl4jext.regularization.constraints.MaxNorm;
import io.github.dl4jext.transfer.folding.BatchNormFolding;
import io.github.dl4jext.transfer.folding.FoldedNetwork;
import io.github.dl4jext.transfer.freezing.Freezing;
import io.github.dl4jext.uncertainty.MonteCarloDropout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/** An imported network is a network like any other: it is trained, frozen, folded and the rest. */
class ImportedNetworksTest {

  private static final Set<String> GRAPHS =
      Set.of("residual", "residual_convolution", "residual_norm", "two_inputs", "inner_outputs");
  private static final Set<String> WITH_DROPOUT =
      Set.of(
          "convolution",
          "residual_convolution",
          "residual_norm",
          "embedding",
          "dropouts",
          "spatial_dropouts",
          "spatial_dropouts_1d",
          "layer_norm");
  private static final Set<String> WITH_BATCH_NORM =
      Set.of("convolution", "residual_convolution", "frozen");

  private static final Map<String, List<String>> FROZEN =
      Map.of(
          "frozen", List.of("a", "bn"),
          "layer_norm", List.of("fixed"),
          "layer_norm_images", List.of("norm"),
          "residual_norm", List.of("unit"));

  private static double[] elements(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  static Stream<String> files() {
    return Stream.concat(
        GRAPHS.stream().sorted(),
        Stream.of(
            "dense_2_11_0",
            "dense_3_5_0",
            "convolution",
            "depthwise",
            "lstm",
            "bidirectional",
            "embedding",
            "embedding_pooled",
            "simple_rnn",
            "convolution_1d",
            "dropouts",
            "spatial_dropouts",
            "spatial_dropouts_1d",
            "constraints",
            "penalties",
            "frozen",
            "layer_norm",
            "layer_norm_images",
            "layer_norm_sequences",
            "layer_norm_pooled"));
  }

  private static Model trainable(String file) {
    return model(file).trainable();
  }

  private static KerasModel<?> model(String file) {
    return GRAPHS.contains(file)
        ? KerasImport.graph(KerasFiles.path(file))
        : KerasImport.sequential(KerasFiles.path(file));
  }

  private static INDArray[] outputs(Model model, INDArray... inputs) {
    return Network.of(model)
        .byType(stack -> new INDArray[] {stack.output(inputs[0])}, graph -> graph.output(inputs));
  }

  /** The inputs of the file, with labels that depend on the example alone. */
  private static MultiDataSet batch(String file, Model model) {
    INDArray[] inputs = KerasFiles.inputs(file);
    INDArray[] outputs = outputs(model, inputs);
    INDArray[] labels = new INDArray[outputs.length];
    List<String> names = Network.of(model).configuration().outputs();
    for (int i = 0; i < labels.length; i++) {
      Layer top = Network.of(model).node(names.get(i)).layer().orElseThrow();
      boolean sparse =
          top instanceof BaseOutputLayer own && own.getLossFn() instanceof LossSparseMCXENT;
      long[] shape = outputs[i].shape();
      labels[i] = Nd4j.zeros(sparse ? new long[] {shape[0], 1} : shape);
      for (int example = 0; example < shape[0]; example++) {
        INDArray own = labels[i].slice(example);
        if (sparse || own.length() == 1) {
          own.assign(example % 2);
        } else if (own.rank() == 2) { // a sequence
          own.getColumn(example % own.columns()).assign(1);
        } else {
          own.putScalar(example % (int) own.length(), 1);
        }
      }
    }
    return new MultiDataSet(inputs, labels);
  }

  private static void fit(Model model, MultiDataSet data, int steps) {
    for (int step = 0; step < steps; step++) {
      Network.of(model)
          .byType(
              stack -> {
                stack.fit(data.getFeatures(0).dup(), data.getLabels(0));
                return 0;
              },
              graph -> {
                graph.fit(data);
                return 0;
              });
    }
  }

  private static double score(Model model, MultiDataSet data) {
    return Network.of(model)
        .byType(
            stack ->
                stack.score(
                    new org.nd4j.linalg.dataset.DataSet(data.getFeatures(0), data.getLabels(0))),
            graph -> graph.score(data));
  }

  @ParameterizedTest
  @MethodSource("files")
  void trains(String file) {
    Nd4j.getRandom().setSeed(7);
    Model model = trainable(file);
    MultiDataSet data = batch(file, model);
    // Running means of batch norm that are not those of the data hide what is learned; no dropout.
    boolean norms = file.equals("frozen");
    fit(model, data, norms ? 1 : 0);
    double before = norms ? model.score() : score(model, data);
    fit(model, data, 60);
    assertThat(norms ? model.score() : score(model, data)).isLessThan(before);
    assertThat(Network.of(model).parameters().sumNumber().doubleValue()).isFinite();
  }

  @ParameterizedTest
  @MethodSource("files")
  void isFrozen(String file) {
    Model all = trainable(file);
    LiveNode first =
        Network.of(all).nodes().stream().filter(LiveNode::learns).findFirst().orElseThrow();
    Model model = Freezing.freeze(all, LayerSelector.named(first.name()));
    List<String> names =
        Network.of(model).slots().stream()
            .map(slot -> slot.node().name() + " " + slot.parameter())
            .toList();
    List<INDArray> before =
        Network.of(model).slots().stream().map(slot -> slot.value().dup()).toList();
    fit(model, batch(file, model), 3);
    List<ParameterSlot> after = Network.of(model).slots();
    List<String> moved = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (!Arrays.equals(elements(after.get(i).value()), elements(before.get(i)))) {
        moved.add(names.get(i));
      }
    }
    assertThat(moved).isNotEmpty().noneMatch(name -> name.startsWith(first.name() + " "));
    for (String node : FROZEN.getOrDefault(file, List.of())) {
      assertThat(names).anyMatch(name -> name.startsWith(node + " "));
      assertThat(moved).noneMatch(name -> name.startsWith(node + " "));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void isFolded(String file) {
    Model model = model(file).network();
    INDArray[] inputs = KerasFiles.inputs(file);
    FoldedNetwork<Model> folded = BatchNormFolding.fold(model, inputs);
    if (WITH_BATCH_NORM.contains(file)) {
      assertThat(Network.of(folded.network()).nodes())
          .hasSizeLessThan(Network.of(model).nodes().size());
    }
    INDArray[] wanted = outputs(model, inputs);
    INDArray[] given = outputs(folded.network(), inputs);
    for (int i = 0; i < wanted.length; i++) {
      assertThat(given[i].sub(wanted[i]).amaxNumber().doubleValue()).isLessThan(2e-6);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void isGivenMaxNorm(String file) {
    Model model = Constraints.onWeights(trainable(file), new MaxNorm(0.5));
    fit(model, batch(file, model), 2);
    for (LiveNode node : Network.of(model).nodes()) {
      if (!node.learns() || node.liveLayer().isEmpty()) {
        continue;
      }
      for (ParameterSlot slot : node.slots()) {
        Layer layer = (Layer) node.learners().get(0);
        String key =
            slot.parameter().matches("[fb](W|RW)")
                ? slot.parameter().substring(1)
                : slot.parameter();
        if (UnitAxes.isKernel(layer, key)) {
          UnitAxes units = UnitAxes.of(layer, key, slot.value());
          assertThat(units.weights().norm2(units.summedDimensions()).maxNumber().doubleValue())
              .as(node.name() + " " + slot.parameter())
              .isLessThan(0.5 + 1e-5);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void isAskedWithMonteCarloDropout(String file) {
    Model model = model(file).network();
    if (GRAPHS.contains(file) && KerasFiles.inputs(file).length > 1) {
      return; // Monte-Carlo dropout asks networks of one input
    }
    if (!WITH_DROPOUT.contains(file)) {
      assertThatThrownBy(() -> MonteCarloDropout.builder(model).build())
          .hasMessageContaining("the network has no dropout that acts in training");
      return;
    }
    INDArray deviation =
        MonteCarloDropout.builder(model)
            .samples(40)
            .build()
            .predict(KerasFiles.inputs(file)[0])
            .standardDeviation();
    assertThat(deviation.maxNumber().doubleValue()).isPositive();
  }

  @ParameterizedTest
  @MethodSource("files")
  void isSavedAndResumed(String file) throws IOException {
    Model model = trainable(file);
    MultiDataSet data = batch(file, model);
    fit(model, data, 3);
    ByteArrayOutputStream saved = new ByteArrayOutputStream();
    ModelSerializer.writeModel(model, saved, true);
    Model loaded =
        GRAPHS.contains(file)
            ? ModelSerializer.restoreComputationGraph(
                new ByteArrayInputStream(saved.toByteArray()), true)
            : ModelSerializer.restoreMultiLayerNetwork(
                new ByteArrayInputStream(saved.toByteArray()), true);
    INDArray[] wanted = outputs(model, KerasFiles.inputs(file));
    INDArray[] given = outputs(loaded, KerasFiles.inputs(file));
    for (int i = 0; i < wanted.length; i++) {
      assertThat(elements(given[i])).isEqualTo(elements(wanted[i]));
    }
    Model uninterrupted = NetworkCopy.from(model).build();
    for (Model each : Arrays.asList(uninterrupted, loaded)) {
      Nd4j.getRandom().setSeed(17);
      fit(each, data, 3);
    }
    assertThat(elements(Network.of(loaded).parameters()))
        .isEqualTo(elements(Network.of(uninterrupted).parameters()));
  }
}
