package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Every learning rate of a network: of weights and of biases, in the configuration and in the live
 * layers, inside of wrappers and of frozen layers. DL4J's {@code setLearningRate} misses biases
 * with an updater of their own, and wrapped layers.
 *
 * <p>Rates are changed in place, since DL4J's updaters read them anew at each step: the updater's
 * state stays where it is.
 */
public final class UpdaterRates {

  private final String plugin;
  private final Model model;

  /** Those with a rate, in an order that networks of the same structure share; some twice. */
  private final List<IUpdater> updaters;

  private UpdaterRates(String plugin, Model model, Stream<IUpdater> updaters) {
    this.plugin = plugin;
    this.model = model;
    this.updaters = updaters.filter(IUpdater::hasLearningRate).toList();
  }

  public static UpdaterRates of(String plugin, Model model) {
    if (model instanceof MultiLayerNetwork net) {
      return new UpdaterRates(
          plugin,
          model,
          Stream.concat(
              net.getLayerWiseConfigurations().getConfs().stream()
                  .flatMap(conf -> in(NetworkLayer.learning(conf.getLayer()))),
              Stream.of(live(net.getLayers())).flatMap(UpdaterRates::inLive)));
    }
    if (model instanceof ComputationGraph graph) {
      return new UpdaterRates(
          plugin,
          model,
          Stream.concat(
              graph.getConfiguration().getVertices().values().stream()
                  .flatMap(vertex -> in(NetworkLayer.learning(vertex))),
              Stream.of(live(graph.getVertices())).flatMap(UpdaterRates::inLive)));
    }
    throw new IllegalArgumentException(
        plugin
            + ": model must be a MultiLayerNetwork or a ComputationGraph, was "
            + (model == null ? "null" : model.getClass().getName()));
  }

  /** A network that is not initialised has no live layers. */
  private static Object[] live(Object[] layers) {
    return layers == null ? new Object[0] : layers;
  }

  private static Stream<IUpdater> inLive(Object live) {
    if (live instanceof org.deeplearning4j.nn.graph.vertex.GraphVertex vertex) {
      return Stream.concat(
          vertex.hasLayer() ? inLive(vertex.getLayer()) : Stream.empty(),
          in(NetworkLayer.learning(vertex.getConfig())));
    }
    Layer layer = (Layer) live;
    return Stream.concat(
        in(NetworkLayer.learning(layer.conf().getLayer())),
        in(NetworkLayer.learning(layer.getConfig())));
  }

  private static Stream<IUpdater> in(List<TrainingConfig> learning) {
    return learning.stream().flatMap(config -> NetworkLayer.updaters(config).stream());
  }

  public boolean isEmpty() {
    return updaters.isEmpty();
  }

  /**
   * Multiplies every rate that is above a floor, but goes no lower than that.
   *
   * @param least rates that would change by no more than this are left as they are
   * @param iteration the step at which a schedule's rate is held against the floor
   * @return whether any rate was changed
   */
  public boolean reduce(double factor, double floor, double least, int iteration, int epoch) {
    boolean any = false;
    for (IUpdater updater : distinct()) {
      UpdaterRate before = UpdaterRate.of(plugin, updater);
      double now = before.at(iteration, epoch);
      double next = Math.max(now * factor, floor);
      if (now - next > least) {
        UpdaterRate after =
            before.schedule() == null
                ? new UpdaterRate(next, null)
                : before.times(next > floor ? factor : next / now);
        after.putInto(updater);
        any = true;
      }
    }
    if (any) {
      BlockArrangement.arrangeAsWhenRestored(model);
    }
    return any;
  }

  /** Gives every updater the same number, for a network that is never saved. */
  public void set(double rate) {
    distinct().forEach(updater -> updater.setLrAndSchedule(rate, null));
  }

  /** All rates, to be put into another network of the same structure. */
  public List<UpdaterRate> values() {
    return updaters.stream().map(updater -> UpdaterRate.of(plugin, updater)).toList();
  }

  /** Takes the rates of another network of the same structure. */
  public void put(List<UpdaterRate> rates) {
    if (rates.size() != updaters.size()) {
      throw new IllegalStateException(
          plugin
              + ": a listener must watch one training, but this network has another structure than"
              + " the one before; call reset() between them, or make a listener for each");
    }
    for (int i = 0; i < rates.size(); i++) {
      rates.get(i).putInto(updaters.get(i));
    }
    BlockArrangement.arrangeAsWhenRestored(model);
  }

  /** The same instance may stand in several layers, and equal ones are not the same. */
  private List<IUpdater> distinct() {
    Set<IUpdater> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<IUpdater> distinct = new ArrayList<>();
    for (IUpdater updater : updaters) {
      if (seen.add(updater)) {
        distinct.add(updater);
      }
    }
    return distinct;
  }
}
