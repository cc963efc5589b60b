package io.github.dl4jext.transfer.folding;

import io.github.dl4jext.network.Node;
import io.github.dl4jext.regularization.pruning.PruningMask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Holds a layer of a network, or a vertex of a graph, with its parameters and what it reads. */
final class MutableNode {

  private final String name;
  private final @Nullable NeuralNetConfiguration conf;

  private final @Nullable Node node;

  /** Out of what freezes it. */
  private final @Nullable Layer layer;

  private final @Nullable GraphVertex vertex;
  private @Nullable InputPreProcessor preProcessor;
  private final List<String> inputs;
  private final Supplier<Map<String, INDArray>> stored;
  private final Map<String, INDArray> changed = new HashMap<>();

  private MutableNode(
      String name,
      @Nullable NeuralNetConfiguration conf,
      @Nullable Node node,
      @Nullable GraphVertex vertex,
      @Nullable InputPreProcessor preProcessor,
      List<String> inputs,
      Supplier<Map<String, INDArray>> stored) {
    this.name = name;
    this.conf = conf;
    this.node = node;
    this.layer = node == null ? null : node.layer().orElseThrow();
    this.vertex = vertex;
    this.preProcessor = preProcessor;
    this.inputs = new ArrayList<>(inputs);
    this.stored = stored;
  }

  /** A layer, whose configuration this part may change. */
  static MutableNode layer(
      String name,
      Node node,
      NeuralNetConfiguration conf,
      List<String> inputs,
      Supplier<Map<String, INDArray>> stored) {
    return new MutableNode(
        name, conf, node, null, node.preProcessor().orElse(null), inputs, stored);
  }

  /** A vertex that is not a layer. */
  static MutableNode vertex(
      String name,
      GraphVertex vertex,
      List<String> inputs,
      Supplier<Map<String, INDArray>> stored) {
    return new MutableNode(name, null, null, vertex, null, inputs, stored);
  }

  String name() {
    return name;
  }

  boolean isLayer() {
    return conf != null;
  }

  NeuralNetConfiguration conf() {
    return Objects.requireNonNull(conf, name);
  }

  private Node node() {
    return Objects.requireNonNull(node, name);
  }

  /** The layer, out of what freezes it; the same object that {@link #conf()} holds. */
  Layer layer() {
    return Objects.requireNonNull(layer, name);
  }

  /** The vertex, of a part that is no layer. */
  GraphVertex vertex() {
    return Objects.requireNonNull(vertex, name);
  }

  /** What it is, for a message. */
  String kind() {
    return Objects.requireNonNull(isLayer() ? layer : vertex, name).getClass().getSimpleName();
  }

  @Override
  public String toString() {
    return "`" + name + "` (" + kind() + ")";
  }

  @Nullable InputPreProcessor preProcessor() {
    return preProcessor;
  }

  void preProcessor(@Nullable InputPreProcessor instead) {
    preProcessor = instead;
  }

  List<String> inputs() {
    return inputs;
  }

  /** The names of the parameters of the network that this part is from. */
  Set<String> stored() {
    Map<String, INDArray> table = stored.get();
    return table == null ? Set.of() : table.keySet();
  }

  /** A parameter in double, in the order that DL4J keeps it; a copy that is never stored back. */
  INDArray parameter(String key) {
    return Objects.requireNonNull(parameterIfAny(key), key);
  }

  /** The same for a parameter that this part may lack; null if it does. */
  @Nullable INDArray parameterIfAny(String key) {
    INDArray value = changed.containsKey(key) ? changed.get(key) : stored.get().get(key);
    return value == null ? null : value.castTo(DataType.DOUBLE).dup('c');
  }

  /** Replaces a parameter, or adds one. */
  void parameter(String key, INDArray value) {
    changed.put(key, value);
  }

  /** Replaces a parameter of a layer by some of its elements, and its pruning mask alike. */
  void reduce(String key, UnaryOperator<INDArray> some) {
    parameter(key, some.apply(parameter(key)));
    List<LayerConstraint> constraints = layer().getConstraints();
    if (constraints != null) {
      node().constrain(layer(), constraints.stream().map(c -> reduced(c, key, some)).toList());
    }
  }

  private static LayerConstraint reduced(
      LayerConstraint constraint, String key, UnaryOperator<INDArray> some) {
    return constraint instanceof PruningMask mask && mask.parameter().equals(key)
        ? PruningMask.of(key, some.apply(mask.toArray()))
        : constraint;
  }

  /** Writes the parameters into those of a network. */
  void copyInto(@Nullable Map<String, INDArray> target) {
    if (target == null || target.isEmpty()) {
      return;
    }
    Map<String, INDArray> original = stored.get();
    target.forEach(
        (key, view) -> {
          INDArray value = changed.containsKey(key) ? changed.get(key) : original.get(key);
          view.assign(
              Objects.requireNonNull(value, key).reshape(view.shape()).castTo(view.dataType()));
        });
  }

  /** A vertex of its own, for another graph. */
  GraphVertex toVertex() {
    if (conf == null) {
      return vertex().clone();
    }
    NeuralNetConfiguration copy = conf.clone();
    copy.clearVariables();
    return new LayerVertex(copy, preProcessor == null ? null : preProcessor.clone());
  }
}
