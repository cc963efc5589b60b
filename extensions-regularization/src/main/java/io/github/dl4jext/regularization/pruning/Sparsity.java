package io.github.dl4jext.regularization.pruning;

import io.github.dl4jext.network.Learner;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * Reports how many weights of a network are 0, whether pruned or not, layer by layer and in total.
 * Biases, gains, slopes and batch normalization are not counted.
 *
 * @param layers the layers that have weights, in topological order
 */
public record Sparsity(List<LayerSparsity> layers) {

  /**
   * Counts the weights of one layer.
   *
   * @param layer its name
   * @param weights the number of its weights
   * @param zeros the number of its weights that are 0
   */
  public record LayerSparsity(String layer, long weights, long zeros) {

    /** Returns the share of zeros; NaN without weights. */
    public double share() {
      return (double) zeros / weights;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s: %d of %d weights are 0 (%.2f %%)",
          layer,
          zeros,
          weights,
          100 * share());
    }
  }

  /** Keeps a copy of the list. */
  public Sparsity {
    layers =
        List.copyOf(Objects.requireNonNull(layers, "sparsity: layers must be given, was null"));
  }

  /**
   * Counts the zeros of a network.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}; it is not changed
   * @return the counts of its layers
   * @throws IllegalArgumentException if the network is of another type or not initialised
   */
  public static Sparsity of(Model network) {
    List<LayerSparsity> layers = new ArrayList<>();
    for (LiveNode node : Network.of(network).nodes()) {
      long weights = 0;
      long zeros = 0;
      for (ParameterSlot slot : node.slots()) {
        if (isWeights(slot)) {
          weights += slot.value().length();
          zeros += Arrays.stream(PruningMask.numbers(slot.value())).filter(w -> w == 0).count();
        }
      }
      if (weights > 0) {
        layers.add(new LayerSparsity(node.name(), weights, zeros));
      }
    }
    return new Sparsity(layers);
  }

  private static boolean isWeights(ParameterSlot slot) {
    return slot.node().learners().stream()
        .filter(Layer.class::isInstance)
        .anyMatch(layer -> Learner.of(layer).kernels().contains(slot.parameter()));
  }

  /** Returns the counts of all layers together, under the name {@code all}. */
  public LayerSparsity total() {
    return new LayerSparsity(
        "all",
        layers.stream().mapToLong(LayerSparsity::weights).sum(),
        layers.stream().mapToLong(LayerSparsity::zeros).sum());
  }

  /**
   * Finds the counts of one layer.
   *
   * @param name the layer's name
   * @return its counts
   * @throws IllegalArgumentException if no layer of this name has weights
   */
  public LayerSparsity layer(String name) {
    return layers.stream()
        .filter(layer -> layer.layer().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "sparsity: there is no layer \""
                        + name
                        + "\" with weights, only "
                        + layers.stream().map(LayerSparsity::layer).toList()));
  }

  /** Returns the report, with a line for each layer and one for all. */
  @Override
  public String toString() {
    return layers.stream().map(layer -> layer + "\n").collect(Collectors.joining()) + total();
  }
}
