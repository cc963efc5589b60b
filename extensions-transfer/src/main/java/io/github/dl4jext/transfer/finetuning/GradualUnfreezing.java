package io.github.dl4jext.transfer.finetuning;

import io.github.dl4jext.network.Topology;
import io.github.dl4jext.network.UpdaterRate;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.transfer.freezing.FrozenCopy;
import io.github.dl4jext.transfer.freezing.Layers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Training in which frozen layers thaw one group after the other: first the head learns, then, when
 * its gradients are of some use, what is below.
 *
 * <pre>{@code
 * MultiLayerNetwork tuned =
 *     GradualUnfreezing.of()
 *         .atEpoch(0, Layers.at(4))
 *         .atEpoch(1, Layers.at(3), 0.5)
 *         .atEpoch(2, Layers.upTo(2), 0.1)
 *         .warmupSteps(50)
 *         .fit(net, data, 5);
 * }</pre>
 *
 * <p>All layers that a stage names are frozen until its time, besides those that are frozen
 * already. From then on they learn at the rate or schedule that they have, times the stage's
 * factor. The updater's state is kept throughout, that of other layers and of those that thaw; a
 * layer that has never been trained begins with none, and a warm-up keeps its first steps small
 * (Adam's would be up to four times the rate late in a training).
 *
 * <p><b>Epochs and steps</b> are those of this {@code fit}, from 0; the network's own counters go
 * on where they are. A thaw makes a new network, whose listeners are those of the old; the network
 * given is not changed, and the last one is returned.
 *
 * <p><b>To go on</b> after a break, train the network that was saved with the stages that are left:
 * what is frozen, and the factors, are in the file.
 *
 * <p>This is a builder: each method changes it and returns it.
 *
 * @see <a href="https://arxiv.org/abs/1801.06146">Howard, Ruder (2018), section 3.3</a>
 */
public final class GradualUnfreezing {

  private static final String NAME = "gradual_unfreezing";

  private record Stage(int epoch, int step, Layers layers, double factor) {
    boolean isDue(int atEpoch, long atStep) {
      return epoch >= 0 ? atEpoch >= epoch : atStep >= step;
    }
  }

  private final List<Stage> stages = new ArrayList<>();
  private int warmupSteps;

  private GradualUnfreezing() {}

  /**
   * A plan without a stage.
   *
   * @return the plan
   */
  public static GradualUnfreezing of() {
    return new GradualUnfreezing();
  }

  /**
   * Lets layers learn from an epoch on.
   *
   * @param epoch the epoch, from 0
   * @param layers which layers
   * @return this
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the epoch is negative
   */
  public GradualUnfreezing atEpoch(int epoch, Layers layers) {
    return atEpoch(epoch, layers, 1);
  }

  /**
   * Lets layers learn from an epoch on, at a share of their rate.
   *
   * @param epoch the epoch, from 0
   * @param layers which layers
   * @param factor what their rate is multiplied by, above 0
   * @return this
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public GradualUnfreezing atEpoch(int epoch, Layers layers, double factor) {
    Checks.of(NAME).that(epoch >= 0, "epoch", "0 or more", epoch).done();
    return add(new Stage(epoch, -1, layers, factor));
  }

  /**
   * Lets layers learn from a step on.
   *
   * @param step the step, from 0
   * @param layers which layers
   * @return this
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the step is negative
   */
  public GradualUnfreezing atStep(int step, Layers layers) {
    return atStep(step, layers, 1);
  }

  /**
   * Lets layers learn from a step on, at a share of their rate.
   *
   * @param step the step, from 0
   * @param layers which layers
   * @param factor what their rate is multiplied by, above 0
   * @return this
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public GradualUnfreezing atStep(int step, Layers layers, double factor) {
    Checks.of(NAME).that(step >= 0, "step", "0 or more", step).done();
    return add(new Stage(-1, step, layers, factor));
  }

  private GradualUnfreezing add(Stage stage) {
    Objects.requireNonNull(stage.layers(), "the layers must not be null");
    Checks.of(NAME)
        .that(
            stage.factor() > 0 && stage.factor() < Double.POSITIVE_INFINITY,
            "factor",
            "in (0, inf)",
            stage.factor())
        .done();
    stages.add(stage);
    return this;
  }

  /**
   * Lets the rate of thawed layers rise in even steps from almost nothing; see {@link
   * UnfreezeWarmup}.
   *
   * @param steps how many; 0, the default, for none
   * @return this
   * @throws io.github.dl4jext.spi.InvalidArgumentException if negative
   */
  public GradualUnfreezing warmupSteps(int steps) {
    Checks.of(NAME).that(steps >= 0, "warmupSteps", "0 or more", steps).done();
    warmupSteps = steps;
    return this;
  }

  /**
   * Trains.
   *
   * @param network the network, which is not changed
   * @param data the training set, which is reset for every epoch
   * @param epochs how many, 1 or more
   * @return the trained network
   * @throws IllegalArgumentException if a stage names layers that the network does not have
   */
  public MultiLayerNetwork fit(MultiLayerNetwork network, DataSetIterator data, int epochs) {
    return run(network, data, epochs);
  }

  /**
   * Trains.
   *
   * @param network the graph, of one input and one output, which is not changed
   * @param data the training set, which is reset for every epoch
   * @param epochs how many, 1 or more
   * @return the trained graph
   * @throws IllegalArgumentException if a stage names layers that the graph does not have
   */
  public ComputationGraph fit(ComputationGraph network, DataSetIterator data, int epochs) {
    return run(network, data, epochs);
  }

  private <M extends Model> M run(M network, DataSetIterator data, int epochs) {
    Checks.of(NAME)
        .that(!stages.isEmpty(), "stages", "at least one", stages)
        .that(epochs >= 1, "epochs", "1 or more", epochs)
        .done();
    M model = frozenAtFirst(network);
    List<Stage> left = new ArrayList<>(stages);
    long step = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      model = thawDue(model, left, epoch, step);
      listeners(model).forEach(epochStart(model));
      if (epoch > 0 || data.resetSupported()) {
        data.reset();
      }
      while (data.hasNext()) {
        DataSet batch = data.next();
        model = thawDue(model, left, epoch, step++);
        if (model instanceof MultiLayerNetwork net) {
          net.fit(batch);
        } else {
          ((ComputationGraph) model).fit(batch);
        }
      }
      listeners(model).forEach(epochEnd(model));
      if (model instanceof MultiLayerNetwork net) {
        net.incrementEpochCount();
      } else {
        ((ComputationGraph) model).incrementEpochCount();
      }
    }
    return withoutOldRamps(model);
  }

  private <M extends Model> M frozenAtFirst(M network) {
    Topology topology = Topology.of(network);
    Set<String> frozen = new LinkedHashSet<>(topology.frozen());
    stages.forEach(stage -> frozen.addAll(stage.layers().keys(topology)));
    return FrozenCopy.of(network, frozen, (key, layer) -> {});
  }

  private <M extends Model> M thawDue(M model, List<Stage> left, int epoch, long step) {
    M current = model;
    for (Stage stage : stages) {
      if (left.contains(stage) && stage.isDue(epoch, step)) {
        left.remove(stage);
        current = thaw(current, stage);
      }
    }
    return current;
  }

  private <M extends Model> M thaw(M model, Stage stage) {
    Topology topology = Topology.of(model);
    Set<String> thawed = stage.layers().keys(topology);
    Set<String> frozen = new LinkedHashSet<>(topology.frozen());
    frozen.removeAll(thawed);
    int iteration = iteration(model);
    return FrozenCopy.of(
        model,
        frozen,
        (key, layer) -> {
          if (thawed.contains(key)) {
            LayerwiseRates.eachUpdater(
                layer,
                updater -> {
                  UpdaterRate rate = UpdaterRate.of(NAME, updater).times(stage.factor());
                  (warmupSteps == 0 ? rate : ramp(rate, iteration)).putInto(updater);
                });
          }
        });
  }

  private UpdaterRate ramp(UpdaterRate rate, int iteration) {
    ISchedule schedule =
        rate.schedule() == null ? new FixedSchedule(rate.number()) : rate.schedule();
    return new UpdaterRate(Double.NaN, new UnfreezeWarmup(schedule, iteration, warmupSteps));
  }

  /** Ramps that are over say nothing any more, and would need this library to be read. */
  private static <M extends Model> M withoutOldRamps(M model) {
    int iteration = iteration(model);
    return FrozenCopy.of(
        model,
        Topology.of(model).frozen(),
        (key, layer) ->
            LayerwiseRates.eachUpdater(layer, updater -> removeRamp(updater, iteration)));
  }

  private static void removeRamp(IUpdater updater, int iteration) {
    if (UpdaterRate.of(NAME, updater).schedule() instanceof UnfreezeWarmup ramp
        && ramp.isOver(iteration)) {
      UpdaterRate within =
          ramp.rate() instanceof FixedSchedule
              ? new UpdaterRate(ramp.rate().valueAt(0, 0), null)
              : new UpdaterRate(Double.NaN, ramp.rate());
      within.putInto(updater);
    }
  }

  private static int iteration(Model model) {
    return model instanceof MultiLayerNetwork net
        ? net.getIterationCount()
        : ((ComputationGraph) model).getConfiguration().getIterationCount();
  }

  private static Collection<TrainingListener> listeners(Model model) {
    return List.copyOf(
        model instanceof MultiLayerNetwork net
            ? net.getListeners()
            : ((ComputationGraph) model).getListeners());
  }

  private static Consumer<TrainingListener> epochStart(Model model) {
    return listener -> listener.onEpochStart(model);
  }

  private static Consumer<TrainingListener> epochEnd(Model model) {
    return listener -> listener.onEpochEnd(model);
  }
}
