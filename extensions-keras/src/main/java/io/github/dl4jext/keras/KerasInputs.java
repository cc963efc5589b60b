package io.github.dl4jext.keras;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads which layers stand before one, in the notations of Keras 2 and of Keras 3. */
final class KerasInputs {

  private KerasInputs() {}

  /** The layers before one, of a functional model. */
  static List<String> of(KerasFields layer) {
    List<@Nullable Object> calls =
        layer.has("inbound_nodes") ? layer.list("inbound_nodes") : List.of();
    String name = layer.text("name", "of no name");
    if (calls.size() > 1) {
      throw new KerasImportException(
          "layer \""
              + name
              + "\" is used "
              + calls.size()
              + " times with the same weights, which a network of DL4J cannot do; import a model"
              + " in which each layer is used once");
    }
    List<String> names = new ArrayList<>();
    for (Object call : calls) {
      collect(call, "layer \"" + name + "\"", names);
    }
    return names;
  }

  /** The inputs or outputs of a model: a list of [name, node, tensor], or one of them alone. */
  static List<String> names(@Nullable Object listed, String field) {
    List<String> names = new ArrayList<>();
    collect(listed, "the model's " + field, names);
    if (names.isEmpty()) {
      throw new KerasImportException("the model's " + field + " names no layer");
    }
    return names;
  }

  private static void collect(@Nullable Object value, String place, List<String> names) {
    if (value instanceof Map<?, ?> tensor
        && tensor.get("config") instanceof Map<?, ?> config
        && config.get("keras_history") != null) {
      collect(config.get("keras_history"), place, names);
    } else if (value instanceof Map<?, ?> call) { // Keras 3: {"args": [...], "kwargs": {...}}
      call.values().forEach(part -> collect(part, place, names));
    } else if (value instanceof List<?> list) {
      if (isTensor(list)) {
        require(list, place);
        names.add((String) list.get(0));
        for (Object more : list.subList(3, list.size())) {
          collect(more, place, names);
        }
      } else {
        list.forEach(part -> collect(part, place, names));
      }
    }
  }

  /** [layer, how often it was used before, which of its outputs], and in Keras 2 more arguments. */
  private static boolean isTensor(List<?> list) {
    return list.size() >= 3
        && list.get(0) instanceof String
        && list.get(1) instanceof Number
        && list.get(2) instanceof Number;
  }

  private static void require(List<?> tensor, String place) {
    if (((Number) tensor.get(1)).intValue() != 0 || ((Number) tensor.get(2)).intValue() != 0) {
      throw new KerasImportException(
          place
              + " takes output "
              + tensor.get(2)
              + " of use "
              + tensor.get(1)
              + " of layer \""
              + tensor.get(0)
              + "\"; only the first output of the first use can be imported");
    }
  }
}
