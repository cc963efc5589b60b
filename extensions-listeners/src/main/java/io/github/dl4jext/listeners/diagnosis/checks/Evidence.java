package io.github.dl4jext.listeners.diagnosis.checks;

import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.network.ParameterSlot;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.regularization.Regularization;

/** Holds the evidence of one step: the network, its minibatch, and the layers' outputs. */
final class Evidence {

  /**
   * The input that a layer with weights gets from the network's inputs.
   *
   * @param node the layer
   * @param values its input, with the features as units
   */
  record Entry(LiveNode node, UnitValues values) {}

  private final Network network;
  private final Map<String, LiveNode> nodes = new LinkedHashMap<>();
  private final int iteration;
  private final double score;
  private final MultiDataSet batch;
  private final Map<String, INDArray> activations;
  private final Memory memory;
  private final Map<String, Optional<ActivationCurve>> curves = new HashMap<>();
  private final Map<String, UnitValues> outputs = new HashMap<>();
  private final Map<String, UnitWindow> windows = new HashMap<>();
  private final List<Entry> entries;
  private final List<OutputEnd> ends;
  private List<LearningMatrix> matrices;

  Evidence(Network network, MultiDataSet batch, Map<String, INDArray> activations, Memory memory) {
    this.network = network;
    this.batch = batch;
    this.activations = activations;
    this.memory = memory;
    network.nodes().forEach(node -> nodes.put(node.name(), node));
    iteration = network.progress().iterations();
    score = network.score();
    matrices = LearningMatrix.of(network);
    entries = findEntries();
    ends = findEnds();
    remember();
  }

  /** Adds the values of this step to the memory. */
  private void remember() {
    for (Entry entry : entries) {
      String name = "input of " + entry.node.name();
      windows.put(name, memory.add(name, entry.values));
    }
    for (LiveNode node : nodes.values()) {
      if (!node.isOutput() && curve(node).filter(ActivationCurve::isRectifier).isPresent()) {
        windows.put(node.name(), memory.add(node.name(), outputOf(node)));
      }
    }
    ends.stream().filter(OutputEnd::isOfClasses).forEach(memory::add);
  }

  /** Measures the update of this step. */
  void updated() {
    matrices = matrices.stream().map(matrix -> matrix.updatedIn(network)).toList();
    matrices.forEach(memory::add);
  }

  int iteration() {
    return iteration;
  }

  /** Whether no step has been made yet. */
  boolean isUntrained() {
    return iteration == 0;
  }

  double score() {
    return score;
  }

  Stream<LiveNode> nodes() {
    return nodes.values().stream();
  }

