package io.github.dl4jext.network;

import io.github.dl4jext.spi.ParameterName;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Describes a layer of a network, or a vertex of a graph, by its configuration. A {@link LiveNode}
 * describes one of an initialised network.
 *
 * <p><b>One name.</b> In a graph it is the vertex's name. In a stack it is the first of these that
 * there is: the name of the layer without wrappers that freeze it, the name of the layer in its
 * other wrappers, the name of a freezing wrapper, or the index in digits. Where several layers of a
 * stack share a name, the index is appended to each, as in {@code dense[2]}.
 *
 * <p><b>One index,</b> the same for a configuration and for the network made from it: {@code
 * network.getLayer(index)} is this layer. DL4J counts a graph's layers in the order in which they
 * were added. Vertices that are not layers come after all layers, also in the order in which they
 * were added.
 */
public class Node {

  /**
   * The facts about a node.
   *
   * @param key its name in DL4J's table of parameters: its index, or its name in a graph
   * @param layer the layer as stored, with what freezes it; null for a vertex without one
   * @param vertex the vertex as stored; null in a stack
   */
  record Facts(
      String name,
      int index,
      String key,
      @Nullable Layer layer,
      @Nullable GraphVertex vertex,
      @Nullable InputPreProcessor preProcessor,
      List<String> inputs,
      List<String> networkInputs,
      boolean output) {}

  private final Facts facts;
  private final List<String> consumers = new ArrayList<>();
  private @Nullable Learners learners;

  Node(Facts facts) {
    this.facts = facts;
  }

  final void addConsumer(String name) {
    consumers.add(name);
  }

  final Learners found() {
    if (learners == null) {
      learners = search(new Learners());
    }
    return learners;
  }

  /** Looks for all configurations that this node learns by. */
  Learners search(Learners search) {
    return facts.vertex == null
        ? search.within((TrainingConfig) facts.layer)
        : search.within(facts.vertex);
  }

  /**
   * The node's name, which no other node of the network has.
   *
   * @return the name
   */
  public final String name() {
    return facts.name;
  }

  /**
   * The node's index, which no other node of the network has.
   *
   * @return the index, from 0
   */
  public final int index() {
    return facts.index;
  }

  /**
   * The name by which DL4J's tables of parameters and gradients know the node.
   *
   * @return its index in a stack, its name in a graph
   */
  public final String key() {
    return facts.key;
  }

  /**
   * Whether it is a layer. A graph has vertices that are not layers.
   *
   * @return true for a layer, frozen or not
   */
  public final boolean isLayer() {
    return facts.layer != null;
  }

  /**
   * The layer's configuration without wrappers that freeze it, but with others, such as {@code
   * LastTimeStep}.
   *
   * @return the configuration itself, which may be changed; empty for a vertex that is not a layer
   */
  public final Optional<Layer> layer() {
    return storedLayer().map(Frozen::below);
  }

  /**
   * The layer's configuration as it is stored, with wrappers that freeze it.
   *
   * @return the configuration itself; empty for a vertex that is not a layer
   */
  public final Optional<Layer> storedLayer() {
    return Optional.ofNullable(facts.layer);
  }

  /**
   * The vertex's configuration without wrappers that freeze it.
   *
   * @return the configuration itself; empty in a stack
   */
  public final Optional<GraphVertex> vertex() {
    return storedVertex().map(Frozen::below);
  }

  /**
   * The vertex's configuration as it is stored, with wrappers that freeze it.
   *
   * @return the configuration itself; empty in a stack
   */
  public final Optional<GraphVertex> storedVertex() {
    return Optional.ofNullable(facts.vertex);
  }

  /**
   * Names the class of the layer or vertex, without wrappers that freeze it.
   *
   * @return a simple name, such as {@code DenseLayer} or {@code MergeVertex}
   */
  public final String type() {
    Object what = layer().isPresent() ? layer().get() : vertex().orElseThrow();
    return what.getClass().getSimpleName();
  }

  /**
   * The configurations that it learns by, without wrappers. Each is a {@code BaseLayer}, an {@code
   * AbstractSameDiffLayer} or a {@code SameDiffVertex}. A frozen node has them too, as it may be
   * unfrozen.
   *
   * @return two for {@code Bidirectional}; more in a live network, where DL4J may keep several
   *     copies of one configuration, which must be changed alike; none if it cannot learn
   */
  public final List<TrainingConfig> learners() {
    return found().learners();
  }

