package io.github.dl4jext.keras;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells how many dimensions layers put out, that of the examples not counted: 1 for vectors, 2 for
 * sequences, 3 for images. Keras applies a dense layer to the last of them, whatever they are.
 */
final class KerasRanks {

  private KerasRanks() {}

  /** The dimensions that each layer puts out, by its name. */
  static Map<String, Integer> of(KerasStructure structure) {
    Map<String, Integer> ranks = new HashMap<>();
    for (int round = 0; round < structure.layers().size(); round++) {
      boolean all = true;
      for (KerasLayerSpec layer : structure.layers()) {
        List<Integer> inputs =
            layer.inputs().stream().map(name -> ranks.getOrDefault(name, 0)).toList();
        if (inputs.contains(0)) {
          all = false; // a layer before it stands behind it in the file
        } else {
          ranks.put(layer.name(), rank(layer, inputs));
        }
      }
      if (all) {
        return ranks;
      }
    }
    throw new KerasImportException("the model's layers are connected in a circle");
  }

  private static int rank(KerasLayerSpec layer, List<Integer> inputs) {
    KerasFields fields = layer.config();
    String name = layer.className();
    if (layer.isInput()) {
      return KerasStructure.shape(fields) instanceof List<?> shape ? shape.size() - 1 : 1;
    }
    if (name.equals("Flatten") || name.startsWith("Global")) {
      return 1;
    }
    return switch (name) {
      case "Reshape" -> fields.list("target_shape").size();
      case "RepeatVector" -> 2;
      case "Embedding" -> inputs.get(0) + 1;
      case "LSTM", "SimpleRNN" -> fields.flag("return_sequences", false) ? 2 : 1;
      case "Bidirectional" ->
          fields.object("layer").object("config").flag("return_sequences", false) ? 2 : 1;
      default -> inputs.get(0);
    };
  }
}
