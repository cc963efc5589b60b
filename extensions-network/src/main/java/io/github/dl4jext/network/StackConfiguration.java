package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/** Views the configuration of a {@code MultiLayerNetwork}. */
record StackConfiguration(MultiLayerConfiguration configuration) implements NetworkConfiguration {

  private static final String INPUT = "input";

  @Override
  public List<Node> nodes() {
    List<Node> nodes = new ArrayList<>();
    for (Node.Facts facts : facts()) {
      nodes.add(new Node(facts));
    }
    connect(nodes);
    return nodes;
  }

  static void connect(List<? extends Node> nodes) {
    for (int i = 1; i < nodes.size(); i++) {
      nodes.get(i - 1).addConsumer(nodes.get(i).name());
    }
  }

  List<Node.Facts> facts() {
    List<String> names = names();
    List<Node.Facts> all = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      all.add(
          new Node.Facts(
              names.get(i),
              i,
              String.valueOf(i),
              configuration.getConf(i).getLayer(),
              null,
              configuration.getInputPreProcess(i),
              i == 0 ? List.of() : List.of(names.get(i - 1)),
              i == 0 ? inputs() : List.of(),
              i == names.size() - 1));
    }
    return all;
  }

  private List<String> names() {
    List<String> given = new ArrayList<>();
    for (int i = 0; i < configuration.getConfs().size(); i++) {
      String name = givenName(configuration.getConf(i).getLayer());
      given.add(name == null ? String.valueOf(i) : name);
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      String name = given.get(i);
      names.add(Collections.frequency(given, name) == 1 ? name : name + "[" + i + "]");
    }
    return names;
  }

  /**
   * The name within comes first, since DL4J names a wrapper again where a layer was frozen by hand.
   */
  private static @Nullable String givenName(Layer layer) {
    String name = nameOrWithin(Frozen.below(layer));
    return name == null ? layer.getLayerName() : name;
  }

  private static @Nullable String nameOrWithin(Layer layer) {
    return layer.getLayerName() == null && layer instanceof BaseWrapperLayer wrapper
        ? nameOrWithin(wrapper.getUnderlying())
        : layer.getLayerName();
  }

  @Override
  public List<String> inputs() {
    return List.of(INPUT);
  }

  @Override
  public List<String> outputs() {
    List<String> names = names();
    return names.subList(names.size() - 1, names.size());
  }

  @Override
  public void replaceLayer(Node node, Layer layer) {
    configuration.getConf(node.index()).setLayer(layer);
  }

  @Override
  public void replaceVertex(Node node, GraphVertex vertex) {
    throw new IllegalStateException(
        "a MultiLayerNetwork has no vertices; give a layer in place of " + node);
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