  /**
   * Names a parameter in the network, as {@link ParameterSlot#name()} does.
   *
   * @param learner one of {@link #learners()}
   * @param parameter the parameter's name there, such as {@code W}
   * @return the node's name and the parameter's, which has a prefix within {@code Bidirectional}
   */
  public final ParameterName parameterName(TrainingConfig learner, String parameter) {
    Objects.requireNonNull(parameter, "the parameter must not be null");
    return new ParameterName(name(), found().prefix(learner) + parameter);
  }

  /**
   * The updaters of the configurations that it learns by, those of biases included.
   *
   * @return the updaters themselves; the list may contain the same one more than once
   */
  public final List<IUpdater> updaters() {
    return learners().stream().flatMap(learner -> Learner.of(learner).updaters().stream()).toList();
  }

  /**
   * The layer configurations around those that it learns by, such as a {@code FrozenLayer}.
   *
   * @return the wrappers, innermost first
   */
  public final List<Layer> wrappers() {
    return found().wrappers();
  }

  /**
   * Replaces the constraints of a layer that it learns by. Wrappers that freeze the layer get them
   * too, because a frozen layer that is read from JSON sets its own constraints on the layer
   * within.
   *
   * @param learner one of {@link #learners()}
   * @param constraints all its constraints from now on; empty for none
   */
  public final void constrain(Layer learner, List<LayerConstraint> constraints) {
    Objects.requireNonNull(learner, "the layer must be given, was null");
    Objects.requireNonNull(constraints, "the constraints must be given, was null");
    learner.setConstraints(constraints.isEmpty() ? null : constraints);
    for (Layer wrapper : wrappers()) {
      if (wrapper instanceof FrozenLayer frozen) {
        frozen.setConstraints(frozen.getLayer().getConstraints());
      } else if (wrapper instanceof FrozenLayerWithBackprop frozen) {
        frozen.setConstraints(frozen.getUnderlying().getConstraints());
      }
    }
  }

  /**
   * The preprocessor that brings the input into the shape that the layer needs.
   *
   * @return the preprocessor; empty if there is none
   */
  public final Optional<InputPreProcessor> preProcessor() {
    return Optional.ofNullable(facts.preProcessor);
  }

  /**
   * The nodes whose values it takes.
   *
   * @return names in the order in which it takes them; the network's own inputs are left out
   */
  public final List<String> inputs() {
    return facts.inputs;
  }

  /**
   * The network's inputs that it takes.
   *
   * @return names as in {@link NetworkConfiguration#inputs()}
   */
  public final List<String> networkInputs() {
    return facts.networkInputs;
  }

  /**
   * The nodes that take its value.
   *
   * @return names in topological order
   */
  public final List<String> consumers() {
    return List.copyOf(consumers);
  }

  /**
   * Whether its value is an output of the network.
   *
   * @return true for an output
   */
  public final boolean isOutput() {
    return facts.output;
  }

  /**
   * Whether it is frozen, by DL4J's wrappers or by others that extend them.
   *
   * @return true if training does not change its parameters
   */
  public boolean isFrozen() {
    return facts.layer != null && Frozen.isFrozen(facts.layer)
        || facts.vertex != null && facts.vertex != Frozen.below(facts.vertex);
  }

  /**
   * Whether it counts as a layer. A layer does, with parameters or without; of other vertices only
   * those with parameters do, such as an attention vertex.
   *
   * @return false for a vertex that only passes on what others have computed
   */
  public boolean countsAsLayer() {
    return isLayer() || !learners().isEmpty() || vertex().orElseThrow().numParams(true) > 0;
  }

  /** The vertex's preprocessor, if it is that of a layer. */
  static @Nullable InputPreProcessor preProcessorOf(GraphVertex vertex) {
    return Frozen.below(vertex) instanceof LayerVertex layer ? layer.getPreProcessor() : null;
  }

  @Override
  public String toString() {
    return facts.index + " \"" + facts.name + "\" (" + type() + ")";
  }
}
