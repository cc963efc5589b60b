package io.github.dl4jext.network;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;

/**
 * Selects layers of a network or of a configuration. It is a rule that is applied only when it is
 * used, and may be applied to many networks.
 *
 * <pre>{@code
 * LayerSelector.allButLast(1)                          // all but the head
 * LayerSelector.upTo("block3_pool")                    // and in a graph, all that feeds it
 * LayerSelector.named("conv1", "conv2").and(LayerSelector.at(5))
 * LayerSelector.ofType(LSTM.class)                     // in wrappers and frozen ones too
 * LayerSelector.upTo(7).except(LayerSelector.ofType(BatchNormalization.class))
 * }</pre>
 *
 * <p>Names and indices are those of {@link Node}: {@code network.getLayer(index)} is the layer that
 * {@code at(index)} selects. A name or an index that the network does not have is refused with a
 * message that lists those that it has. Vertices of a graph that have no parameters are selected by
 * name, by index, or because they are below another one; {@link #all()}, {@link #where} and the
 * like leave them out.
 */
public final class LayerSelector {

  private final String text;
  private final boolean explicit;
  private final Function<List<? extends Node>, Set<String>> rule;

  private LayerSelector(
      String text, boolean explicit, Function<List<? extends Node>, Set<String>> rule) {
    this.text = text;
    this.explicit = explicit;
    this.rule = rule;
  }

  /**
   * Selects every layer.
   *
   * @return the selector
   */
  public static LayerSelector all() {
    return matching("all", node -> true);
  }

  /**
   * Selects no layer.
   *
   * @return the selector
   */
  public static LayerSelector none() {
    return matching("none", node -> false);
  }

  /**
   * Selects layers by name.
   *
   * @param names names of layers, or of vertices in a graph; at least one
   * @return the selector
   */
  public static LayerSelector named(String... names) {
    Objects.requireNonNull(names, "layers: names must be given, was null");
    List<String> wanted = List.of(names);
    requireSome(wanted.size(), "name");
    return new LayerSelector("named" + wanted, true, nodes -> NodeSearch.byName(nodes, wanted));
  }

  /**
   * Selects layers by index.
   *
   * @param indices indices from 0, as in {@code network.getLayer(index)}; at least one
   * @return the selector
   */
  public static LayerSelector at(int... indices) {
    Objects.requireNonNull(indices, "layers: indices must be given, was null");
    List<Integer> wanted = Arrays.stream(indices).boxed().toList();
    requireSome(wanted.size(), "index");
    return new LayerSelector("at" + wanted, true, nodes -> NodeSearch.byIndex(nodes, wanted));
  }

  /**
   * Selects a layer and all below it; in a graph, everything that it is computed from.
   *
   * @param name the topmost layer, or a vertex in a graph
   * @return the selector
   */
  public static LayerSelector upTo(String name) {
    Objects.requireNonNull(name, "the name must not be null");
    return new LayerSelector(
        "upTo[" + name + "]",
        false,
        nodes -> NodeSearch.below(nodes, NodeSearch.byName(nodes, List.of(name))));
  }

  /**
   * Selects a layer and all below it; in a graph, everything that it is computed from.
   *
   * @param index the index of the topmost layer
   * @return the selector
   */
  public static LayerSelector upTo(int index) {
    return new LayerSelector(
        "upTo[" + index + "]",
        false,
        nodes -> NodeSearch.below(nodes, NodeSearch.byIndex(nodes, List.of(index))));
  }

  /**
   * Selects all but the topmost layers; those without parameters count too, as in Keras's {@code
   * model.layers[:-n]}. A graph's layers are counted in topological order.
   *
   * @param count how many to leave out, 0 or more
   * @return the selector
   * @throws IllegalArgumentException if the count is negative; {@link #in} throws it if there are
   *     fewer layers
   */
  public static LayerSelector allButLast(int count) {
    return counted(
        "allButLast",
        count,
        "all but the last ",
        layers -> layers.subList(0, layers.size() - count));
  }

  /**
   * Selects the topmost layers, those that {@link #allButLast} leaves out.
   *
   * @param count how many, 0 or more
   * @return the selector
   * @throws IllegalArgumentException if the count is negative; {@link #in} throws it if there are
   *     fewer layers
   */
  public static LayerSelector last(int count) {
    return counted(
        "last", count, "the last ", layers -> layers.subList(layers.size() - count, layers.size()));
  }

  private static LayerSelector counted(
      String name, int count, String what, UnaryOperator<List<? extends Node>> part) {
    if (count < 0) {
      throw new IllegalArgumentException("count must be 0 or more, was " + count);
    }
    return new LayerSelector(
        name + "[" + count + "]",
        false,
        nodes -> {
          List<? extends Node> layers = nodes.stream().filter(Node::countsAsLayer).toList();
          if (count > layers.size()) {
            throw new IllegalArgumentException(
                what + count + ": there are only " + layers.size() + " layers");
          }
          return NodeSearch.names(part.apply(layers).stream());
        });
  }

