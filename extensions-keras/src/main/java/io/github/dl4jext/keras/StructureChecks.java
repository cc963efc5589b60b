package io.github.dl4jext.keras;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Refuses orders of layers of which DL4J's import makes another model, or one that fails later:
 * each was found by a file whose outputs differ from numpy's.
 */
final class StructureChecks {

  private static final Set<String> SHAPES = Set.of("Flatten", "Reshape", "Permute");

  private final KerasStructure structure;
  private final Map<String, Integer> ranks;

  private StructureChecks(KerasStructure structure, Map<String, Integer> ranks) {
    this.structure = structure;
    this.ranks = ranks;
  }

  static void check(KerasStructure structure, Map<String, Integer> ranks) {
    StructureChecks checks = new StructureChecks(structure, ranks);
    structure.layers().forEach(checks::check);
    if (structure.sequential()) {
      checks.first();
    }
  }

  private void check(KerasLayerSpec layer) {
    List<KerasLayerSpec> next =
        structure.layers().stream().filter(each -> each.inputs().contains(layer.name())).toList();
    if (SHAPES.contains(layer.className()) && next.isEmpty()) {
      refuse(layer, "it must not be the last layer; reshape the network's output instead");
    }
    if (layer.className().equals("Permute")
        && (ranks.getOrDefault(layer.name(), 0) != 2
            || next.stream().anyMatch(each -> SHAPES.contains(each.className())))) {
      refuse(layer, "only sequences can be permuted, and not before another change of shape");
    }
    int rank = ranks.getOrDefault(layer.name(), 0);
    if (layer.className().equals("Concatenate")
        && !List.of(-1, rank).contains(layer.config().whole("axis", -1))) {
      refuse(layer, "axis must be the last, -1 or " + rank + ", to be imported");
    }
    if (layer.className().equals("Flatten")
        && structure.layers().stream()
            .anyMatch(
                each ->
                    layer.inputs().contains(each.name())
                        && each.className().equals("Bidirectional"))) {
      refuse(layer, "after Bidirectional DL4J does not know how many steps there are");
    }
  }

  /** An activation that comes first would overwrite what the network is given. */
  private void first() {
    for (KerasLayerSpec layer : structure.layers()) {
      if (LayerTranslation.isActivation(layer) || layer.className().equals("PReLU")) {
        refuse(
            layer,
            "an activation must not come first in a Sequential, as DL4J's writes into the input;"
                + " save the model as a functional one");
      }
      if (!passesOn(layer)) {
        return;
      }
    }
  }

  /** Whether it hands on the very array that it is given, unless it trains. */
  private static boolean passesOn(KerasLayerSpec layer) {
    String name = layer.className();
    return layer.isInput()
        || name.contains("Dropout")
        || name.equals("GaussianNoise")
        || SHAPES.contains(name);
  }

  private static void refuse(KerasLayerSpec layer, String why) {
    throw new KerasImportException(layer.place() + ": " + why);
  }
}
