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
 * Trains a network whose layers are unfrozen one group after the other: first the head learns,
 * then, when its gradients have become useful, the layers below.
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
 * <p>All layers that a stage names are frozen until its time, besides those that are frozen
 * already. From then on they learn at the rate or schedule that they have, times the stage's
 * factor. The updater's state is kept throughout, that of other layers and of those that are
 * unfrozen; a layer that has never been trained begins with none, and a warm-up keeps its first
 * steps small (Adam's would be up to four times the rate late in a training).
 *
 * <p><b>Epochs and steps</b> are counted by the network from where the plan began. The network
 * given is not changed. Each stage makes a new network, which has the listeners of the one before;
 * they are told that the training goes on, see {@link Network#sameTrainingAs}. The last of these
 * networks is returned, the very one that was trained.
 *
 * <p><b>To go on</b> after a break, give the network that was saved to the same plan: the stages
 * that it has passed are passed, with their factors. How far it was is in the file, see {@link
 * StagedRate}, until the last stage is carried out and {@code fit} has ended.
 *
 * <p><b>The end.</b> A listener that {@link StopsTraining} ends it after an epoch: {@code fit(net,
 * data, 50, stopping)}. If an exception does, {@link UnfinishedTraining#networkOf} has the network.
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

  /** Makes a plan without a stage. */
  public GradualUnfreezing() {}

  /**
   * Lets layers learn from an epoch on.
   *
   * @param epoch the epoch, from 0
   * @param layers which layers
   * @return this
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the epoch is negative
   */
  public GradualUnfreezing atEpoch(int epoch, LayerSelector layers) {
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
  public GradualUnfreezing atEpoch(int epoch, LayerSelector layers, double factor) {
    Checks.of(NAME).that(epoch >= 0, "epoch", "0 or more", epoch).done();
    return add(new UnfreezingStage(epoch, -1, layers, factor));
  }

  /**
   * Lets layers learn from a step on.
   *
   * @param step the step, from 0
   * @param layers which layers
   * @return this
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the step is negative
   */
  public GradualUnfreezing atStep(int step, LayerSelector layers) {
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
  public GradualUnfreezing atStep(int step, LayerSelector layers, double factor) {
    Checks.of(NAME).that(step >= 0, "step", "0 or more", step).done();
    return add(new UnfreezingStage(-1, step, layers, factor));
  }

  private GradualUnfreezing add(UnfreezingStage stage) {
    stages.add(stage);
    return this;
  }

  /**
   * Lets the rate of unfrozen layers rise in even steps from almost nothing; see {@link
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
   * Trains. If a listener or the data throw, the exception carries the network reached so far, see
   * {@link UnfinishedTraining}; fitting that goes on with its stage.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph} of one input and one
   *     output, which is not changed
   * @param data the training set, which is reset for every epoch
   * @param epochs how many more, 1 or more; fewer if a listener stops the training
   * @param more listeners for this training, such as early stopping, besides those of the network
   * @param <M> its type
   * @return the trained network
   * @throws IllegalArgumentException if a stage names layers that the network does not have
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
   * Trains. If a listener or the data throw, the exception carries the network reached so far, see
   * {@link UnfinishedTraining}; fitting that goes on with its stage.
   *
   * @param network a {@code ComputationGraph}, which is not changed
   * @param data the training set, which is reset for every epoch
   * @param epochs how many more, 1 or more; fewer if a listener stops the training
   * @param more listeners for this training, such as early stopping, besides those of the network
   * @param <M> its type
   * @return the trained network
   * @throws IllegalArgumentException if a stage names layers that the network does not have
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
