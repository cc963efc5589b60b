package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Describes a layer of an initialised network, or a vertex of a graph, with its parameters. */
public final class LiveNode extends Node {

  private final Trainable trainable;

  /** Where its parameters begin in the network's vector. */
  private final long offset;

  LiveNode(Facts facts, Trainable trainable, long offset) {
    super(facts);
    this.trainable = trainable;
    this.offset = offset;
  }

  @Override
  Learners search(Learners search) {
    super.search(search);
    outerLayer().ifPresent(live -> search.within(live.conf().getLayer()));
    outerLayer().ifPresent(live -> search.within(live.getConfig()));
    return search.within(trainable.getConfig());
  }

  /**
   * The object of the network that has the parameters.
   *
   * @return the layer in a stack, the vertex in a graph
   */
  public Trainable trainable() {
    return trainable;
  }

  /**
   * The network's layer, without wrappers that freeze it.
   *
   * @return the layer; empty for a vertex without one
   */
  public Optional<Layer> liveLayer() {
    return outerLayer().map(Frozen::below);
  }

  /**
   * The network's layer as DL4J runs it, with wrappers that freeze it.
   *
   * @return the layer; empty for a vertex without one
   */
  public Optional<Layer> outerLayer() {
    if (trainable instanceof GraphVertex vertex) {
      return vertex.hasLayer() ? Optional.of(vertex.getLayer()) : Optional.empty();
    }
    return Optional.of((Layer) trainable);
  }

  /**
   * Counts its parameters.
   *
   * @return the number of elements of all its parameters
   */
  public long parameterCount() {
    return trainable.numParams();
  }

  /**
   * Counts those of its parameters that supervised training changes: in batch normalization the
   * gain and the shift, but not the running statistics.
   *
   * @return the number of elements; 0 if it is frozen
   */
  public long trainableCount() {
    return slots().stream()
        .filter(ParameterSlot::learns)
        .mapToLong(slot -> slot.value().length())
        .sum();
  }

  /**
   * Its parameters, as views of the network's vector.
   *
   * @return arrays by name, in the order of memory; empty if it has none
   */
  public Map<String, INDArray> parameters() {
    Map<String, INDArray> table = trainable.numParams() == 0 ? null : trainable.paramTable(false);
    return table == null ? Map.of() : table;
  }

  /**
   * Its parameters, each with its place in the network's vectors of parameters and of gradients.
   *
   * @return the parameters in the order of memory
   */
  public List<ParameterSlot> slots() {
    List<ParameterSlot> slots = new ArrayList<>();
    long from = offset;
    for (Map.Entry<String, INDArray> parameter : parameters().entrySet()) {
      slots.add(new ParameterSlot(this, parameter.getKey(), parameter.getValue(), from));
      from += parameter.getValue().length();
    }
    return slots;
  }

  /**
   * Looks at the live layer too, as DL4J's {@code TransferLearningHelper} freezes it but not its
   * configuration.
   */
  @Override
  public boolean isFrozen() {
    return super.isFrozen() || outerLayer().filter(Frozen::isFrozen).isPresent();
  }

  @Override
  public boolean countsAsLayer() {
    return isLayer() || parameterCount() > 0;
  }

  /**
   * Whether training changes it.
   *
   * @return true if it has parameters and is not frozen
   */
  public boolean learns() {
    return parameterCount() > 0 && !isFrozen();
  }
}
