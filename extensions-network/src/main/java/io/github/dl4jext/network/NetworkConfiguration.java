package io.github.dl4jext.network;

import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Shows the configuration of a network of either of DL4J's types as a list of nodes. It is a view:
 * what is changed through it is changed in DL4J's configuration.
 */
public sealed interface NetworkConfiguration permits StackConfiguration, GraphConfiguration {

  /**
   * Views the configuration of a {@code MultiLayerNetwork}.
   *
   * @param configuration the configuration
   * @return a view of it
   */
  static NetworkConfiguration of(MultiLayerConfiguration configuration) {
    Objects.requireNonNull(configuration, "network: configuration must be given, was null");
    return new StackConfiguration(configuration);
  }

  /**
   * Views the configuration of a {@code ComputationGraph}.
   *
   * @param configuration the configuration
   * @return a view of it
   */
  static NetworkConfiguration of(ComputationGraphConfiguration configuration) {
    Objects.requireNonNull(configuration, "network: configuration must be given, was null");
    return new GraphConfiguration(configuration);
  }

  /**
   * Lists the layers and vertices, as they are now.
   *
   * @return all nodes in topological order; the inputs of the network are not nodes
   */
  List<Node> nodes();

  /**
   * Names the network's inputs.
   *
   * @return the names of a graph's inputs, in their order; {@code input} for a stack
   */
  List<String> inputs();

  /**
   * Names the nodes whose values are the network's outputs.
   *
   * @return the names in the order of the outputs
   */
  List<String> outputs();

  /**
   * Replaces a layer by another.
   *
   * @param node a node of this configuration that is a layer
   * @param layer the new layer's configuration, with any wrappers
   * @throws IllegalStateException if the node is not a layer
   */
  void replaceLayer(Node node, Layer layer);

  /**
   * Replaces a vertex by another.
   *
   * @param node a node of this configuration
   * @param vertex the new vertex's configuration
   * @throws IllegalStateException in a stack, which has no vertices
   */
  void replaceVertex(Node node, GraphVertex vertex);

  /**
   * The configuration as DL4J stores it.
   *
   * @return the text
   */
  String toJson();

  /**
   * How gradients are carried back through time.
   *
   * @return standard or truncated
   */
  BackpropType backpropType();

  /**
   * The type of the parameters.
   *
   * @return such as {@code FLOAT}
   */
  DataType dataType();

  /**
   * Counts the steps and epochs that were trained.
   *
   * @return both
   */
  TrainingProgress progress();

  /**
   * Sets how many steps and epochs were trained.
   *
   * @param progress both
   */
  void setProgress(TrainingProgress progress);

  /**
   * Marks what training itself puts into a configuration, such as the masks of pruned weights. Two
   * networks that differ in nothing else count as having the same configuration.
   */
  interface SetByTraining {}
}
