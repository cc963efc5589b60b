package io.github.dl4jext.keras;

import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasLayer;
import org.deeplearning4j.nn.modelimport.keras.config.KerasModelConfiguration;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelBuilder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Has DL4J's import make a network of what it understands of a model, and puts the rest into it:
 * the corrections before the network is initialised, then the weights.
 */
final class Dl4jImport {

  /** What DL4J's import is told: it reads the settings of Keras 2, which are made of those of 3. */
  private static final String KERAS = "2.11.0";

  private final KerasStructure structure;
  private final List<LayerTranslation> layers;

  Dl4jImport(KerasStructure structure, List<LayerTranslation> layers) {
    this.structure = structure;
    this.layers = layers;
  }

  private interface Step<T> {
    T run()
        throws IOException,
            InvalidKerasConfigurationException,
            UnsupportedKerasConfigurationException;
  }

  private static <T> T dl4j(Step<T> step) {
    try {
      return step.run();
    } catch (KerasImportException e) {
      throw e;
    } catch (IOException
        | InvalidKerasConfigurationException
        | UnsupportedKerasConfigurationException
        | RuntimeException e) {
      throw new KerasImportException("DL4J's import refuses it: " + e.getMessage(), e);
    }
  }

  /** What DL4J's import refuses is said of the layer that it gets no further than. */
  private <T> T named(Step<T> step) {
    try {
      return dl4j(step);
    } catch (KerasImportException e) {
      KerasLayerSpec last = layers.get(refused(e) - 1).spec();
      throw new KerasImportException(
          last.place()
              + ": "
              + e.getMessage()
              + (last.inputs().size() > 1
                  ? ". The inputs of a merge must have one shape here, so that blocks of squeeze"
                      + " and excitation cannot be imported"
                  : ""),
          e.getCause());
    }
  }

  /** With how many of the layers DL4J's import says the same, by halving. */
  private int refused(KerasImportException refusal) {
    int passes = 0;
    int fails = layers.size();
    while (fails - passes > 1) {
      int count = (passes + fails) / 2;
      Dl4jImport some = new Dl4jImport(structure.first(count), layers.subList(0, count));
      String said = "";
      try {
        dl4j(
            () ->
                structure.sequential()
                    ? some.builder().buildSequential().getMultiLayerConfiguration()
                    : some.builder().buildModel().getComputationGraphConfiguration());
      } catch (KerasImportException e) {
        said = String.valueOf(e.getMessage());
      }
      if (said.equals(refusal.getMessage())) {
        fails = count;
      } else {
        passes = count;
      }
    }
    return fails;
  }

  MultiLayerNetwork stack(KerasFile file) {
    org.deeplearning4j.nn.modelimport.keras.KerasSequentialModel model =
        named(() -> builder().buildSequential());
    MultiLayerConfiguration configuration = named(model::getMultiLayerConfiguration);
    correct(NetworkConfiguration.of(configuration));
    PooledSequences.mend(configuration);
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    dl4j(
        () -> {
          network.init();
          return network;
        });
    fill(network, model.getLayers(), file);
    return network;
  }

  ComputationGraph graph(KerasFile file) {
    org.deeplearning4j.nn.modelimport.keras.KerasModel model = named(() -> builder().buildModel());
    ComputationGraphConfiguration configuration = named(model::getComputationGraphConfiguration);
    correct(NetworkConfiguration.of(configuration));
    PooledSequences.mend(configuration);
    KerasDense.giveOut(configuration);
    OwnArrays.giveTo(configuration);
    ComputationGraph network = new ComputationGraph(configuration);
    dl4j(
        () -> {
          network.init();
          return network;
        });
    fill(network, model.getLayers(), file);
    return network;
  }

  private KerasModelBuilder builder() {
    return new KerasModelBuilder(new KerasModelConfiguration())
        .modelJson(json())
        .enforceTrainingConfig(false);
  }

