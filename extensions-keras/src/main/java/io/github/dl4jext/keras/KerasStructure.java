package io.github.dl4jext.keras;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a model and how they are connected, whichever version of Keras wrote them.
 *
 * @param sequential whether it is a stack
 * @param layers the layers, inputs first
 * @param inputs the names of the model's inputs
 * @param outputs the names of the layers that the model puts out
 * @param onTop outputs that are not in the file, each with the layer of the file that it puts out
 */
record KerasStructure(
    boolean sequential,
    List<KerasLayerSpec> layers,
    List<String> inputs,
    List<String> outputs,
    Map<String, String> onTop) {

  static KerasStructure of(KerasFields model) {
    String kind = model.text("class_name");
    return switch (kind) {
      case "Sequential" -> sequential(model);
      case "Functional", "Model" -> functional(model.object("config"));
      default ->
          throw new KerasImportException(
              "the model is a "
                  + kind
                  + "; only a Sequential and a functional model can be imported, because a custom"
                  + " class keeps its layers in Python");
    };
  }

  private static KerasStructure sequential(KerasFields model) {
    List<@Nullable Object> listed;
    KerasFields config = null;
    if (model.get("config") instanceof List<?> old) { // before Keras 2.2.3
      listed = new ArrayList<>(old);
    } else {
      config = model.object("config");
      listed = config.list("layers");
    }
    if (listed.isEmpty()) {
      throw new KerasImportException("the model has no layers");
    }
    List<KerasLayerSpec> layers = new ArrayList<>();
    for (Object each : listed) {
      KerasFields fields = KerasFields.of("a layer", each);
      List<String> before =
          layers.isEmpty() ? List.of() : List.of(layers.get(layers.size() - 1).name());
      KerasLayerSpec layer = layer(fields, before);
      if (layers.isEmpty() && !layer.isInput()) {
        layers.add(inputOf(layer, config));
        layer = layer(fields, List.of(layers.get(0).name()));
      }
      layers.add(layer);
    }
    return checked(
        new KerasStructure(
            true,
            layers,
            List.of(layers.get(0).name()),
            List.of(layers.get(layers.size() - 1).name()),
            Map.of()));
  }

  /** The input of a stack whose first layer says itself what it is given. */
  private static KerasLayerSpec inputOf(KerasLayerSpec first, @Nullable KerasFields model) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", first.name() + "_input");
    Object shape = shape(first.config());
    fields.put(
        "batch_input_shape",
        shape == null && model != null ? model.get("build_input_shape") : shape);
    return new KerasLayerSpec(
        "InputLayer", first.name() + "_input", new KerasFields("the input", fields), List.of());
  }

  static @Nullable Object shape(KerasFields config) {
    Object shape = config.get("batch_input_shape");
    return shape == null ? config.get("batch_shape") : shape;
  }

  private static KerasStructure functional(KerasFields config) {
    List<KerasLayerSpec> layers = new ArrayList<>();
    for (Object each : config.list("layers")) {
      KerasFields fields = KerasFields.of("a layer", each);
      layers.add(layer(fields, KerasInputs.of(fields)));
    }
    return checked(
            new KerasStructure(
                false,
                layers,
                KerasInputs.names(config.get("input_layers"), "input_layers"),
                KerasInputs.names(config.get("output_layers"), "output_layers"),
                Map.of()))
        .withOutputsOnTop();
  }

  /**
   * Gives each output that other layers are connected to a layer on top that puts it out, since a
   * network of DL4J may throw where it outputs what other layers have taken.
   */
  private KerasStructure withOutputsOnTop() {
    List<KerasLayerSpec> all = new ArrayList<>(layers);
    List<String> tops = new ArrayList<>();
    Map<String, String> added = new HashMap<>();
    for (String output : outputs) {
      if (layers.stream().noneMatch(layer -> layer.inputs().contains(output))) {
        tops.add(output);
        continue;
      }
      String name = output + "_output";
      String place = "the output of layer \"" + output + "\"";
      Map<String, @Nullable Object> identity = Map.of("name", name, "activation", "linear");
      all.add(
          new KerasLayerSpec(
              "Activation", name, new KerasFields(place, identity), List.of(output)));
      tops.add(name);
      added.put(name, output);
    }
    return checked(new KerasStructure(sequential, all, inputs, tops, added));
  }

  /** The layer of the file whose output is that of a layer of the network. */
  String nameInKeras(String output) {
    return onTop.getOrDefault(output, output);
  }

  private static KerasLayerSpec layer(KerasFields fields, List<String> inputs) {
    String className = fields.text("class_name").replaceFirst("^.*>", "");
    String name =
        fields.get("config") instanceof Map<?, ?> config && config.get("name") instanceof String own
            ? own
            : fields.text("name");
    String place = "layer \"" + name + "\" (" + className + ")";
    return new KerasLayerSpec(className, name, KerasFields.of(place, fields.get("config")), inputs);
  }

  private static KerasStructure checked(KerasStructure structure) {
    Set<String> names = new HashSet<>();
    for (KerasLayerSpec layer : structure.layers) {
      if (!names.add(layer.name())) {
        throw new KerasImportException("two layers have the name \"" + layer.name() + "\"");
      }
    }
    for (KerasLayerSpec layer : structure.layers) {
      if (layer.inputs().isEmpty() && !layer.isInput()) {
        throw new KerasImportException(layer.place() + " has no input");
      }
      if (!names.containsAll(layer.inputs())) {
        throw new KerasImportException(
            layer.place() + " is connected to " + layer.inputs() + ", some of which do not exist");
      }
    }
    return structure;
  }

  /** The first layers, and what they put out. */
  KerasStructure first(int count) {
    List<KerasLayerSpec> some = layers.subList(0, count);
    List<String> names = some.stream().map(KerasLayerSpec::name).toList();
    return new KerasStructure(
        sequential,
        some,
        inputs.stream().filter(names::contains).toList(),
        names.stream()
            .filter(name -> some.stream().noneMatch(layer -> layer.inputs().contains(name)))
            .toList(),
        onTop);
  }

  /** What the network is given, channels last; sizes that the file leaves open are -1. */
  List<InputType> inputTypes() {
    List<InputType> types = new ArrayList<>();
    for (String input : inputs) {
      KerasLayerSpec layer =
          layers.stream().filter(each -> each.name().equals(input)).findAny().orElseThrow();
      List<Long> sizes = new ArrayList<>();
      for (Object size : KerasFields.list(layer.place(), shape(layer.config()))) {
        sizes.add(size instanceof Number number ? number.longValue() : -1L);
      }
      types.add(
          switch (sizes.size() - 1) {
            case 1 -> InputType.feedForward(sizes.get(1));
            case 2 -> InputType.recurrent(sizes.get(2), sizes.get(1), RNNFormat.NWC);
            case 3 ->
                InputType.convolutional(sizes.get(1), sizes.get(2), sizes.get(3), CNN2DFormat.NHWC);
            default ->
                throw new KerasImportException(
                    layer.place() + ": DL4J cannot be given its shape for a loss on top");
          });
    }
    return types;
  }
}
