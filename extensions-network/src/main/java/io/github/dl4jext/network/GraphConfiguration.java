package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.util.GraphIndices;
import org.nd4j.linalg.api.buffer.DataType;

/** Views the configuration of a {@code ComputationGraph}. */
record GraphConfiguration(ComputationGraphConfiguration configuration)
    implements NetworkConfiguration {

  @Override
  public List<Node> nodes() {
    Map<String, Node.Facts> facts = facts();
    List<Node> nodes = new ArrayList<>();
    for (String name : order()) {
      if (facts.containsKey(name)) {
        nodes.add(new Node(facts.get(name)));
      }
    }
    connect(nodes);
    return nodes;
  }

  static void connect(List<? extends Node> nodes) {
    Map<String, Node> byName = new HashMap<>();
    nodes.forEach(node -> byName.put(node.name(), node));
    for (Node node : nodes) {
      node.inputs().stream()
          .distinct()
          .forEach(
              i ->
                  Objects.requireNonNull(byName.get(i), "an input is a node")
                      .addConsumer(node.name()));
    }
  }

  /** By name, in the order in which the vertices were added. */
  Map<String, Node.Facts> facts() {
    Map<String, Node.Facts> facts = new LinkedHashMap<>();
    int layers = 0;
    int others = (int) configuration.getVertices().values().stream().filter(this::isLayer).count();
    for (Map.Entry<String, GraphVertex> entry : configuration.getVertices().entrySet()) {
      boolean isLayer = isLayer(entry.getValue());
      facts.put(
          entry.getKey(), facts(entry.getKey(), entry.getValue(), isLayer ? layers++ : others++));
    }
    return facts;
  }

  private boolean isLayer(GraphVertex vertex) {
    return Frozen.below(vertex) instanceof LayerVertex;
  }

  private Node.Facts facts(String name, GraphVertex stored, int index) {
    List<String> all = configuration.getVertexInputs().getOrDefault(name, List.of());
    List<String> outside = configuration.getNetworkInputs();
    return new Node.Facts(
        name,
        index,
        name,
        Frozen.below(stored) instanceof LayerVertex layer ? layer.getLayerConf().getLayer() : null,
        stored,
        Node.preProcessorOf(stored),
        all.stream().filter(input -> !outside.contains(input)).toList(),
        all.stream().filter(outside::contains).toList(),
        configuration.getNetworkOutputs().contains(name));
  }

  /** DL4J's topological order. DL4J writes it into the configuration, which is restored here. */
  private List<String> order() {
    int[] before = configuration.getTopologicalOrder();
    List<String> namesBefore = configuration.getTopologicalOrderStr();
    try {
      return names(new ComputationGraph(configuration).calculateIndices());
    } finally {
      configuration.setTopologicalOrder(before);
      configuration.setTopologicalOrderStr(namesBefore);
    }
  }

  private static List<String> names(GraphIndices indices) {
    List<String> names = new ArrayList<>();
    for (int index : indices.getTopologicalSortOrder()) {
      names.add(indices.getIdxToName().get(index));
    }
    return names;
  }

  @Override
  public List<String> inputs() {
    return List.copyOf(configuration.getNetworkInputs());
  }

  @Override
  public List<String> outputs() {
    return List.copyOf(configuration.getNetworkOutputs());
  }

  @Override
  public void replaceLayer(Node node, Layer layer) {
    GraphVertex stored = configuration.getVertices().get(node.name());
    if (stored != null && Frozen.below(stored) instanceof LayerVertex vertex) {
      vertex.getLayerConf().setLayer(layer);
    } else {
      throw new IllegalStateException("only a layer is replaced by a layer, not " + node);
    }
  }

  @Override
  public void replaceVertex(Node node, GraphVertex vertex) {
    configuration.getVertices().put(node.name(), vertex);
  }

  @Override
  public String toJson() {
    return configuration.toJson();
  }

  @Override
  public BackpropType backpropType() {
    return configuration.getBackpropType();
  }

  @Override
  public DataType dataType() {
    return configuration.getDataType();
  }

  @Override
  public TrainingProgress progress() {
    return new TrainingProgress(configuration.getIterationCount(), configuration.getEpochCount());
  }

  @Override
  public void setProgress(TrainingProgress progress) {
    configuration.setIterationCount(progress.iterations());
    configuration.setEpochCount(progress.epochs());
  }
}
