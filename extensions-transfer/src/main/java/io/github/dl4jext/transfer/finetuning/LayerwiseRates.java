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
 * slowly than upper ones. Each layer's rate is a factor times one and the same rate or schedule, so
 * that they rise and fall together.
 *
 * <pre>{@code
 * net = LayerwiseRates.slice(1e-5, 1e-3).copyWithRates(net);            // fastai's slice(1e-5, 1e-3)
 * net = LayerwiseRates.decay(0.75).with(new Cosine(1e-3, 4300)).copyWithRates(net);
 * net = LayerwiseRates.geometric(0.01).copyWithRates(net);              // of the rates that the layers have
 * }</pre>
 *
 * <p>Layers with parameters count, frozen or not, from bottom to top; in a graph in topological
 * order. The factor of layer i of n, from 0: {@code decay(d)}: d^(n-1-i); {@code geometric(f)}:
 * f^((n-1-i)/(n-1)); {@code body(f)}: f, and 1 for the topmost. Biases with an updater of their own
 * have the layer's factor too. Vertices that are no layers keep their rate.
 *
 * <p><b>Check.</b> {@code slice(1e-5, 1e-3)} on three layers: 1e-5, 1e-4, 1e-3.
 *
 * <p>Factors are applied to what the layers have: applied twice, they act twice, unless {@link
 * #with} says what the rate is.
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

  /** Null for what each layer has. */
  private final @Nullable ISchedule rate;

  private LayerwiseRates(Rule rule, @Nullable ISchedule rate) {
    this.rule = rule;
    this.rate = rate;
  }

  /**
   * Gives each layer a share of the rate above it.
   *
   * @param factor the share, in {@code (0, 1]}; such as 0.75
   * @return the rates
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public static LayerwiseRates decay(double factor) {
    Checks.of(NAME).check(FACTOR, factor).done();
    return new LayerwiseRates((i, n) -> Math.pow(factor, n - 1 - i), null);
  }

  /**
   * Spaces the rates by evenly spaced powers, from a share of the rate for the lowest layer to the
   * whole of it for the topmost.
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
   * Goes from one rate for the lowest layer to another for the topmost.
   *
   * @param lowest the lowest layer's, above 0
   * @param highest the topmost layer's, at least the lowest's
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
   * Gives the topmost layer the whole rate, and all others a share.
   *
   * @param factor the share, in {@code (0, 1]}; fastai's {@code slice(rate)} has 0.1
   * @return the rates
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public static LayerwiseRates body(double factor) {
    Checks.of(NAME).check(FACTOR, factor).done();
    return new LayerwiseRates((i, n) -> i == n - 1 ? 1 : factor, null);
  }

  /**
   * Takes the same factors of a given rate, whatever the layers had.
   *
   * @param topmost the topmost layer's rate, 0 or more
   * @return the rates
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public LayerwiseRates with(double topmost) {
    Checks.of("layerwise_rates").check(TOPMOST, topmost).done();
    return with(new FixedSchedule(topmost));
  }

  /**
   * Takes the same factors of a given schedule, whatever the layers had.
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
   * @return one for each layer with parameters, from bottom to top
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
   * Makes a copy of a network that has these rates. Everything else is kept: weights, the updater's
   * state, counters, and the listeners, which are told that the training goes on.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, which is not changed
   * @param <M> its type
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
      if (node.isLayer() && factors.containsKey(node.name())) {
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

  /** Visits the updaters of a node that have a rate, each once. */
  static void eachUpdater(Node node, Consumer<IUpdater> action) {
    Set<IUpdater> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    node.updaters().stream().filter(IUpdater::hasLearningRate).filter(seen::add).forEach(action);
  }
}
