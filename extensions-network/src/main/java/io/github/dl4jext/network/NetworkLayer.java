package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
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
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;

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
 * @param wrappers the layers' configurations around them, such as a {@code FrozenLayer}, innermost
 *     first
 */
public record NetworkLayer(
    int index, String name, List<TrainingConfig> configurations, List<Layer> wrappers) {

  /**
   * Copies the lists.
   *
   * @param index its place
   * @param name its name
   * @param configurations what it learns by
   * @param wrappers what is around these
   */
  public NetworkLayer {
    configurations = List.copyOf(configurations);
    wrappers = List.copyOf(wrappers);
  }

  /**
   * The same with some of its configurations only.
   *
   * @param condition which to keep
   * @return a copy
   */
  public NetworkLayer narrowed(Predicate<? super TrainingConfig> condition) {
    return new NetworkLayer(
        index, name, configurations.stream().filter(condition).toList(), wrappers);
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
      layers.add(new Search().within(layer).found(i, layer.getLayerName()));
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
      layers.add(new Search().within(vertex.getValue()).found(layers.size(), vertex.getKey()));
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

  /**
   * What a layer's configuration learns by, out of all wrappers.
   *
   * @param config a layer's configuration
   * @return as in {@link #configurations}
   */
  public static List<TrainingConfig> learning(TrainingConfig config) {
    return List.copyOf(new Search().within(config).configurations);
  }

  /**
   * What a vertex learns by, out of all wrappers.
   *
   * @param vertex a vertex's configuration
   * @return as in {@link #configurations}
   */
  public static List<TrainingConfig> learning(GraphVertex vertex) {
    return List.copyOf(new Search().within(vertex).configurations);
  }

  /**
   * The updaters that a configuration has, of weights and of biases.
   *
   * @param learning one of those that learn, see {@link #configurations}
   * @return one or two; none if DL4J has not given it any yet
   */
  public static List<IUpdater> updaters(TrainingConfig learning) {
    Stream<IUpdater> updaters = Stream.empty();
    if (learning instanceof BaseLayer layer) {
      updaters = Stream.of(layer.getIUpdater(), layer.getBiasUpdater());
    } else if (learning instanceof AbstractSameDiffLayer layer) {
      updaters = Stream.of(layer.getUpdater(), layer.getBiasUpdater());
    } else if (learning instanceof SameDiffVertex vertex) {
      updaters = Stream.of(vertex.getUpdater(), vertex.getBiasUpdater());
    }
    return updaters.filter(Objects::nonNull).toList();
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
      int index = layers.size();
      Layer stored = network.getLayerWiseConfigurations().getConf(index).getLayer();
      layers.add(
          new Search()
              .within(stored)
              .within(live.conf().getLayer())
              .within(live.getConfig())
              .found(index, stored.getLayerName()));
    }
    return layers;
  }

  private static List<NetworkLayer> ofGraph(ComputationGraph graph) {
    List<NetworkLayer> layers = new ArrayList<>();
    for (org.deeplearning4j.nn.graph.vertex.GraphVertex live : graph.getVertices()) {
      String name = live.getVertexName();
      Search search = new Search().within(graph.getConfiguration().getVertices().get(name));
      if (live.hasLayer()) {
        search.within(live.getLayer().conf().getLayer());
      }
      layers.add(search.within(live.getConfig()).found(layers.size(), name));
    }
    return layers;
  }

  /** Looks into wrappers; what was found before, the same object, is not found again. */
  private static final class Search {

    private final List<TrainingConfig> configurations = new ArrayList<>();
    private final List<Layer> wrappers = new ArrayList<>();
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    NetworkLayer found(int index, @Nullable String name) {
      String orPlace = name == null ? String.valueOf(index) : name;
      return new NetworkLayer(index, orPlace, configurations, wrappers);
    }

    Search within(@Nullable GraphVertex vertex) {
      if (vertex instanceof FrozenVertex frozen) {
        return within(frozen.getUnderlying());
      }
      if (vertex instanceof LayerVertex layer) {
        return within(layer.getLayerConf().getLayer());
      }
      return vertex instanceof SameDiffVertex own ? within((TrainingConfig) own) : this;
    }

    Search within(@Nullable TrainingConfig config) {
      if (config instanceof FrozenLayer frozen) {
        return wrapped(frozen, frozen.getLayer());
      }
      if (config instanceof BaseWrapperLayer wrapper) {
        return wrapped(wrapper, wrapper.getUnderlying());
      }
      if (config instanceof Bidirectional both) {
        return wrapped(both, both.getFwd(), both.getBwd());
      }
      boolean learns =
          config instanceof BaseLayer
              || config instanceof AbstractSameDiffLayer
              || config instanceof SameDiffVertex;
      if (learns && seen.add(config)) {
        configurations.add(config);
      }
      return this;
    }

    private Search wrapped(Layer wrapper, Layer... layers) {
      if (seen.add(wrapper)) {
        for (Layer layer : layers) {
          within((TrainingConfig) layer);
        }
        wrappers.add(wrapper);
      }
      return this;
    }
  }
}
