package io.github.dl4jext.transfer.finetuning;

import io.github.dl4jext.network.LearningRate;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Gives layers different learning rates: lower layers, which compute general features, learn more
 * slowly than upper ones. Each layer's rate is its factor times a common rate or schedule (see
 * {@link #with}) or, if none is given, times the layer's own.
 *
 * <pre>{@code
 * net = LayerwiseRates.slice(1e-5, 1e-3).copyWithRates(net);            // fastai's slice(1e-5, 1e-3)
 * net = LayerwiseRates.decay(0.75).with(new Cosine(1e-3, 4300)).copyWithRates(net);
 * net = LayerwiseRates.geometric(0.01).copyWithRates(net);              // of each layer's own rate
 * }</pre>
 *
 * <p>Layers with parameters, frozen or not, are numbered from bottom to top, from 0; in a graph, in
 * topological order. The factor of layer i of n is d^(n-1-i) for {@code decay(d)},
 * f^((n-1-i)/(n-1)) for {@code geometric(f)}, and f for {@code body(f)}, except 1 for the topmost
 * layer. It also applies to biases with an updater of their own. A vertex with parameters, such as
 * an attention vertex, counts as a layer.
 *
 * <p><b>Check.</b> {@code slice(1e-5, 1e-3)} on three layers gives the rates 1e-5, 1e-4 and 1e-3.
 *
 * <p>Without {@link #with}, factors multiply the rates that the layers have, so applying them twice
 * multiplies twice.
 *
 * @see <a href="https://arxiv.org/abs/1801.06146">Howard, Ruder (2018), section 3.2</a>
 */
public final class LayerwiseRates {

  private static final String NAME = "layerwise_rates";

  private static final Parameter<Double> FACTOR =
      Parameter.number("factor").in("(0, 1]").doc("share of the rate of the layer above");
  private static final Parameter<Double> LOWEST =
      Parameter.number("lowest").in("(0, inf)").doc("rate of the lowest layer");
  private static final Parameter<Double> TOPMOST =
      Parameter.number("topmost").in("[0, inf)").doc("rate of the topmost layer");

  private interface Rule {
    double factor(int layer, int layers);
  }

  private final Rule rule;

  /** Null if each layer's own rate is multiplied. */
  private final @Nullable ISchedule rate;

  private LayerwiseRates(Rule rule, @Nullable ISchedule rate) {
    this.rule = rule;
    this.rate = rate;
  }

  /**
   * Gives each layer a share of the rate of the layer above it.
   *
   * @param factor the share, in {@code (0, 1]}, such as 0.75
   * @return the rates
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public static LayerwiseRates decay(double factor) {
    Checks.of(NAME).check(FACTOR, factor).done();
    return new LayerwiseRates((i, n) -> Math.pow(factor, n - 1 - i), null);
  }

  /**
   * Spaces the rates geometrically, from a share of the rate for the lowest layer to the full rate
   * for the topmost.
   *
   * @param factor the lowest layer's share, in {@code (0, 1]}
   * @return the rates
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public static LayerwiseRates geometric(double factor) {
    Checks.of(NAME).check(FACTOR, factor).done();
    return new LayerwiseRates(
        (i, n) -> n == 1 ? 1 : Math.pow(factor, (n - 1.0 - i) / (n - 1)), null);
  }

  /**
   * Spaces the rates geometrically, from one rate for the lowest layer to another for the topmost.
   *
   * @param lowest the lowest layer's rate, in {@code (0, inf)}
   * @param highest the topmost layer's rate, finite and at least {@code lowest}
   * @return the rates
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public static LayerwiseRates slice(double lowest, double highest) {
    Checks.of(NAME)
        .check(LOWEST, lowest)
        .that(
            highest >= lowest && highest < Double.POSITIVE_INFINITY,
            "highest",
            "finite and at least lowest, which is " + lowest,
            highest)
        .done();
    return geometric(lowest / highest).with(highest);
  }

  /**
   * Gives the topmost layer the full rate, and all others the same share of it.
   *
   * @param factor the share, in {@code (0, 1]}; 0.1 in fastai's {@code slice(rate)}
   * @return the rates
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public static LayerwiseRates body(double factor) {
    Checks.of(NAME).check(FACTOR, factor).done();
    return new LayerwiseRates((i, n) -> i == n - 1 ? 1 : factor, null);
  }

  /**
   * Applies the factors to a given rate instead of the rates that the layers have.
   *
   * @param topmost the topmost layer's rate, in {@code [0, inf)}
   * @return the rates
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public LayerwiseRates with(double topmost) {
    Checks.of("layerwise_rates").check(TOPMOST, topmost).done();
    return with(new FixedSchedule(topmost));
  }

  /**
   * Applies the factors to a given schedule instead of the rates that the layers have.
   *
   * @param topmost the topmost layer's schedule
   * @return the rates
   */
  public LayerwiseRates with(ISchedule topmost) {
    return new LayerwiseRates(
        rule, Objects.requireNonNull(topmost, "the schedule must not be null"));
  }

  /**
   * Computes the factors for a network's layers.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @return one factor for each layer or vertex with parameters, from bottom to top
   */
  public List<Double> factors(Model model) {
    return new ArrayList<>(byName(Network.of(model)).values());
  }

  private Map<String, Double> byName(Network network) {
    List<LiveNode> layers =
        network.nodes().stream().filter(node -> node.parameterCount() > 0).toList();
    Map<String, Double> factors = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      factors.put(layers.get(i).name(), rule.factor(i, layers.size()));
    }
    return factors;
  }

  /**
   * Makes a copy of a network that has these rates. Everything else is kept: the weights, the
   * updater's state, the counters, and the listeners, which are told that the training continues.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}; not changed
   * @param <M> the type of the network
   * @return a new network
   */
  public <M extends Model> M copyWithRates(M network) {
    Map<String, Double> factors = byName(Network.of(network));
    return NetworkCopy.from(network)
        .changing(configuration -> scale(configuration, factors))
        .carryingOnTraining()
        .build();
  }

  private void scale(NetworkConfiguration configuration, Map<String, Double> factors) {
    for (Node node : configuration.nodes()) {
      if (factors.containsKey(node.name())) {
        eachUpdater(node, updater -> scale(updater, factors.get(node.name())));
      }
    }
  }

  private void scale(IUpdater updater, double factor) {
    LearningRate before = rate == null ? LearningRate.of(NAME, updater) : asRate(rate);
    before.times(factor).putInto(updater);
  }

  private static LearningRate asRate(ISchedule schedule) {
    return schedule instanceof FixedSchedule
        ? new LearningRate(schedule.valueAt(0, 0), null)
        : new LearningRate(Double.NaN, schedule);
  }

  /** Visits each updater of a node that has a rate once. */
  static void eachUpdater(Node node, Consumer<IUpdater> action) {
    Set<IUpdater> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    node.updaters().stream().filter(IUpdater::hasLearningRate).filter(seen::add).forEach(action);
  }
}