  LiveNode node(String name) {
    LiveNode node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException("no layer is named " + name);
    }
    return node;
  }

  List<LearningMatrix> matrices() {
    return matrices;
  }

  List<Entry> entries() {
    return entries;
  }

  List<OutputEnd> ends() {
    return ends;
  }

  Memory memory() {
    return memory;
  }

  /** Returns the range of a rectifier's recent outputs, by units. */
  Optional<UnitWindow> window(LiveNode node) {
    return Optional.ofNullable(windows.get(node.name()));
  }

  /** Returns the range of a layer's recent inputs, by features. */
  Optional<UnitWindow> window(Entry entry) {
    return Optional.ofNullable(windows.get("input of " + entry.node.name()));
  }

  /** Returns a layer's output. */
  UnitValues outputOf(LiveNode node) {
    return outputs.computeIfAbsent(
        node.name(), name -> read(node, array(name), mask(batch.getFeaturesMaskArrays(), 0)));
  }

  private INDArray array(String name) {
    INDArray array = activations.get(name);
    if (array == null) {
      throw new IllegalStateException("diagnosis: no value was computed for " + name);
    }
    return array;
  }

  private static UnitValues read(LiveNode node, INDArray array, @Nullable INDArray mask) {
    int last = array.rank() - 1;
    long units = node.layer().map(Evidence::unitsOf).orElse(0L);
    boolean isLast = last > 1 && array.size(1) != units && array.size(last) == units;
    return UnitValues.of(array, isLast ? last : 1, mask);
  }

  private static long unitsOf(Layer layer) {
    return layer instanceof FeedForwardLayer sized ? sized.getNOut() : 0L;
  }

  private static @Nullable INDArray mask(@Nullable INDArray @Nullable [] masks, int index) {
    return masks == null || masks.length <= index ? null : masks[index];
  }

  /** Whether a layer has weights that mix its inputs, frozen or not. */
  static boolean hasMatrix(LiveNode node) {
    return node.parameters().values().stream().anyMatch(LearningMatrix::isMatrix);
  }

  /** Whether a layer normalizes its input, by batch, layer or group. */
  static boolean isNorm(Node node) {
    return node.isLayer() && node.type().contains("Norm");
  }

  /** Returns the activation that a layer applies itself; empty if it has none. */
  Optional<ActivationCurve> curve(LiveNode node) {
    return curves.computeIfAbsent(node.name(), name -> findCurve(node));
  }

  private static Optional<ActivationCurve> findCurve(LiveNode node) {
    if (node.layer().orElse(null) instanceof ActivationLayer alone) {
      return Optional.of(ActivationCurve.of(alone.getActivationFn()));
    }
    if (!hasMatrix(node)) {
      return Optional.empty();
    }
    return node.learners().stream()
        .filter(BaseLayer.class::isInstance)
        .map(BaseLayer.class::cast)
        .filter(Evidence::appliesItsActivation)
        .map(BaseLayer::getActivationFn)
        .findFirst()
        .map(ActivationCurve::of);
  }

  /**
   * A layer from elsewhere that extends only an abstract layer of DL4J may ignore its activation.
   */
  private static boolean appliesItsActivation(BaseLayer layer) {
    Class<?> type = layer.getClass();
    while (!type.getName().startsWith("org.deeplearning4j.")) {
      type = type.getSuperclass();
    }
    return !Modifier.isAbstract(type.getModifiers()) && layer.getActivationFn() != null;
  }

  /**
   * Returns the activation that follows a layer's weights: its own, or that of a layer behind it.
   */
  Optional<ActivationCurve> activationBehind(LiveNode node) {
    Optional<ActivationCurve> own = curve(node);
    List<String> next = node.consumers();
    if (own.filter(curve -> !curve.isIdentity()).isPresent() || next.size() != 1) {
      return own;
    }
    LiveNode behind = node(next.get(0));
    return behind.layer().filter(ActivationLayer.class::isInstance).isPresent()
        ? curve(behind)
        : own;
  }

  /**
   * Returns the activation that made a layer's input, looking through layers without parameters.
   */
  Optional<ActivationCurve> activationBefore(LiveNode node) {
    if (node.inputs().size() != 1) {
      return Optional.empty();
    }
    LiveNode before = node(node.inputs().get(0));
    Optional<ActivationCurve> made = curve(before);
    return made.isPresent() || before.parameterCount() > 0 || !before.isLayer()
        ? made
        : activationBefore(before);
  }

  boolean isSeluBefore(LiveNode node) {
    return activationBefore(node).filter(ActivationCurve::isSelu).isPresent();
  }

  boolean isSeluBehind(LiveNode node) {
    return activationBehind(node).filter(ActivationCurve::isSelu).isPresent();
  }

  /** Returns the penalties on a parameter; none if it does not learn. */
  static List<Regularization> regularizations(ParameterSlot slot) {
    List<Regularization> all =
        slot.node().trainable().getConfig().getRegularizationByParam(slot.parameter());
    return all == null || !slot.learns() ? List.of() : all;
  }

  static boolean isBias(ParameterSlot slot) {
    return slot.node()
        .layer()
        .filter(layer -> layer.initializer().isBiasParam(layer, slot.parameter()))
        .isPresent();
  }

  private List<Entry> findEntries() {
    List<Entry> found = new ArrayList<>();
    for (LiveNode node : nodes.values()) {
      if (hasMatrix(node) && !node.type().contains("Embedding")) {
        input(node)
            .map(array -> UnitValues.of(array, 1, mask(batch.getFeaturesMaskArrays(), 0)))
            .ifPresent(values -> found.add(new Entry(node, values)));
      }
    }
    return found;
  }

  /**
   * Returns a layer's input, if there are only layers without parameters between it and the
   * network's input.
   */
  private Optional<INDArray> input(LiveNode node) {
    if (node.networkInputs().size() == 1 && node.inputs().isEmpty()) {
      int index = network.configuration().inputs().indexOf(node.networkInputs().get(0));
      return Optional.of(batch.getFeatures()[index]);
    }
    if (node.inputs().size() != 1 || !node.networkInputs().isEmpty()) {
      return Optional.empty();
    }
    LiveNode before = node(node.inputs().get(0));
    return before.isLayer() && before.parameterCount() == 0 && input(before).isPresent()
        ? Optional.of(array(before.name()))
        : Optional.empty();
  }

  private List<OutputEnd> findEnds() {
    List<OutputEnd> found = new ArrayList<>();
    List<String> names = network.configuration().outputs();
    for (int i = 0; i < names.size(); i++) {
      LiveNode node = node(names.get(i));
      INDArray labels = batch.getLabels()[i];
      INDArray mask = mask(batch.getLabelsMaskArrays(), i);
      INDArray predicted = array(node.name());
      Layer layer = node.layer().orElse(null);
      if (layer instanceof BaseLayer last && last.getActivationFn() != null) {
        OutputEnd.lossOf(layer)
            .map(
                loss ->
                    new OutputEnd(
                        node,
                        loss,
                        ActivationCurve.of(last.getActivationFn()),
                        read(node, labels, mask),
                        read(node, predicted, mask)))
            .ifPresent(found::add);
      }
    }
    return found;
  }
}
