package io.github.dl4jext.network;

import io.github.dl4jext.spi.CarryOver;
import io.github.dl4jext.spi.ParameterName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Reads and changes every learning rate of a network, by node and parameter: those of weights and
 * of biases, in the configuration and in the live layers, within wrappers and frozen layers. DL4J's
 * {@code setLearningRate} misses biases with an updater of their own, and wrapped layers.
 *
 * <p>Rates are changed in place, since DL4J's updaters read them again at each step: the updater's
 * state is kept, see {@link UpdaterBlocks}.
 */
public final class LearningRates {

  private final String plugin;
  private final Network network;

  /** The updaters of each parameter; several where DL4J keeps copies of a configuration. */
  private final Map<ParameterName, List<IUpdater>> updaters = new LinkedHashMap<>();

  private LearningRates(String plugin, Network network) {
    this.plugin = plugin;
    this.network = network;
    for (Node node : network.nodes()) {
      for (TrainingConfig learner : node.learners()) {
        for (String parameter : Learner.of(learner).parameters()) {
          add(node.parameterName(learner, parameter), learner.getUpdaterByParam(parameter));
        }
      }
    }
  }

  private void add(ParameterName name, IUpdater updater) {
    if (updater != null && updater.hasLearningRate()) {
      updaters.computeIfAbsent(name, n -> new ArrayList<>()).add(updater);
    }
  }

  /**
   * Looks for the rates of a network.
   *
   * @param plugin the name of the plugin that asks, the first word of a message
   * @param network the network
   * @return its rates
   */
  public static LearningRates of(String plugin, Network network) {
    return new LearningRates(plugin, network);
  }

  /**
   * Whether the network has no rate at all.
   *
   * @return true if no parameter has an updater with a learning rate
   */
  public boolean isEmpty() {
    return updaters.isEmpty();
  }

  /**
   * Reads all rates.
   *
   * @return the rate of each parameter that has one, in the order of the nodes
   */
  public Map<ParameterName, LearningRate> values() {
    Map<ParameterName, LearningRate> values = new LinkedHashMap<>();
    updaters.forEach((name, all) -> values.put(name, LearningRate.of(plugin, all.get(0))));
    return values;
  }

  /**
   * Multiplies every rate that is above a floor, but lowers none below it.
   *
   * @param factor the number by which a rate is multiplied
   * @param floor no rate is lowered below this
   * @param least rates that would change by no more than this are left as they are
   * @param progress the step at which a schedule's rate is compared with the floor
   * @return whether any rate was changed
   */
  public boolean reduce(double factor, double floor, double least, TrainingProgress progress) {
    boolean any = false;
    for (IUpdater updater : distinct()) {
      LearningRate before = LearningRate.of(plugin, updater);
      double now = before.at(progress.iterations(), progress.epochs());
      double next = Math.max(now * factor, floor);
      if (now - next > least) {
        LearningRate after =
            before.schedule() == null
                ? new LearningRate(next, null)
                : before.times(next > floor ? factor : next / now);
        after.putInto(updater);
        any = true;
      }
    }
    if (any) {
      UpdaterBlocks.rebuildIfChanged(network);
    }
    return any;
  }

  /**
   * Gives every updater the same number.
   *
   * @param rate the rate
   */
  public void set(double rate) {
    List<Boolean> before = likeTheirNeighbours();
    distinct().forEach(updater -> updater.setLrAndSchedule(rate, null));
    if (!likeTheirNeighbours().equals(before)) {
      UpdaterBlocks.rebuildIfChanged(network);
    }
  }

  /**
   * For each parameter, whether its updater equals that of the one before: such neighbours form a
   * block.
   */
  private List<Boolean> likeTheirNeighbours() {
    List<Boolean> like = new ArrayList<>();
    IUpdater last = null;
    for (List<IUpdater> all : updaters.values()) {
      like.add(all.get(0).equals(last));
      last = all.get(0);
    }
    return like;
  }

  /**
   * Gives each parameter the rate that another network has for it.
   *
   * @param rates the other network's {@link #values()}
   * @return which parameters were given a rate. Reported as reset, and left as they were, are those
   *     that the other network does not have, and those that share an updater with parameters of
   *     another rate, such as biases that had a rate of their own
   */
  public CarryOver put(Map<ParameterName, LearningRate> rates) {
    List<ParameterName> kept = new ArrayList<>();
    Map<ParameterName, String> reset = new LinkedHashMap<>();
    Map<IUpdater, LearningRate> given = new IdentityHashMap<>();
    updaters.forEach(
        (name, all) -> {
          LearningRate rate = rates.get(name);
          if (rate == null) {
            reset.put(name, "is new");
          } else if (all.stream().allMatch(updater -> give(given, updater, rate))) {
            kept.add(name);
          } else {
            reset.put(name, "shares an updater with parameters of another rate");
          }
        });
    UpdaterBlocks.rebuildIfChanged(network);
    return new CarryOver(kept, reset);
  }

  /** False if the updater has already been given another rate, for other parameters. */
  private static boolean give(
      Map<IUpdater, LearningRate> given, IUpdater updater, LearningRate rate) {
    LearningRate before = given.putIfAbsent(updater, rate);
    if (before == null) {
      rate.putInto(updater);
    }
    return before == null || before.equals(rate);
  }

  /** Layers may share an updater instance, so instances are compared by identity. */
  private List<IUpdater> distinct() {
    Set<IUpdater> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<IUpdater> distinct = new ArrayList<>();
    for (List<IUpdater> all : updaters.values()) {
      for (IUpdater updater : all) {
        if (seen.add(updater)) {
          distinct.add(updater);
        }
      }
    }
    return distinct;
  }
}
