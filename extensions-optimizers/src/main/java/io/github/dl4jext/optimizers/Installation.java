package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Optimizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Puts an update rule on every layer of a configuration or a live network.
 *
 * <p>Each layer gets an instance of its own, since DL4J changes the learning rate in place. Equal
 * instances are joined to blocks by DL4J, at a cost that grows with the cube of the number of
 * parameters in a block; the rules are numbered so that a block stays small.
 */
final class Installation {

  /** Parameter arrays per block: of two a layer, eight layers. */
  private static final int PARAMETERS_PER_BLOCK = 16;

  private final Optimizer optimizer;
  private final ParameterFilter filter;

  private Installation(Optimizer optimizer, ParameterFilter filter) {
    this.optimizer = optimizer;
    this.filter = filter;
  }

  static Installation of(Optimizer optimizer, ParameterFilter filter) {
    return new Installation(optimizer, filter);
  }

  MultiLayerConfiguration configure(MultiLayerConfiguration configuration) {
    install(
        configuration.getConfs().stream()
            .map(conf -> TunableLayer.in(conf.getLayer()).toList())
            .toList(),
        UpdaterState.NONE);
    return configuration;
  }

  ComputationGraphConfiguration configure(ComputationGraphConfiguration configuration) {
    install(
        configuration.getVertices().values().stream()
            .map(vertex -> TunableLayer.in(vertex).toList())
            .toList(),
        UpdaterState.NONE);
    return configuration;
  }

  Optimizer.Installed configure(Model model) {
    UpdaterState before = UpdaterState.of(model);
    install(layers(model), before);
    return before.restoreTo(model);
  }

  /** By layer of the network: what its configuration and what its live layer learns by. */
  private static List<List<TunableLayer>> layers(Model model) {
    List<List<TunableLayer>> layers = new ArrayList<>();
    if (model instanceof MultiLayerNetwork net) {
      Layer[] live = net.getLayers();
      for (int i = 0; i < live.length; i++) {
        layers.add(
            distinct(
                List.of(
                    TunableLayer.in(net.getLayerWiseConfigurations().getConf(i).getLayer()),
                    TunableLayer.in(live[i].conf().getLayer()),
                    in(live[i].getConfig()))));
      }
    } else if (model instanceof ComputationGraph graph) {
      var stored = graph.getConfiguration().getVertices();
      for (GraphVertex live : graph.getVertices()) {
        layers.add(
            distinct(
                List.of(
                    stored.containsKey(live.getVertexName())
                        ? TunableLayer.in(stored.get(live.getVertexName()))
                        : Stream.empty(),
                    live.hasLayer()
                        ? TunableLayer.in(live.getLayer().conf().getLayer())
                        : Stream.empty(),
                    in(live.getConfig()))));
      }
    }
    return layers;
  }

  private static Stream<TunableLayer> in(TrainingConfig config) {
    return config == null ? Stream.empty() : TunableLayer.in(config);
  }

  private static List<TunableLayer> distinct(List<Stream<TunableLayer>> sources) {
    Set<TrainingConfig> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    return sources.stream()
        .flatMap(source -> source)
        .filter(layer -> seen.add(layer.config()))
        .toList();
  }

  private void install(List<List<TunableLayer>> layers, UpdaterState state) {
    List<OptimizerTerm> terms =
        optimizer.regularizations().stream().map(OptimizerTerm.class::cast).toList();
    int parameters = 0;
    for (int i = 0; i < layers.size(); i++) {
      for (TunableLayer layer : layers.get(i)) {
        layer.learnBy(rule(state, i, parameters / PARAMETERS_PER_BLOCK));
        layer.regularize(terms, filter);
      }
      parameters += layers.get(i).stream().mapToInt(TunableLayer::parameterCount).max().orElse(0);
    }
  }

  private IUpdater rule(UpdaterState state, int layer, int block) {
    UpdateRule rule = (UpdateRule) optimizer.updater();
    return rule.startingAt(state.firstIteration(layer, rule), block);
  }
}
