package io.github.dl4jext.transfer.surgery;

import io.github.dl4jext.activations.initializers.WeightInitAdvice;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.spi.ConfigurationReading;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Builds a graph for a new task on top of one that is trained: removes everything above some
 * vertices, adds new layers, and freezes the vertices that are kept.
 *
 * <pre>{@code
 * ComputationGraph net =
 *     new GraphTransferBuilder(pretrained)
 *         .keepUpTo("avg_pool")
 *         .add("fc", new DenseLayer.Builder().nOut(100).activation(new Mish()).build(), "avg_pool")
 *         .add("out", new OutputLayer.Builder(LossFunction.MCXENT).nOut(5).build(), "fc")
 *         .optimizer(new AdamW(1e-3, 0.01))
 *         .build();
 * }</pre>
 *
 * <p>{@link TransferBuilder} describes how kept and new layers are treated. If {@link #outputs}
 * does not name the outputs of the new graph, these are the old outputs that are kept or added
 * again under their names, and all vertices that feed no other.
 */
public final class GraphTransferBuilder extends TransferOptions<GraphTransferBuilder> {

  private record Addition(
      String name, @Nullable Layer layer, @Nullable GraphVertex vertex, List<String> inputs) {}

  private final Network network;
  private final ComputationGraph pretrained;
  private Set<String> kept;
  private final List<Addition> added = new ArrayList<>();
  private final Set<String> newInputs = new LinkedHashSet<>();
  private final Map<String, ILossFunction> losses = new LinkedHashMap<>();
  private Set<String> outputs = Set.of();
  private InputType @Nullable [] inputTypes;

  /**
   * Begins a new graph that keeps all of a trained one.
   *
   * @param pretrained the trained graph; not changed
   * @throws IllegalArgumentException if it is null or not initialised
   */
  public GraphTransferBuilder(ComputationGraph pretrained) {
    this.network = Network.of(pretrained);
    this.pretrained = pretrained;
    this.kept = names(network.nodes());
  }

  /**
   * Reads a graph from a file of {@code ModelSerializer}, and begins a new graph that keeps all of
   * it.
   *
   * @param file the file
   * @return the builder
   * @throws IllegalArgumentException if there is no such file
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static GraphTransferBuilder fromFile(File file) {
    return new GraphTransferBuilder(read(file, ModelSerializer::restoreComputationGraph));
  }

  private static Set<String> names(List<? extends Node> nodes) {
    return nodes.stream().map(Node::name).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private Set<String> upTo(String name) {
    return names(LayerSelector.upTo(name).in(network.nodes()));
  }

  @Override
  GraphTransferBuilder self() {
    return this;
  }

  /**
   * Keeps some vertices and those from which they are computed, and removes all others.
   *
   * @param names vertices of the pretrained graph; at least one
   * @return this
   * @throws IllegalArgumentException if no name is given, or there is no such vertex
   */
  public GraphTransferBuilder keepUpTo(String... names) {
    Objects.requireNonNull(names, "transfer: names must be given, was null");
    if (names.length == 0) {
      throw new IllegalArgumentException("give at least one vertex to keep");
    }
    Set<String> found = new LinkedHashSet<>();
    for (String name : names) {
      found.addAll(upTo(name));
    }
    kept = found;
    return this;
  }

  /**
   * Removes a vertex and all vertices that are computed from it.
   *
   * @param name a vertex of the pretrained graph, such as its output
   * @return this
   * @throws IllegalArgumentException if there is no such vertex
   */
  public GraphTransferBuilder drop(String name) {
    Objects.requireNonNull(name, "transfer: name must be given, was null");
    network.node(name);
    kept.removeIf(other -> upTo(other).contains(name));
    return this;
  }

  /**
   * Adds a layer.
   *
   * @param name its name
   * @param layer the layer, which is copied
   * @param input the vertex or input of the graph that feeds it
   * @return this
   */
  public GraphTransferBuilder add(String name, Layer layer, String input) {
    Objects.requireNonNull(name, "transfer: name must be given, was null");
    Objects.requireNonNull(input, "transfer: input must be given, was null");
    Objects.requireNonNull(layer, "the layer must not be null");
    added.add(new Addition(name, layer, null, List.of(input)));
    return this;
  }

  /**
   * Adds a vertex that is not a layer, such as a {@code MergeVertex}.
   *
   * @param name its name
   * @param vertex the vertex, which is copied
   * @param inputs the vertices or inputs of the graph that feed it, in their order
   * @return this
   */
  public GraphTransferBuilder addVertex(String name, GraphVertex vertex, String... inputs) {
    Objects.requireNonNull(name, "transfer: name must be given, was null");
    Objects.requireNonNull(inputs, "transfer: inputs must be given, was null");
    Objects.requireNonNull(vertex, "the vertex must not be null");
    added.add(new Addition(name, null, vertex.clone(), List.of(inputs)));
    return this;
  }

  /**
   * Adds inputs to the graph, after those that it has. Their types are given by {@link
   * #inputTypes}, or follow from the {@code nIn} of the layer that reads them.
   *
   * @param names names that no input or vertex has
   * @return this
   */
  public GraphTransferBuilder addInputs(String... names) {
    Objects.requireNonNull(names, "transfer: names must be given, was null");
    newInputs.addAll(List.of(names));
    return this;
  }

  /**
   * Names the outputs of the new graph, in their order. Vertices that no output depends on are
   * removed.
   *
   * @param names vertices that are kept or added
   * @return this
   */
  public GraphTransferBuilder outputs(String... names) {
    Objects.requireNonNull(names, "transfer: names must be given, was null");
    outputs = new LinkedHashSet<>(List.of(names));
    return this;
  }

  /**
   * Gives a kept layer a loss and keeps its weights, as {@link
   * TransferBuilder#withLoss(ILossFunction)} does.
   *
   * @param name the name of the layer
   * @param function the loss, such as {@code new LossMCXENT()}
   * @return this
   */
  public GraphTransferBuilder withLoss(String name, ILossFunction function) {
    Objects.requireNonNull(name, "transfer: name must be given, was null");
    losses.put(name, Objects.requireNonNull(function, "the loss must not be null"));
    return this;
  }

  /**
   * Gives a kept layer a loss, as {@link #withLoss(String, ILossFunction)} does.
   *
   * @param name the name of the layer
   * @param function the loss
   * @return this
   */
  public GraphTransferBuilder withLoss(String name, LossFunction function) {
    Objects.requireNonNull(name, "transfer: name must be given, was null");
    Objects.requireNonNull(function, "the loss must not be null");
    return withLoss(name, function.getILossFunction());
  }

  /**
   * Gives the types of the graph's inputs, which is necessary if shapes cannot be derived from its
   * layers.
   *
   * @param types one type for each input of the graph; those of added inputs come last
   * @return this
   */
  public GraphTransferBuilder inputTypes(InputType... types) {
    Objects.requireNonNull(types, "transfer: types must be given, was null");
    inputTypes = types.clone();
    return this;
  }

  /**
   * Builds the graph.
   *
   * @return a new graph, initialised
   * @throws IllegalArgumentException if a name is already in use or unknown, if a new layer does
   *     not fit the vertex below it or the shape there cannot be derived, or if a layer cannot have
   *     the loss
   */
  public ComputationGraph build() {
    ComputationGraphConfiguration conf =
        ConfigurationReading.copyOf(TransferCopy.unfrozen(pretrained).getConfiguration());
    addInputs(conf);
    GraphShapes shapes = new GraphShapes(conf, inputTypes, network.nodes(), kept);
    conf.getVertices().keySet().retainAll(kept);
    conf.getVertexInputs().keySet().retainAll(kept);
    Set<String> learning = putLosses(conf, shapes);
    Set<String> open = add(conf, shapes);
    GraphEnds.set(conf, outputs, newInputs, added.stream().map(Addition::name).toList());
    conf.setTopologicalOrder(null);
    conf.setTopologicalOrderStr(null);
    TransferCopy.begin(NetworkConfiguration.of(conf), layerConfs(conf).values(), network, this);
    for (WeightInitAdvice advice : WeightInitAdvice.check(conf)) {
      if (open.contains(advice.layer())) {
        ((BaseLayer)
                ShapedLayer.inner(
                    Objects.requireNonNull(layerConfs(conf).get(advice.layer()), advice.layer())
                        .getLayer()))
            .setWeightInitFn(Plugins.installed().create(IWeightInit.class, advice.suggestion()));
      }
    }
    ComputationGraph graph = new ComputationGraph(conf);
    graph.init();
    TransferCopy.carry(network, Network.of(graph), node -> kept.contains(node.name()), this);
    return Freezing.freeze(
        graph,
        frozen(
            LayerSelector.where(
                layer -> kept.contains(layer.name()) && !learning.contains(layer.name()))));
  }

  private void addInputs(ComputationGraphConfiguration conf) {
    List<String> inputs = new ArrayList<>(conf.getNetworkInputs());
    for (String name : newInputs) {
      if (inputs.contains(name) || conf.getVertices().containsKey(name)) {
        throw taken(name);
      }
      inputs.add(name);
    }
    conf.setNetworkInputs(inputs);
  }

  /** Puts the losses on their layers; returns the names of the topmost layers with parameters. */
  private Set<String> putLosses(ComputationGraphConfiguration conf, GraphShapes shapes) {
    Set<String> learning = new LinkedHashSet<>();
    losses.forEach(
        (name, loss) -> {
          if (!(conf.getVertices().get(name) instanceof LayerVertex vertex)) {
            throw new IllegalArgumentException(
                "withLoss: \"" + name + "\" must be a layer that is kept, one of " + kept);
          }
          NeuralNetConfiguration layer = vertex.getLayerConf();
          LossOnTop changed =
              LossOnTop.on(
                  layer, vertex.getPreProcessor(), () -> shapes.required(name), loss, name);
          conf.getVertices().put(name, new LayerVertex(layer, changed.preProcessor()));
          String below = name;
          while (kept.contains(below) && network.node(below).parameterCount() == 0) {
            below = GraphShapes.firstInput(conf, below);
          }
          learning.add(below);
        });
    return learning;
  }

  private static Map<String, NeuralNetConfiguration> layerConfs(
      ComputationGraphConfiguration conf) {
    Map<String, NeuralNetConfiguration> confs = new LinkedHashMap<>();
    conf.getVertices()
        .forEach(
            (name, vertex) -> {
              if (vertex instanceof LayerVertex layer) {
                confs.put(name, layer.getLayerConf());
              }
            });
    return confs;
  }

  /**
   * Adds the new layers and vertices; returns the names of the layers that state no initialiser.
   */
  private Set<String> add(ComputationGraphConfiguration conf, GraphShapes shapes) {
    Set<String> open = new LinkedHashSet<>();
    if (added.isEmpty()) {
      return open;
    }
    Map<String, NeuralNetConfiguration> confs = layerConfs(conf);
    NeuralNetConfiguration like =
        confs.isEmpty() ? conf.getDefaultConfiguration() : List.copyOf(confs.values()).get(0);
    NeuralNetConfiguration.Builder base =
        TransferCopy.base(like, conf.getDataType(), lastUpdater(confs), this);
    for (Addition addition : added) {
      requireFits(conf, addition);
      List<String> sources = addition.inputs();
      if (addition.layer() == null) {
        GraphVertex vertex = Objects.requireNonNull(addition.vertex(), addition.name());
        shapes.add(addition.name(), vertex, sources);
        conf.getVertices().put(addition.name(), vertex);
      } else {
        String below = sources.get(0);
        InputType type = shapes.below(addition.layer(), below, conf);
        ShapedLayer fitted = ShapedLayer.of(base, addition.layer(), addition.name(), type, below);
        shapes.add(addition.name(), fitted.output());
        conf.getVertices()
            .put(addition.name(), new LayerVertex(fitted.conf(), fitted.preProcessor()));
        if (fitted.wantsInit()) {
          open.add(addition.name());
        }
      }
      conf.getVertexInputs().put(addition.name(), sources);
    }
    return open;
  }

  private static void requireFits(ComputationGraphConfiguration conf, Addition addition) {
    Set<String> present = new LinkedHashSet<>(conf.getNetworkInputs());
    present.addAll(conf.getVertices().keySet());
    if (present.contains(addition.name())) {
      throw taken(addition.name());
    }
    for (String source : addition.inputs()) {
      if (!present.contains(source)) {
        throw new IllegalArgumentException(
            "\""
                + addition.name()
                + "\" should go on top of \""
                + source
                + "\", but there are only "
                + present);
      }
    }
  }

  private static IllegalArgumentException taken(String name) {
    return new IllegalArgumentException("the name \"" + name + "\" is taken");
  }

  private static @Nullable IUpdater lastUpdater(Map<String, NeuralNetConfiguration> confs) {
    IUpdater last = null;
    for (NeuralNetConfiguration conf : confs.values()) {
      if (ShapedLayer.inner(conf.getLayer()) instanceof BaseLayer layer
          && layer.getIUpdater() != null) {
        last = layer.getIUpdater();
      }
    }
    return last;
  }
}
