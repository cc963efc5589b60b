package io.github.dl4jext.keras;

import io.github.dl4jext.layers.GroupNorm;
import io.github.dl4jext.layers.InputAxis;
import io.github.dl4jext.layers.LayerNorm;
import io.github.dl4jext.layers.RMSNorm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Imports the normalizations of each example by itself as our layers, since DL4J's import has none.
 * It is told of a batch normalization, which takes the same inputs and counts their features, and
 * whose place the other one takes.
 *
 * @param spec the layer of the file
 * @param axes what is normalized over, in the file's order of memory
 * @param sizes how long each of the axes is; empty where they are the features alone
 */
record KerasNormalization(KerasLayerSpec spec, List<InputAxis> axes, List<Integer> sizes) {

  private static final String UNIT = "UnitNormalization";

  /** Keras adds it to the norm of a {@code UnitNormalization}. */
  private static final double EPSILON_OF_UNIT = 1e-12;

  private static final Set<String> CLASSES =
      Set.of("LayerNormalization", "GroupNormalization", "RMSNormalization", UNIT);

  static boolean isOne(KerasLayerSpec spec) {
    return CLASSES.contains(spec.className());
  }

  /**
   * Finds the axes.
   *
   * @param rank the dimensions of the input, that of the examples not counted
   * @param weights those of the file, by Keras's names
   */
  static KerasNormalization of(KerasLayerSpec spec, int rank, Map<String, INDArray> weights) {
    List<Integer> places = places(spec, rank);
    List<InputAxis> axes = new ArrayList<>();
    for (int place : places) {
      axes.add(place == rank ? InputAxis.FEATURES : position(spec, place, rank));
    }
    if (axes.equals(List.of(InputAxis.FEATURES))) {
      return new KerasNormalization(spec, axes, List.of());
    }
    INDArray gain = weights.getOrDefault("gamma", weights.get("beta"));
    gain = gain == null ? weights.get("scale") : gain;
    if (spec.className().equals("GroupNormalization")
        || gain == null
        || gain.rank() != axes.size()) {
      throw new KerasImportException(
          spec.place()
              + ": axis must be the last, -1 or "
              + rank
              + ", to be imported"
              + (gain == null ? " without gamma and beta" : "")
              + ", was "
              + places);
    }
    List<Integer> sizes = new ArrayList<>();
    for (long size : gain.shape()) {
      sizes.add((int) size);
    }
    return new KerasNormalization(spec, axes, sizes);
  }

  private static List<Integer> places(KerasLayerSpec spec, int rank) {
    KerasFields fields = spec.config();
    List<Integer> places =
        (fields.get("axis") instanceof List<?>
                ? fields.numbers("axis").stream()
                : Stream.of((double) fields.whole("axis", -1)))
            .map(axis -> Math.floorMod(axis.intValue(), rank + 1))
            .toList();
    if (places.isEmpty() || !places.equals(places.stream().distinct().sorted().toList())) {
      throw new KerasImportException(
          spec.place()
              + ": axis must be ascending and name each axis once, was "
              + fields.get("axis"));
    }
    return places;
  }

  private static InputAxis position(KerasLayerSpec spec, int place, int rank) {
    if (place == 0 || rank < 3) {
      throw new KerasImportException(
          spec.place()
              + ": its axis "
              + place
              + " is that of "
              + (place == 0 ? "examples" : "time steps")
              + ", over which a layer cannot normalize here; the last axis, -1, can be imported");
    }
    return InputAxis.values()[place + 4 - rank];
  }

  /** What DL4J's import is told. */
  Map<String, @Nullable Object> asBatchNormalization() {
    return Map.of("name", spec.name(), "axis", -1, "momentum", 0.9, "epsilon", 1e-3);
  }

  /** Whether there is nothing in it that Keras would train. */
  boolean isFixed() {
    return spec.className().equals(UNIT) || !hasGain() && !hasBias();
  }

  boolean hasGain() {
    return !spec.className().equals(UNIT) && spec.config().flag("scale", true);
  }

  boolean hasBias() {
    return Set.of("LayerNormalization", "GroupNormalization").contains(spec.className())
        && spec.config().flag("center", true);
  }

  Layer inPlaceOf(Layer placeholder) {
    FeedForwardLayer layer = layer((FeedForwardLayer) placeholder);
    layer.setLayerName(spec.name());
    layer.setNIn(((FeedForwardLayer) placeholder).getNIn());
    layer.setNOut(layer.getNIn());
    new NeuralNetConfiguration.Builder().layer(layer).build(); // which fills in updater and more
    return layer;
  }

  private FeedForwardLayer layer(FeedForwardLayer placeholder) {
    KerasFields fields = spec.config();
    Optional<List<Integer>> lengths = sizes.isEmpty() ? Optional.empty() : Optional.of(sizes);
    return switch (spec.className()) {
      case "LayerNormalization" ->
          new LayerNorm()
              .with(LayerNorm.AXES, axes)
              .with(LayerNorm.SIZES, lengths)
              .with(LayerNorm.FEATURES_LAST, true)
              .with(LayerNorm.EPSILON, fields.number("epsilon", 1e-3));
      case "GroupNormalization" -> {
        int groups = fields.whole("groups", 32);
        yield new GroupNorm(groups == -1 ? (int) placeholder.getNIn() : groups)
            .with(GroupNorm.FEATURES_LAST, true)
            .with(GroupNorm.EPSILON, fields.number("epsilon", 1e-3));
      }
      case "RMSNormalization" ->
          rms(fields.number("epsilon", 1e-6)).with(RMSNorm.AXES, axes).with(RMSNorm.SIZES, lengths);
      default -> rms(EPSILON_OF_UNIT / placeholder.getNIn()); // the root of a mean, not of a sum
    };
  }

  private static RMSNorm rms(double epsilon) {
    return new RMSNorm().with(RMSNorm.FEATURES_LAST, true).with(RMSNorm.EPSILON, epsilon);
  }

  /** Gains and biases in the order of our layers, features first. */
  Map<String, INDArray> weights(Map<String, INDArray> stored, long places) {
    Map<String, INDArray> weights = new HashMap<>();
    String gain = spec.className().equals("RMSNormalization") ? "scale" : "gamma";
    double fixed = spec.className().equals(UNIT) ? 1 / Math.sqrt(places) : 1;
    weights.put("g", hasGain() ? stored(stored, gain) : Nd4j.valueArrayOf(places, fixed));
    weights.put("b", hasBias() ? stored(stored, "beta") : Nd4j.zeros(places));
    return weights;
  }

  private INDArray stored(Map<String, INDArray> stored, String name) {
    INDArray weight = stored.get(name);
    if (weight == null) {
      throw new KerasImportException(spec.place() + " has no weights " + name + " in the file");
    }
    int last = axes.size() - 1;
    if (last == 0 || axes.get(last) != InputAxis.FEATURES) {
      return weight;
    }
    int[] order = new int[axes.size()];
    order[0] = last;
    for (int i = 1; i <= last; i++) {
      order[i] = i - 1;
    }
    return weight.permute(order).dup('c');
  }
}