  /**
   * Selects layers by what they are.
   *
   * @param types classes of configurations, such as {@code LSTM.class}; a layer or vertex is
   *     selected if it, one of its wrappers, or one of the configurations that it learns by is of
   *     one of these classes
   * @return the selector, which may select no layer
   */
  public static LayerSelector ofType(Class<?>... types) {
    Objects.requireNonNull(types, "layers: types must be given, was null");
    List<Class<?>> wanted = List.of(types);
    String text = wanted.stream().map(Class::getSimpleName).toList().toString();
    return matching(
        "ofType" + text,
        node ->
            Stream.of(
                    node.layer().stream(),
                    node.vertex().stream(),
                    node.wrappers().stream(),
                    node.learners().stream())
                .flatMap(part -> part)
                .anyMatch(part -> wanted.stream().anyMatch(type -> type.isInstance(part))));
  }

  /**
   * Selects layers by a condition.
   *
   * @param condition tests each layer, and each vertex with parameters
   * @return the selector, which may select no layer
   */
  public static LayerSelector where(Predicate<? super Node> condition) {
    Objects.requireNonNull(condition, "the condition must not be null");
    return matching("where", condition);
  }

  private static LayerSelector matching(String text, Predicate<? super Node> condition) {
    return new LayerSelector(
        text,
        false,
        nodes ->
            NodeSearch.names(nodes.stream().filter(n -> n.countsAsLayer() && condition.test(n))));
  }

  /**
   * Selects these layers and others.
   *
   * @param others the others
   * @return the selector
   */
  public LayerSelector and(LayerSelector others) {
    return new LayerSelector(
        text + " and " + others.text,
        explicit && others.explicit,
        nodes -> {
          Set<String> both = new LinkedHashSet<>(rule.apply(nodes));
          both.addAll(others.rule.apply(nodes));
          return both;
        });
  }

  /**
   * Selects these layers without others.
   *
   * @param others those to leave out
   * @return the selector
   */
  public LayerSelector except(LayerSelector others) {
    return new LayerSelector(
        text + " except " + others.text,
        explicit,
        nodes -> {
          Set<String> left = new LinkedHashSet<>(rule.apply(nodes));
          left.removeAll(others.rule.apply(nodes));
          return left;
        });
  }

  /**
   * Whether each layer was selected by name or index. A layer that cannot be treated is then an
   * error, where {@link #all()} would skip it.
   *
   * @return true for {@link #named}, {@link #at} and combinations of them
   */
  public boolean isExplicit() {
    return explicit;
  }

  /**
   * Applies the rule to the nodes of a network or of a configuration.
   *
   * @param nodes all its nodes
   * @param <N> their type
   * @return those selected, in the order given
   * @throws IllegalArgumentException if a name or an index is unknown
   */
  public <N extends Node> List<N> in(List<N> nodes) {
    Set<String> names = rule.apply(nodes);
    return nodes.stream().filter(node -> names.contains(node.name())).toList();
  }

  /**
   * Applies the rule where only some layers can be treated. The others are skipped, unless they
   * were selected by name or index; see {@link #isExplicit()}.
   *
   * @param nodes all nodes of a network or of a configuration
   * @param treatable whether one of {@link Node#learners()} can be treated
   * @param what what a layer that can be treated has, for the message
   * @param <N> their type
   * @return the nodes selected of which some learner can be treated, in the order given
   * @throws IllegalArgumentException if a name or an index is unknown, or such a layer cannot be
   *     treated
   */
  public <N extends Node> List<N> in(
      List<N> nodes, Predicate<? super TrainingConfig> treatable, String what) {
    List<N> selected = in(nodes);
    List<N> found =
        selected.stream().filter(node -> node.learners().stream().anyMatch(treatable)).toList();
    if (explicit && found.size() < selected.size()) {
      List<String> without =
          selected.stream().filter(node -> !found.contains(node)).map(Node::name).toList();
      throw new IllegalArgumentException(
          "layers " + without + " have no " + what + "; leave them out of the choice");
    }
    return found;
  }

  /**
   * Applies the rule to a network.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @return the nodes selected, in topological order
   * @throws IllegalArgumentException if a name or an index is unknown, or the model is not a
   *     network
   */
  public List<LiveNode> in(Model model) {
    return in(Network.of(model).nodes());
  }

  private static void requireSome(int count, String what) {
    if (count == 0) {
      throw new IllegalArgumentException(
          "give at least one " + what + "; for no layer at all there is LayerSelector.none()");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
