package io.github.dl4jext.spark;

import io.github.dl4jext.network.LearningRate;
import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.PerModelState;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.ParameterName;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Stands in the place of the listeners on an executor: a network that is new there begins at the
 * counts of the driver's, listeners are called as ever, and steps are counted.
 *
 * <p>DL4J asks hooks before a step, where weights are averaged, and announces an epoch to
 * listeners, where gradients are shared by one worker. Where several share them the first thing
 * that is told of is the forward pass.
 *
 * <p>It is never serialized itself: {@link ShippedListeners} is.
 */
class WorkerSteps extends BaseTrainingListener implements TrainingHook {

  private static final long serialVersionUID = 1L;

  /** What a network was told last. */
  private static final class Told {
    private int shipment = -1;
  }

  private final transient List<TrainingListener> listeners;
  private final transient PerModelState<Told> told = new PerModelState<>(model -> new Told());
  private int shipment = -1;
  private transient TrainingProgress progress = TrainingProgress.NONE;
  private transient Map<ParameterName, LearningRate> rates = Map.of();
  private transient StepTally tally = StepTally.NONE;

  WorkerSteps(List<TrainingListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  /** Takes the state of the driver's network as it was when the listeners were sent. */
  synchronized void receive(
      int number, TrainingProgress now, Map<ParameterName, LearningRate> ratesNow) {
    if (number > shipment) {
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

  private synchronized void count(StepTally step) {
    tally = tally.plus(step);
  }

  /** A network that goes on keeps its count of steps, as it is another one than the driver's. */
  private synchronized void begin(Model model) {
    Told last = told.of(model);
    if (last.shipment == shipment) {
      return;
    }
    Network network = Network.of(model);
    if (last.shipment < 0) {
      network.setProgress(progress);
    } else {
      int steps = network.progress().iterations();
      network.setProgress(new TrainingProgress(steps, progress.epochs()));
      LearningRates own = LearningRates.of(SparkTraining.NAME, network);
      if (!own.values().equals(rates)) {
        own.put(rates);
      }
    }
    last.shipment = shipment;
  }

  private void tell(Model model, Consumer<TrainingListener> event) {
    begin(model);
    try {
      listeners.forEach(event);
    } catch (RuntimeException e) {
      count(StepTally.ofFailure(e)); // DL4J may keep it to itself
      throw e;
    }
  }

  @Override
  public void onEpochStart(Model model) {
    begin(model);
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    tell(model, listener -> listener.onForwardPass(model, activations));
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    tell(model, listener -> listener.onForwardPass(model, activations));
  }

  @Override
  public void onGradientCalculation(Model model) {
    tell(model, listener -> listener.onGradientCalculation(model));
  }

  @Override
  public void onBackwardPass(Model model) {
    tell(model, listener -> listener.onBackwardPass(model));
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    tell(model, listener -> listener.iterationDone(model, iteration, epoch));
    count(StepTally.ofStep(model.score(), iteration));
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
