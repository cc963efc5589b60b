package io.github.dl4jext.optimizers;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.spi.CarryOver;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.ParameterFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/**
 * Gives groups of parameters an optimizer each, with its own rate, schedule and weight decay:
 * PyTorch's parameter groups, Keras's {@code MultiOptimizer}, optax's {@code partition}.
 *
 * <pre>{@code
 * new ParameterGroups(new AdamW(1e-4, 0.01))                        // all that no group takes
 *     .with(LayerSelector.last(1), new AdamW(1e-3, 0.01))           // a head that learns faster
 *     .with(ParameterFilter.biases(), new Adam(2e-3))               // biases, of the head too
 *     .configure(net);
 * }</pre>
 *
 * <p><b>Groups.</b> A group consists of layers, a kind of parameters within them ({@link
 * ParameterFilter#weights()}, {@link ParameterFilter#biases()}, {@link
 * ParameterFilter#normalization()}, or a condition of your own), and their optimizer. A parameter
 * learns by the last group that has it; what no group has learns by the optimizer for the rest. A
 * group that is left with no parameter is refused, and the network is left as it was.
 *
 * <p><b>What can be told apart.</b> DL4J has two updaters in a layer, one for biases and one for
 * all other parameters; {@code CenterLossOutputLayer} and normalizations have only one. Groups that
 * would separate more ({@code W} from {@code RW} in a recurrent layer, batch norm's gain from its
 * shift, the gain of {@code hasLayerNorm} from the weights) are refused. A {@code LayerNorm} of
 * extensions-layers is a layer by itself, and can be a group.
 *
 * <p><b>What decays</b> is each optimizer's own choice, within its group.
 *
 * <p><b>On a live network</b> state is kept as by {@link Optimizer#configure(Model)}, separately
 * for the parameters of a layer that share an updater: if only the biases' optimizer changes, the
 * weights keep their state. Frozen layers get their optimizers too, for when they are unfrozen.
 * From then on the groups are in the network's configuration: they are saved with it, and copied
 * with it. Layers that are added later are in no group; call {@code configure} again.
 *
 * <p><b>Within other optimizers.</b> This is not an {@link Optimizer} and has no updater of its
 * own: use {@code Lookahead} or {@code GradientAccumulation} as the optimizers of the groups.
 *
 * @see <a href="https://pytorch.org/docs/stable/optim.html#per-parameter-options">PyTorch:
 *     per-parameter options</a>
 */
public final class ParameterGroups {

  private enum Kind implements ParameterFilter {
    ALL;

    @Override
    public boolean test(TrainingConfig layer, String parameter) {
      return true;
    }
  }

  /** What learns by one optimizer. */
  record Group(LayerSelector layers, ParameterFilter parameters, Optimizer optimizer) {

    @Override
    public String toString() {
      return "(" + layers + ", " + parameters + ", " + optimizer + ")";
    }
  }

  private final Optimizer rest;
  private final List<Group> groups;

  /**
   * Begins with one optimizer for all parameters.
   *
   * @param rest the optimizer of the parameters that no group takes
   */
  public ParameterGroups(Optimizer rest) {
    this(Objects.requireNonNull(rest, "the optimizer for the rest must not be null"), List.of());
  }

  private ParameterGroups(Optimizer rest, List<Group> groups) {
    this.rest = rest;
    this.groups = groups;
  }

  /**
   * Has all parameters of some layers learn by an optimizer.
   *
   * @param layers the layers
   * @param optimizer their optimizer
   * @return a copy with this group after the others
   */
  public ParameterGroups with(LayerSelector layers, Optimizer optimizer) {
    return with(layers, Kind.ALL, optimizer);
  }

  /**
   * Has some parameters of all layers learn by an optimizer.
   *
   * @param parameters chooses them
   * @param optimizer their optimizer
   * @return a copy with this group after the others
   */
  public ParameterGroups with(ParameterFilter parameters, Optimizer optimizer) {
    return with(LayerSelector.all(), parameters, optimizer);
  }

  /**
   * Has some parameters of some layers learn by an optimizer.
   *
   * @param layers the layers
   * @param parameters chooses among the parameters of each
   * @param optimizer their optimizer
   * @return a copy with this group after the others
   */
  public ParameterGroups with(
      LayerSelector layers, ParameterFilter parameters, Optimizer optimizer) {
    List<Group> more = new ArrayList<>(groups);
    more.add(
        new Group(
            Objects.requireNonNull(layers, "the layers of a group must not be null"),
            Objects.requireNonNull(parameters, "the parameters of a group must not be null"),
            Objects.requireNonNull(optimizer, "the optimizer of a group must not be null")));
    return new ParameterGroups(rest, List.copyOf(more));
  }

  /**
   * Makes the layers of a configuration learn by these groups.
   *
   * @param configuration the configuration, which is changed
   * @return the same configuration
   * @throws IllegalArgumentException if a group has no parameter, or if DL4J cannot separate the
   *     groups
   */
  public MultiLayerConfiguration configure(MultiLayerConfiguration configuration) {
    return OptimizerInstaller.install(this, configuration);
  }

  /**
   * Makes the layers and vertices of a configuration learn by these groups.
   *
   * @param configuration the configuration, which is changed
   * @return the same configuration
   * @throws IllegalArgumentException if a group has no parameter, or if DL4J cannot separate the
   *     groups
   */
  public ComputationGraphConfiguration configure(ComputationGraphConfiguration configuration) {
    return OptimizerInstaller.install(this, configuration);
  }

  /**
   * Makes a live network learn by these groups from its next step on.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised; it is
   *     changed
   * @return which parameters have kept their state, and which begin again, with the reason
   * @throws IllegalArgumentException if a group has no parameter, if DL4J cannot separate the
   *     groups, or if the model is of another type or not initialised
   */
  public CarryOver configure(Model model) {
    return OptimizerInstaller.install(this, model);
  }

  Optimizer rest() {
    return rest;
  }

  List<Group> groups() {
    return groups;
  }

  @Override
  public String toString() {
    return "ParameterGroups" + groups + " and for the rest " + rest;
  }
}
