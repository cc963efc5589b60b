package io.github.dl4jext.spi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * A layer of a network, or a vertex of a graph, with what it learns by, out of all wrappers: for
 * plugins that change a network layer by layer.
 *
 * <p>Of frozen layers too there is what they would learn by, since they may thaw.
 *
 * @param index its place, from 0; in a graph among the vertices
 * @param name its name; of a layer without one its place in digits
 * @param configurations what it learns by: a {@code BaseLayer}, an {@code AbstractSameDiffLayer} or
 *     a {@code SameDiffVertex}. Two for {@code Bidirectional}; more in a live network, where DL4J
 *     may keep the same layer's configuration in several copies, which must be changed alike; none
 *     where there is nothing to learn
 */
public record NetworkLayer(int index, String name, List<TrainingConfig> configurations) {

  /**
   * Copies the list.
   *
   * @param index its place
   * @param name its name
   * @param configurations what it learns by
   */
  public NetworkLayer {
    configurations = List.copyOf(configurations);
  }

  /**
   * The layers of a configuration.
   *
   * @param configuration the configuration
   * @return all its layers, in their order
   */
  public static List<NetworkLayer> of(MultiLayerConfiguration configuration) {
    List<NetworkLayer> layers = new ArrayList<>();
    for (int i = 0; i < configuration.getConfs().size(); i++) {
      Layer layer = configuration.getConf(i).getLayer();
      layers.add(layer(i, layer.getLayerName(), learningIn(layer)));
    }
    return layers;
  }

  /**
   * The vertices of a configuration.
   *
   * @param configuration the configuration
   * @return all its vertices, in the order in which they were added
   */
  public static List<NetworkLayer> of(ComputationGraphConfiguration configuration) {
    List<NetworkLayer> layers = new ArrayList<>();
    for (Map.Entry<String, GraphVertex> vertex : configuration.getVertices().entrySet()) {
      layers.add(layer(layers.size(), vertex.getKey(), learningIn(vertex.getValue())));
    }
    return layers;
  }

  /**
   * The layers or vertices of a live network.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @return all of them, in the order in which the network computes them
   * @throws IllegalArgumentException if the model is of another type, or not initialised
   */
  public static List<NetworkLayer> of(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      requireInitialised(network.getLayers() != null && network.isInitCalled());
      return ofNetwork(network);
    }
    if (model instanceof ComputationGraph graph) {
      requireInitialised(graph.getVertices() != null);
      return ofGraph(graph);
    }
    throw new IllegalArgumentException(
        "the model must be a MultiLayerNetwork or a ComputationGraph, was "
            + (model == null ? "null" : "a " + model.getClass().getName()));
  }

  private static void requireInitialised(boolean initialised) {
    if (!initialised) {
      throw new IllegalArgumentException(
          "the network is not initialised; call init() first, or change its configuration");
    }
  }

  private static List<NetworkLayer> ofNetwork(MultiLayerNetwork network) {
    List<NetworkLayer> layers = new ArrayList<>();
    for (org.deeplearning4j.nn.api.Layer live : network.getLayers()) {
      Layer stored = network.getLayerWiseConfigurations().getConf(layers.size()).getLayer();
      Stream<TrainingConfig> configurations =
          Stream.of(
                  learningIn(stored),
                  learningIn(live.conf().getLayer()),
                  learningIn(live.getConfig()))
              .flatMap(copies -> copies);
      layers.add(layer(layers.size(), stored.getLayerName(), configurations));
    }
    return layers;
  }

  private static List<NetworkLayer> ofGraph(ComputationGraph graph) {
    List<NetworkLayer> layers = new ArrayList<>();
    var stored = graph.getConfiguration().getVertices();
    for (org.deeplearning4j.nn.graph.vertex.GraphVertex live : graph.getVertices()) {
      String name = live.getVertexName();
      Stream<TrainingConfig> configurations =
          Stream.of(
                  stored.containsKey(name)
                      ? learningIn(stored.get(name))
                      : Stream.<TrainingConfig>empty(),
                  live.hasLayer()
                      ? learningIn(live.getLayer().conf().getLayer())
                      : Stream.<TrainingConfig>empty(),
                  learningIn(live.getConfig()))
              .flatMap(copies -> copies);
      layers.add(layer(layers.size(), name, configurations));
    }
    return layers;
  }

  private static NetworkLayer layer(int index, String name, Stream<TrainingConfig> found) {
    Set<TrainingConfig> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    return new NetworkLayer(
        index, name == null ? String.valueOf(index) : name, found.filter(seen::add).toList());
  }

  private static Stream<TrainingConfig> learningIn(TrainingConfig config) {
    if (config instanceof Layer layer) {
      return learningIn(layer);
    }
    return config instanceof SameDiffVertex vertex ? Stream.of(vertex) : Stream.empty();
  }

  private static Stream<TrainingConfig> learningIn(GraphVertex vertex) {
    if (vertex instanceof FrozenVertex frozen) {
      return learningIn(frozen.getUnderlying());
    }
    if (vertex instanceof LayerVertex layer) {
      return learningIn(layer.getLayerConf().getLayer());
    }
    return vertex instanceof SameDiffVertex own ? Stream.of(own) : Stream.empty();
  }

  private static Stream<TrainingConfig> learningIn(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return learningIn(frozen.getLayer());
    }
    if (layer instanceof BaseWrapperLayer wrapper) {
      return learningIn(wrapper.getUnderlying());
    }
    if (layer instanceof Bidirectional both) {
      return Stream.concat(learningIn(both.getFwd()), learningIn(both.getBwd()));
    }
    return layer instanceof BaseLayer || layer instanceof AbstractSameDiffLayer
        ? Stream.of(layer)
        : Stream.empty();
  }
}
