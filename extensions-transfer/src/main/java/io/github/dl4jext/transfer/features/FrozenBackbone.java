package io.github.dl4jext.transfer.features;

import io.github.dl4jext.activations.RReLU;
import io.github.dl4jext.network.LayerStatus;
import io.github.dl4jext.network.Topology;
import io.github.dl4jext.transfer.freezing.FrozenLayers;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;

/**
 * Finds the lower part of a network that puts out the same for the same data in every epoch: what
 * is frozen, or has no parameters and no noise, and is computed from nothing else.
 *
 * <p>Outputs are left to the head even if they are frozen: they add to the score that listeners
 * see.
 *
 * <p>The border lies where a row is an example. DL4J's preprocessors between recurrent and dense
 * layers make rows of time steps, and take the number of examples from the network's first input; a
 * head that began in between would take steps for examples.
 */
final class FrozenBackbone {

  private final Topology network;
  private final Map<String, List<Topology.Place>> consumers;
  private final Set<String> places = new LinkedHashSet<>();
  private final Set<String> spread = new LinkedHashSet<>();

  private FrozenBackbone(Topology network) {
    this.network = network;
    this.consumers = network.consumers();
  }

  /**
   * The trunk's places, in order.
   *
   * @param network where the layers are
   * @param spreads whether the rows that a place puts out are something else than examples, by its
   *     key and whether those that it takes are
   * @throws IllegalArgumentException if nothing learns, or if nothing would be kept
   */
  static Set<String> of(Topology network, BiPredicate<String, Boolean> spreads) {
    if (network.places().stream().noneMatch(Topology.Place::learns)) {
      throw new IllegalArgumentException("all layers are frozen, so that there is none to train");
    }
    return new FrozenBackbone(network).find(spreads);
  }

  private Set<String> find(BiPredicate<String, Boolean> spreads) {
    for (Topology.Place place : network.places()) {
      if (isSteady(place) && !place.output() && places.containsAll(place.inputs())) {
        places.add(place.key());
      }
      boolean below = place.inputs().stream().anyMatch(spread::contains);
      if (spreads.test(place.key(), below)) {
        spread.add(place.key());
      }
    }
    dropUnused();
    if (!keepsSomething()) {
      throw new IllegalArgumentException(
          "the lowest layer learns, so that there is nothing to keep; freeze layers from the"
              + " bottom up, such as Layers.allButLast(1)");
    }
    lowerBorder();
    if (!keepsSomething()) {
      throw new IllegalArgumentException(
          "what is frozen puts out a row for each time step where it feeds what learns, and so"
              + " does all below, so that there is nothing to keep by examples; train without a"
              + " cache");
    }
    return places;
  }

  private static boolean isSteady(Topology.Place place) {
    LayerStatus status = place.status();
    if (status == null || status.frozen()) {
      return true;
    }
    return status.parameters() == 0
        && (status.layer() == null
            || !FrozenLayers.isNoisy(status.layer()) && !isRandom(status.layer()));
  }

  private static boolean isRandom(org.deeplearning4j.nn.conf.layers.Layer layer) {
    if (!(layer instanceof ActivationLayer activation)) {
      return false;
    }
    IActivation function = activation.getActivationFn();
    return function instanceof RReLU || function instanceof ActivationRReLU;
  }

  /** Leaves out what feeds nothing of the head. */
  private void dropUnused() {
    List<Topology.Place> all = network.places();
    Set<String> used = new LinkedHashSet<>();
    for (int i = all.size() - 1; i >= 0; i--) {
      String key = all.get(i).key();
      if (feedsHead(key)
          || consumers.getOrDefault(key, List.of()).stream()
              .anyMatch(next -> used.contains(next.key()))) {
        used.add(key);
      }
    }
    places.retainAll(used);
  }

  private boolean feedsHead(String key) {
    return places.contains(key)
        && consumers.getOrDefault(key, List.of()).stream()
            .anyMatch(next -> !places.contains(next.key()));
  }

  private boolean keepsSomething() {
    return places.stream()
        .map(network::place)
        .anyMatch(place -> place.isFrozen() && place.status().parameters() > 0);
  }

  private void lowerBorder() {
    while (true) {
      Set<String> wrong =
          places.stream()
              .filter(key -> spread.contains(key) && feedsHead(key))
              .collect(Collectors.toSet());
      if (wrong.isEmpty()) {
        dropUnused();
        return;
      }
      for (Topology.Place place : network.places()) {
        if (wrong.contains(place.key()) || !places.containsAll(place.inputs())) {
          places.remove(place.key());
        }
      }
    }
  }
}
