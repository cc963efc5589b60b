package io.github.dl4jext.transfer.finetuning;

import io.github.dl4jext.network.LayerStatus;
import io.github.dl4jext.network.NetworkLayer;
import io.github.dl4jext.network.Topology;
import io.github.dl4jext.network.UpdaterRate;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.transfer.freezing.FrozenCopy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Learning rates that differ from layer to layer: lower layers, which know what is general, learn
 * more slowly than upper ones. Each layer's rate is a factor times one and the same rate or
 * schedule, so that they rise and fall together.
 *
 * <pre>{@code
 * net = LayerwiseRates.slice(1e-5, 1e-3).applyTo(net);            // fastai's slice(1e-5, 1e-3)
 * net = LayerwiseRates.decay(0.75).with(new Cosine(1e-3, 4300)).applyTo(net);
 * net = LayerwiseRates.geometric(0.01).applyTo(net);              // of the rates that the layers have
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
  private final ISchedule rate;

  private LayerwiseRates(Rule rule, ISchedule rate) {
    this.rule = rule;
    this.rate = rate;
  }

  /**
   * Each layer a share of the one above it.
   *
   * @param factor the share, in {@code (0, 1]}; such as 0.75
   * @return the rates
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public static LayerwiseRates decay(double factor) {
    Checks.of("layer_rates").check(FACTOR, factor).done();
    return new LayerwiseRates((i, n) -> Math.pow(factor, n - 1 - i), null);
  }

  /**
   * Evenly spaced powers, from a share of the rate for the lowest layer to the whole of it for the
   * topmost.
   *
   * @param factor the lowest layer's share, in {@code (0, 1]}
   * @return the rates
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public static LayerwiseRates geometric(double factor) {
    Checks.of("layer_rates").check(FACTOR, factor).done();
    return new LayerwiseRates(
        (i, n) -> n == 1 ? 1 : Math.pow(factor, (n - 1.0 - i) / (n - 1)), null);
  }

  /**
   * From one rate for the lowest layer to another for the topmost.
   *
   * @param lowest the lowest layer's, above 0
   * @param highest the topmost layer's, at least the lowest's
   * @return the rates
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public static LayerwiseRates slice(double lowest, double highest) {
    Checks.of("layer_rates")
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
   * The whole rate for the topmost layer, a share for all others.
   *
   * @param factor the share, in {@code (0, 1]}; fastai's {@code slice(rate)} has 0.1
   * @return the rates
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public static LayerwiseRates body(double factor) {
    Checks.of("layer_rates").check(FACTOR, factor).done();
    return new LayerwiseRates((i, n) -> i == n - 1 ? 1 : factor, null);
  }

  /**
   * The same factors of a given rate, whatever the layers had.
   *
   * @param topmost the topmost layer's rate, 0 or more
   * @return the rates
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public LayerwiseRates with(double topmost) {
    Checks.of("layer_rates").check(TOPMOST, topmost).done();
    return with(new FixedSchedule(topmost));
  }

  /**
   * The same factors of a given schedule, whatever the layers had.
   *
   * @param topmost the topmost layer's schedule
   * @return the rates
   */
  public LayerwiseRates with(ISchedule topmost) {
    return new LayerwiseRates(
        rule, Objects.requireNonNull(topmost, "the schedule must not be null"));
  }

  /**
   * The factors for a network's layers.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised
   * @return one for each layer with parameters, from bottom to top
   */
  public List<Double> factors(Model model) {
    return new ArrayList<>(byKey(Topology.of(model)).values());
  }

  private Map<String, Double> byKey(Topology network) {
    List<LayerStatus> layers =
        network.layers().stream().filter(layer -> layer.parameters() > 0).toList();
    Map<String, Double> factors = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      factors.put(network.keyOf(layers.get(i).index()), rule.factor(i, layers.size()));
    }
    return factors;
  }

  /**
   * Gives a network these rates; everything else is kept, the updater's state and counters too.
   *
   * @param network the network, which is not changed
   * @return a new network
   */
  public MultiLayerNetwork applyTo(MultiLayerNetwork network) {
    return apply(network);
  }

  /**
   * Gives a graph these rates; everything else is kept, the updater's state and counters too.
   *
   * @param network the graph, which is not changed
   * @return a new graph
   */
  public ComputationGraph applyTo(ComputationGraph network) {
    return apply(network);
  }

  private <M extends Model> M apply(M model) {
    Topology network = Topology.of(model);
    Map<String, Double> factors = new HashMap<>(byKey(network));
    return FrozenCopy.of(
        model,
        network.frozen(),
        (key, layer) -> {
          if (factors.containsKey(key)) {
            eachUpdater(layer, updater -> scale(updater, factors.get(key)));
          }
        });
  }

  private void scale(IUpdater updater, double factor) {
    UpdaterRate before = rate == null ? UpdaterRate.of("layer_rates", updater) : asRate(rate);
    before.times(factor).putInto(updater);
  }

  private static UpdaterRate asRate(ISchedule schedule) {
    return schedule instanceof FixedSchedule
        ? new UpdaterRate(schedule.valueAt(0, 0), null)
        : new UpdaterRate(Double.NaN, schedule);
  }

  /** The updaters of a layer that have a rate, out of all wrappers. */
  static void eachUpdater(Layer layer, Consumer<IUpdater> action) {
    NetworkLayer.learning(layer).stream()
        .flatMap(config -> NetworkLayer.updaters(config).stream())
        .filter(IUpdater::hasLearningRate)
        .forEach(action);
  }
}
