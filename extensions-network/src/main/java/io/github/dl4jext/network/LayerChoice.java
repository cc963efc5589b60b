package io.github.dl4jext.network;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.TrainingConfig;

/**
 * Which layers of a network are meant: all, by name, by place, or by what they are.
 *
 * <pre>{@code
 * Constraints.onWeights(conf, LayerChoice.named("hidden1", "hidden2"), new MaxNorm(2));
 * Constraints.onWeights(conf, LayerChoice.where(layer -> layer instanceof DenseLayer), new MaxNorm(2));
 * }</pre>
 */
public abstract class LayerChoice {

  private LayerChoice() {}

  /** The layers chosen, each with those of its configurations that are. */
  abstract List<NetworkLayer> of(List<NetworkLayer> layers);

  /** Whether a layer of which nothing can be changed was asked for by name or place. */
  abstract boolean isExplicit();

  /**
   * All layers that have something to change.
   *
   * @return the choice
   */
  public static LayerChoice all() {
    return where(layer -> true);
  }

  /**
   * Layers, or vertices of a graph, by name.
   *
   * @param names the names; a layer that has none goes by its place in digits
   * @return a choice that refuses a network without such a layer
   */
  public static LayerChoice named(String... names) {
    List<String> wanted = List.of(names);
    return new LayerChoice() {
      @Override
      List<NetworkLayer> of(List<NetworkLayer> layers) {
        Set<String> present =
            layers.stream().map(NetworkLayer::name).collect(Collectors.toCollection(TreeSet::new));
        List<String> missing = wanted.stream().filter(name -> !present.contains(name)).toList();
        if (!missing.isEmpty()) {
          throw new IllegalArgumentException(
              "no layer is named " + missing + "; the names are " + present);
        }
        return layers.stream().filter(layer -> wanted.contains(layer.name())).toList();
      }

      @Override
      boolean isExplicit() {
        return true;
      }
    };
  }

  /**
   * Layers by place.
   *
   * @param places places from 0, as in {@code network.getLayer(place)}; of a graph they are those
   *     of its vertices, which are better chosen by name
   * @return a choice that refuses a network without such a place
   */
  public static LayerChoice at(int... places) {
    int[] wanted = places.clone();
    return new LayerChoice() {
      @Override
      List<NetworkLayer> of(List<NetworkLayer> layers) {
        if (!IntStream.of(wanted).allMatch(place -> place >= 0 && place < layers.size())) {
          throw new IllegalArgumentException(
              "layers must be chosen by places from 0 to "
                  + (layers.size() - 1)
                  + ", was "
                  + Arrays.toString(wanted));
        }
        return IntStream.of(wanted).distinct().mapToObj(layers::get).toList();
      }

      @Override
      boolean isExplicit() {
        return true;
      }
    };
  }

  /**
   * Layers by what they are.
   *
   * @param condition is asked about the configuration of each layer that can learn, out of its
   *     wrappers, such as a {@code DenseLayer}; it knows its name too
   * @return the choice, which may be of no layer
   */
  public static LayerChoice where(Predicate<? super TrainingConfig> condition) {
    return new LayerChoice() {
      @Override
      List<NetworkLayer> of(List<NetworkLayer> layers) {
        return layers.stream().map(layer -> layer.narrowed(condition)).toList();
      }

      @Override
      boolean isExplicit() {
        return false;
      }
    };
  }
}
