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
 * Reads and changes every learning rate of a network, by node and parameter: of weights and of
 * biases, in the configuration and in the live layers, inside of wrappers and of frozen layers.
 * DL4J's {@code setLearningRate} misses biases with an updater of their own, and wrapped layers.
 *
 * <p>Rates are changed in place, since DL4J's updaters read them anew at each step: the updater's
 * state stays where it is, see {@link UpdaterBlocks}.
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
   * @param plugin who asks, the first word of a message
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
   * Multiplies every rate that is above a floor, but goes no lower than that.
   *
   * @param factor what a rate is multiplied by
   * @param floor no rate becomes less than this by it
   * @param least rates that would change by no more than this are left as they are
   * @param progress the step at which a schedule's rate is held against the floor
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

  /** Which parameters have an updater equal to the one before, of which blocks are made. */
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
   * @return which parameters have got a rate. Reset, and as they were, are those that the other
   *     network has not, and biases that had a rate of their own where now they share the weights'
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

  /** False if the updater has been given another rate, as that of other parameters. */
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
