package io.github.dl4jext.transfer.finetuning;

import io.github.dl4jext.network.Epoch;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.StopsTraining;
import io.github.dl4jext.network.UnfinishedTraining;
import io.github.dl4jext.spi.Checks;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Trains a network whose layers are unfrozen one group after the other: the head learns first, and
 * the layers below follow when its gradients have become useful.
 *
 * <pre>{@code
 * MultiLayerNetwork tuned =
 *     new GradualUnfreezing()
 *         .atEpoch(0, LayerSelector.at(4))
 *         .atEpoch(1, LayerSelector.at(3), 0.5)
 *         .atEpoch(2, LayerSelector.upTo(2), 0.1)
 *         .warmupSteps(50)
 *         .fit(net, data, 5);
 * }</pre>
 *
 * <p>The layers that a stage names are frozen until its epoch or step; layers that were frozen
 * before and that no stage names stay frozen. From then on, the stage's layers learn at their own
 * rate or schedule, multiplied by the stage's factor. The updater's state of all layers is kept
 * throughout. A layer that has never been trained begins without one; a warm-up keeps its first
 * steps small (late in a training, Adam's first steps would be up to four times the rate).
 *
 * <p><b>Epochs and steps</b> are those of the network, counted from the beginning of the plan. The
 * given network is not changed. Each stage makes a new network with the listeners of the previous
 * one, which are told that the training continues; see {@link Network#sameTrainingAs}. The network
 * of the last stage that was carried out is returned.
 *
 * <p><b>To resume</b> an interrupted training, give the saved network to the same plan. Stages that
 * were carried out before are not repeated, and their factors stay in effect. The saved file says
 * which stages these are (see {@link StagedRate}), until the last stage has been carried out and
 * {@code fit} has ended.
 *
 * <p><b>The end.</b> A listener that implements {@link StopsTraining} can end the training after an
 * epoch: {@code fit(net, data, 50, stopping)}. If an exception ends it, {@link
 * UnfinishedTraining#networkOf} gives the network.
 *
 * <p>Each method changes the plan and returns it.
 *
 * @see <a href="https://arxiv.org/abs/1801.06146">Howard, Ruder (2018), section 3.3</a>
 */
public final class GradualUnfreezing {

  static final String NAME = "gradual_unfreezing";

  /** An iterator of either type. */
  private record Data(
      boolean canReset, Runnable reset, BooleanSupplier hasNext, Consumer<Network> fitNext) {}

  private final List<UnfreezingStage> stages = new ArrayList<>();
  private int warmupSteps;

  /** Makes a plan without stages. */
  public GradualUnfreezing() {}

  /**
   * Lets layers learn from an epoch on.
   *
   * @param epoch the epoch of the plan, from 0
   * @param layers which layers
   * @return this
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the epoch is negative
   */
  public GradualUnfreezing atEpoch(int epoch, LayerSelector layers) {
    return atEpoch(epoch, layers, 1);
  }

  /**
   * Lets layers learn from an epoch on, with their rate multiplied by a factor.
   *
   * @param epoch the epoch of the plan, from 0
   * @param layers which layers
   * @param factor the factor of their rate, in {@code (0, inf)}
   * @return this
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public GradualUnfreezing atEpoch(int epoch, LayerSelector layers, double factor) {
    Checks.of(NAME).that(epoch >= 0, "epoch", "0 or more", epoch).done();
    return add(new UnfreezingStage(epoch, -1, layers, factor));
  }

  /**
   * Lets layers learn from a step on.
   *
   * @param step the step of the plan, from 0
   * @param layers which layers
   * @return this
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the step is negative
   */
  public GradualUnfreezing atStep(int step, LayerSelector layers) {
    return atStep(step, layers, 1);
  }

  /**
   * Lets layers learn from a step on, with their rate multiplied by a factor.
   *
   * @param step the step of the plan, from 0
   * @param layers which layers
   * @param factor the factor of their rate, in {@code (0, inf)}
   * @return this
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public GradualUnfreezing atStep(int step, LayerSelector layers, double factor) {
    Checks.of(NAME).that(step >= 0, "step", "0 or more", step).done();
    return add(new UnfreezingStage(-1, step, layers, factor));
  }

  private GradualUnfreezing add(UnfreezingStage stage) {
    stages.add(stage);
    return this;
  }

  /**
   * Lets the rate of unfrozen layers rise linearly to its full value; see {@link UnfreezeWarmup}.
   *
   * @param steps how many steps are below the full rate; 0, the default, for no warm-up
   * @return this
   * @throws io.github.dl4jext.spi.InvalidArgumentException if {@code steps} is negative
   */
  public GradualUnfreezing warmupSteps(int steps) {
    Checks.of(NAME).that(steps >= 0, "warmupSteps", "0 or more", steps).done();
    warmupSteps = steps;
    return this;
  }

  /**
   * Trains by the plan. If a listener or the data throws, the exception carries the network as it
   * was trained up to then (see {@link UnfinishedTraining}); {@code fit} with that network resumes
   * the plan at the stage that it had reached.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph} with one input and one
   *     output; not changed
   * @param data the training set, which is reset for every epoch
   * @param epochs how many epochs to train in this call, 1 or more; fewer are trained if a listener
   *     stops the training
   * @param more listeners, such as early stopping, that are added to those of the network
   * @param <M> the type of the network
   * @return the trained network
   * @throws IllegalArgumentException if the plan has no stage, {@code epochs} is below 1, or a
   *     stage names layers that the network does not have
   */
  public <M extends Model> M fit(
      M network, DataSetIterator data, int epochs, TrainingListener... more) {
    Objects.requireNonNull(more, "gradual unfreezing: more must be given, was null");
    Objects.requireNonNull(data, "the data must not be null");
    return fit(
        network,
        new Data(data.resetSupported(), data::reset, data::hasNext, now -> now.fit(data.next())),
        epochs,
        List.of(more));
  }

  /**
   * Trains by the plan. If a listener or the data throws, the exception carries the network as it
   * was trained up to then (see {@link UnfinishedTraining}); {@code fit} with that network resumes
   * the plan at the stage that it had reached.
   *
   * @param network a {@code ComputationGraph}; not changed
   * @param data the training set, which is reset for every epoch
   * @param epochs how many epochs to train in this call, 1 or more; fewer are trained if a listener
   *     stops the training
   * @param more listeners, such as early stopping, that are added to those of the network
   * @param <M> the type of the network
   * @return the trained network
   * @throws IllegalArgumentException if the plan has no stage, {@code epochs} is below 1, or a
   *     stage names layers that the network does not have
   */
  public <M extends Model> M fit(
      M network, MultiDataSetIterator data, int epochs, TrainingListener... more) {
    Objects.requireNonNull(more, "gradual unfreezing: more must be given, was null");
    Objects.requireNonNull(data, "the data must not be null");
    return fit(
        network,
        new Data(data.resetSupported(), data::reset, data::hasNext, now -> now.fit(data.next())),
        epochs,
        List.of(more));
  }

  private <M extends Model> M fit(M network, Data data, int epochs, List<TrainingListener> more) {
    Checks.of(NAME)
        .that(!stages.isEmpty(), "stages", "at least one", stages)
        .that(epochs >= 1, "epochs", "1 or more", epochs)
        .done();
    StagedTraining<M> training = new StagedTraining<>(network, stages, warmupSteps);
    List<TrainingListener> listeners = new ArrayList<>(training.network().listeners());
    more.stream().filter(listener -> !listeners.contains(listener)).forEach(listeners::add);
    training.network().setListeners(listeners);
    try {
      for (int epoch = 0;
          epoch < epochs && !StopsTraining.isWantedBy(training.network());
          epoch++) {
        training.unfreezeDue();
        if (epoch > 0 || data.canReset()) {
          data.reset().run();
        }
        Epoch.begin(training.network());
        while (data.hasNext().getAsBoolean()) {
          training.unfreezeDue();
          data.fitNext().accept(training.network());
        }
        Epoch.end(training.network());
      }
    } catch (RuntimeException | Error e) {
      training.network().leaveStep();
      UnfinishedTraining.addTo(e, training.model());
      throw e;
    }
    M finished = training.finished();
    StopsTraining.tellOfEnd(Network.of(finished));
    return finished;
  }
}
