package io.github.dl4jext.transfer.freezing;

import io.github.dl4jext.network.LayerStatus;
import io.github.dl4jext.network.Topology;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;

/**
 * Which layers of a network are meant: a rule that is applied to a network when it is used.
 *
 * <pre>{@code
 * Layers.allButLast(1)                                     // all but the head
 * Layers.upTo("block3_pool")                               // and in a graph, all that feeds it
 * Layers.named("conv1", "conv2").and(Layers.at(5))
 * Layers.where(layer -> layer.layer() instanceof LSTM)
 * Layers.upTo(7).except(Layers.batchNorm())
 * }</pre>
 *
 * <p>In a {@code MultiLayerNetwork} a layer's index is its position, and DL4J names it {@code
 * layer0} and so on where the user does not. In a {@code ComputationGraph} layers count in
 * topological order, vertices without parameters left out; {@link Freezing#describe} shows both. A
 * name or an index that the network does not have is refused, with those that it has.
 */
public final class Layers {

  private final String text;
  private final Function<Topology, Set<String>> rule;

  private Layers(String text, Function<Topology, Set<String>> rule) {
    this.text = text;
    this.rule = rule;
  }

  /**
   * Every layer.
   *
   * @return the selection
   */
  public static Layers all() {
    return where("all", layer -> true);
  }

  /**
   * No layer.
   *
   * @return the selection
   */
  public static Layers none() {
    return where("none", layer -> false);
  }

  /**
   * Layers by name.
   *
   * @param names names of layers, or of vertices in a graph; at least one
   * @return the selection
   */
  public static Layers named(String... names) {
    List<String> all = List.of(names);
    requireSome(all.size(), "name");
    return new Layers(
        "named" + all, network -> all.stream().map(network::keyOf).collect(Collectors.toSet()));
  }

  /**
   * Layers by position.
   *
   * @param indices positions from 0; at least one
   * @return the selection
   */
  public static Layers at(int... indices) {
    List<Integer> all = java.util.Arrays.stream(indices).boxed().toList();
    requireSome(all.size(), "index");
    return new Layers(
        "at" + all, network -> all.stream().map(network::keyOf).collect(Collectors.toSet()));
  }

  private static void requireSome(int count, String what) {
    if (count == 0) {
      throw new IllegalArgumentException(
          "give at least one " + what + "; for no layer at all there is Layers.none()");
    }
  }

  /**
   * A layer and all below it; in a graph, everything that it is computed from.
   *
   * @param name the topmost layer, or a vertex in a graph
   * @return the selection
   */
  public static Layers upTo(String name) {
    Objects.requireNonNull(name, "the name must not be null");
    return new Layers("upTo[" + name + "]", network -> network.upTo(network.keyOf(name)));
  }

  /**
   * A layer and all below it; in a graph, everything that it is computed from.
   *
   * @param index the position of the topmost layer
   * @return the selection
   */
  public static Layers upTo(int index) {
    return new Layers("upTo[" + index + "]", network -> network.upTo(network.keyOf(index)));
  }

  /**
   * All but the topmost layers; those without parameters count too, as in Keras's {@code
   * model.layers[:-n]}.
   *
   * @param count how many to leave out, 0 or more
   * @return the selection
   */
  public static Layers allButLast(int count) {
    if (!(count >= 0)) {
      throw new IllegalArgumentException("count must be 0 or more, was " + count);
    }
    return new Layers(
        "allButLast[" + count + "]",
        network -> {
          int size = network.layers().size();
          if (count > size) {
            throw new IllegalArgumentException(
                "all but the last " + count + ": there are only " + size + " layers");
          }
          return network.layers().stream()
              .filter(layer -> layer.index() < size - count)
              .map(layer -> network.keyOf(layer.index()))
              .collect(Collectors.toSet());
        });
  }

  /**
   * The layers of batch normalization.
   *
   * @return the selection
   */
  public static Layers batchNorm() {
    return where("batchNorm", layer -> layer.layer() instanceof BatchNormalization);
  }

  /**
   * Layers by what they are.
   *
   * @param predicate whether a layer is meant; its {@code layer()} is null for a vertex that has
   *     parameters but is no layer
   * @return the selection
   */
  public static Layers where(Predicate<LayerStatus> predicate) {
    return where("where", predicate);
  }

  private static Layers where(String text, Predicate<LayerStatus> predicate) {
    Objects.requireNonNull(predicate, "the predicate must not be null");
    return new Layers(
        text,
        network ->
            network.layers().stream()
                .filter(predicate)
                .map(layer -> network.keyOf(layer.index()))
                .collect(Collectors.toSet()));
  }

  /**
   * These layers and others.
   *
   * @param others the others
   * @return the selection
   */
  public Layers and(Layers others) {
    return new Layers(text + " and " + others.text, network -> joined(others, network));
  }

  private Set<String> joined(Layers others, Topology network) {
    Set<String> both = new LinkedHashSet<>(rule.apply(network));
    both.addAll(others.rule.apply(network));
    return both;
  }

  /**
   * These layers without others.
   *
   * @param others those to leave out
   * @return the selection
   */
  public Layers except(Layers others) {
    return new Layers(
        text + " except " + others.text,
        network -> {
          Set<String> left = new LinkedHashSet<>(rule.apply(network));
          left.removeAll(others.rule.apply(network));
          return left;
        });
  }

  /**
   * The layers that are meant in a network.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @return the layers, in order
   * @throws IllegalArgumentException if a name or an index is unknown
   */
  public List<LayerStatus> in(Model model) {
    Topology network = Topology.of(model);
    Set<String> keys = keys(network);
    return network.places().stream()
        .filter(place -> place.status() != null && keys.contains(place.key()))
        .map(Topology.Place::status)
        .toList();
  }

  public Set<String> keys(Topology network) {
    return rule.apply(network);
  }

  @Override
  public String toString() {
    return text;
  }
}