  private String json() {
    List<Map<String, @Nullable Object>> listed = new ArrayList<>();
    for (LayerTranslation layer : layers) {
      Map<String, @Nullable Object> each = new LinkedHashMap<>();
      each.put("class_name", layer.className());
      each.put("name", layer.spec().name());
      each.put("config", layer.config());
      each.put(
          "inbound_nodes",
          layer.spec().inputs().isEmpty()
              ? List.of()
              : List.of(layer.spec().inputs().stream().map(Dl4jImport::tensor).toList()));
      listed.add(each);
    }
    Map<String, @Nullable Object> config = new LinkedHashMap<>();
    config.put("name", "model");
    config.put("layers", listed);
    config.put("input_layers", structure.inputs().stream().map(Dl4jImport::tensor).toList());
    config.put("output_layers", structure.outputs().stream().map(Dl4jImport::tensor).toList());
    Map<String, @Nullable Object> model = new LinkedHashMap<>();
    model.put("class_name", structure.sequential() ? "Sequential" : "Functional");
    model.put("keras_version", KERAS);
    model.put("backend", "tensorflow");
    model.put("config", config);
    try {
      return new ObjectMapper().writeValueAsString(model);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Object> tensor(String layer) {
    return List.of(layer, 0, 0, Map.of());
  }

  private void correct(NetworkConfiguration network) {
    Map<String, LayerTranslation> byName = new HashMap<>();
    layers.forEach(layer -> byName.put(layer.spec().name(), layer));
    for (Node node : network.nodes()) {
      LayerTranslation layer = byName.get(node.name());
      if (layer != null) {
        layer.correction().applyTo(node, network);
      }
    }
  }

  private void fill(Model model, Map<String, KerasLayer> kerasLayers, KerasFile file) {
    Map<String, LayerTranslation> byName = new HashMap<>();
    layers.forEach(layer -> byName.put(layer.spec().name(), layer));
    for (LiveNode node : Network.of(model).nodes()) {
      if (node.parameterCount() > 0) {
        KerasLayer keras = kerasLayers.get(node.name());
        LayerTranslation layer = byName.get(node.name());
        if (keras == null || layer == null) {
          throw new IllegalStateException("DL4J has made a layer of its own, " + node);
        }
        KerasNormalization own = layer.correction().normalization;
        fill(
            node,
            own == null
                ? weights(layer, keras, file)
                : own.weights(file.weights(node.name()), gains(node)));
      }
    }
  }

  private static long gains(LiveNode normalization) {
    INDArray gain = normalization.parameters().get("g");
    return Objects.requireNonNull(gain, "a normalization has a gain").length();
  }

  private static Map<String, INDArray> weights(
      LayerTranslation layer, KerasLayer keras, KerasFile file) {
    KerasLayerSpec spec = layer.spec();
    Map<String, INDArray> stored = file.weights(spec.name());
    if (stored.isEmpty()) {
      throw new KerasImportException(
          spec.place()
              + " has no weights in the file; save the whole model by model.save(\"model.h5\")");
    }
    if (spec.className().equals("BatchNormalization")) {
      INDArray mean = stored.get("moving_mean");
      if (mean != null) { // Keras writes neither gamma without scale, nor beta without center
        stored.putIfAbsent("gamma", Nd4j.onesLike(mean));
        stored.putIfAbsent("beta", Nd4j.zerosLike(mean));
      }
    }
    if (spec.className().equals("DepthwiseConv2D")) {
      return asTheyAre(spec, stored, "depthwise_kernel");
    }
    if (layer.isDenseOfSteps()) {
      return asTheyAre(spec, stored, "kernel");
    }
    if (layer.className().equals("Conv2D")) {
      KerasDense.widen(stored, 2);
    }
    if (Set.of("LSTM", "SimpleRNN").contains(layer.className())) {
      INDArray recurrent = stored.get("recurrent_kernel");
      if (recurrent != null && !stored.containsKey("bias")) {
        stored.put("bias", Nd4j.zeros(recurrent.size(1)));
      }
    }
    try {
      return dl4j(
          () -> {
            keras.setWeights(stored);
            return keras.getWeights();
          });
    } catch (KerasImportException e) {
      throw new KerasImportException(spec.place() + ": " + e.getMessage(), e.getCause());
    }
  }

  /** Of layers that have taken the place of what DL4J's import was told. */
  private static Map<String, INDArray> asTheyAre(
      KerasLayerSpec spec, Map<String, INDArray> stored, String kernel) {
    Map<String, INDArray> weights = new HashMap<>();
    INDArray bias = stored.get("bias");
    if (bias != null) {
      weights.put("b", bias);
    }
    INDArray weight = stored.get(kernel);
    if (weight == null) {
      throw new KerasImportException(spec.place() + " has no weights " + kernel + " in the file");
    }
    weights.put("W", weight);
    return weights;
  }

  private static void fill(LiveNode node, Map<String, INDArray> weights) {
    node.parameters()
        .forEach(
            (name, parameter) -> {
              INDArray given = weights.get(name);
              if (given == null || given.length() != parameter.length()) {
                throw new KerasImportException(
                    "layer \""
                        + node.name()
                        + "\": its parameter "
                        + name
                        + " must have "
                        + parameter.length()
                        + " elements, the file has "
                        + (given == null ? "none" : given.length()));
              }
              parameter.assign(given.reshape('c', parameter.shape()));
            });
  }
}
