package io.github.dl4jext.spark;

import io.github.dl4jext.network.LearningRate;
import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.PerModelState;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spark.StepTally.Learnt;
import io.github.dl4jext.spi.ParameterName;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Stands in the place of the listeners on an executor: a network that is new there begins at the
 * counts of the driver's, listeners are called as usual, and steps are counted.
 *
 * <p>DL4J asks hooks before a step, where weights are averaged, and announces an epoch to
 * listeners, where gradients are shared by one worker. Where several share them the first thing
 * that is told of is the forward pass.
 *
 * <p>It is never serialized itself: {@link ShippedListeners} is.
 */
class WorkerSteps extends BaseTrainingListener implements TrainingHook {

  private static final long serialVersionUID = 1L;

  private static final long NO_TASK = -1;

  /** Where one network is. */
  private static final class Place {
    private int shipment = -1;
    private int steps;
  }

  private transient volatile TrainingListener[] listeners;
  private final transient PerModelState<Place> places = new PerModelState<>(model -> new Place());
  private int shipment = -1;
  private transient TrainingProgress progress = TrainingProgress.NONE;
  private transient Map<ParameterName, LearningRate> rates = Map.of();
  private transient StepTally tally = StepTally.NONE;

  /** The network that has stepped last, and the task whose thread that was. */
  private transient WeakReference<Model> trained = new WeakReference<>(null);

  private transient long trainedBy = NO_TASK;

  WorkerSteps(TrainingListener[] listeners) {
    this.listeners = listeners.clone();
  }

  /**
   * Takes the state of the driver's network as it was when the listeners were sent.
   *
   * @param number counts what was sent; of several with the same number the first is taken
   * @param now the counts of the driver's network
   * @param ratesNow its rates; empty if nothing is to be done about them
   * @param other the listeners that are called from now on, or null if they stay
   */
  synchronized void receive(
      int number,
      TrainingProgress now,
      Map<ParameterName, LearningRate> ratesNow,
      TrainingListener @Nullable [] other) {
    if (number > shipment) {
      listeners = other == null ? listeners : other;
      shipment = number;
      progress = now;
      rates = ratesNow;
    }
  }

  /** Returns what was counted since the last call. */
  synchronized StepTally take() {
    StepTally taken = tally;
    tally = StepTally.NONE;
    return taken;
  }

  /**
   * Returns what was counted since the last call, with the network, if it was trained in the task
   * that ends, or in threads that are no task's.
   *
   * @param task the task
   */
  synchronized StepTally takeWithNetwork(TaskContext task) {
    Model model = trained.get();
    long own = task.taskAttemptId();
    if (model == null || tally.steps() == 0 || trainedBy != NO_TASK && trainedBy != own) {
      return take();
    }
    Network network = Network.of(model);
    Learnt learnt =
        new Learnt(
            places.of(model).steps,
            network.parameters().dup(),
            network.updaterStateView().map(INDArray::dup).orElse(null));
    return take().with(SparkEnv.get().executorId(), learnt);
  }

  /**
   * Gives a network its counts: a new one those of the driver's, one that goes on its own number of
   * steps, as DL4J may set it to that of another executor.
   */
  private synchronized void begin(Model model) {
    Place place = places.of(model);
    Network network = Network.of(model);
    if (place.shipment < 0) {
      place.steps = progress.iterations();
    } else if (place.shipment < shipment && !rates.isEmpty()) {
      LearningRates own = LearningRates.of(SparkTraining.NAME, network);
      if (!own.values().equals(rates)) {
        own.put(rates);
      }
    }
    place.shipment = shipment;
    TrainingProgress due = new TrainingProgress(place.steps, progress.epochs());
    if (!network.progress().equals(due)) {
      network.setProgress(due);
    }
  }

  private synchronized void count(Model model) {
    Place place = places.of(model);
    tally = tally.plus(StepTally.ofStep(model.score(), place.steps));
    place.steps++;
    TaskContext task = TaskContext.get();
    trained = new WeakReference<>(model);
    trainedBy = task == null ? NO_TASK : task.taskAttemptId();
  }

  private synchronized void count(RuntimeException thrown) {
    tally = tally.plus(StepTally.ofFailure(thrown));
  }

  private void tell(Consumer<TrainingListener> event) {
    try {
      for (TrainingListener listener : listeners) {
        event.accept(listener);
      }
    } catch (RuntimeException e) {
      count(e); // DL4J may keep it to itself
      throw e;
    }
  }

  @Override
  public void onEpochStart(Model model) {
    begin(model);
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    begin(model);
    tell(listener -> listener.onForwardPass(model, activations));
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    begin(model);
    tell(listener -> listener.onForwardPass(model, activations));
  }

  @Override
  public void onGradientCalculation(Model model) {
    tell(listener -> listener.onGradientCalculation(model));
  }

  @Override
  public void onBackwardPass(Model model) {
    tell(listener -> listener.onBackwardPass(model));
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    tell(listener -> listener.iterationDone(model, iteration, epoch));
    count(model);
  }

  @Override
  public void preUpdate(DataSet minibatch, Model model) {
    begin(model);
  }

  @Override
  public void preUpdate(MultiDataSet minibatch, Model model) {
    begin(model);
  }

  @Override
  public void postUpdate(DataSet minibatch, Model model) {
    // the listeners are told
  }

  @Override
  public void postUpdate(MultiDataSet minibatch, Model model) {
    // the listeners are told
  }
}
