package io.github.dl4jext.spark;

import io.github.dl4jext.network.LearningRate;
import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.ParameterName;
import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * Provides what DL4J gets on the driver. Each time that Spark serializes it, the counts and rates
 * of the driver's network are read; on an executor it becomes {@link WorkerSteps}.
 */
final class ShippedListeners extends WorkerSteps {

  private static final long serialVersionUID = 1L;

  private final transient Network driver;
  private final transient boolean networksStay;
  private final transient TallyAccumulator tallies;
  private final String training = UUID.randomUUID().toString();
  private transient TrainingListener[] listeners = {};
  private transient int shipments;
  private transient @Nullable Shipment last;

  /**
   * Takes what is sent.
   *
   * @param driver the network on the driver
   * @param networksStay whether an executor keeps its network from task to task
   * @param tallies brings back what was counted; registered
   */
  ShippedListeners(Network driver, boolean networksStay, TallyAccumulator tallies) {
    super(new TrainingListener[0]);
    this.driver = driver;
    this.networksStay = networksStay;
    this.tallies = tallies;
  }

  /** Sets what the executors are to call from now on. */
  synchronized void setListeners(List<TrainingListener> now) {
    listeners = now.toArray(new TrainingListener[0]);
    last = null;
  }

  /** The same object for the same counts: DL4J has this as a listener and as a hook. */
  private synchronized Object writeReplace() {
    TrainingProgress now = driver.progress();
    if (last == null || !last.progress().equals(now)) {
      last =
          new Shipment(
              training,
              shipments++,
              last == null,
              now.iterations(),
              now.epochs(),
              networksStay ? rates() : new HashMap<>(),
              networksStay,
              listeners,
              tallies);
    }
    return last;
  }

  /** Networks that stay do not get the driver's configuration anew. */
  private HashMap<ParameterName, LearningRate> rates() {
    try {
      return new HashMap<>(LearningRates.of(SparkTraining.NAME, driver).values());
    } catch (IllegalStateException e) {
      return new HashMap<>(); // an updater whose rate nobody can change
    }
  }

  /** What travels. */
  private record Shipment(
      String training,
      int number,
      boolean first,
      int iterations,
      int epochs,
      HashMap<ParameterName, LearningRate> rates,
      boolean networksStay,
      TrainingListener[] listeners,
      TallyAccumulator tallies)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Where networks stay, so do their listeners: for as long as a network has them. */
    private static final Map<String, WeakReference<WorkerSteps>> STAYING = new HashMap<>();

    TrainingProgress progress() {
      return new TrainingProgress(iterations, epochs);
    }

    private Object readResolve() {
      WorkerSteps steps = networksStay ? staying() : new WorkerSteps(listeners);
      steps.receive(number, progress(), rates, first ? listeners : null);
      TaskContext task = TaskContext.get();
      if (task != null) {
        task.addTaskCompletionListener(new Delivery(steps, networksStay, tallies));
      }
      return steps;
    }

    private WorkerSteps staying() {
      synchronized (STAYING) {
        STAYING.values().removeIf(reference -> reference.refersTo(null));
        WeakReference<WorkerSteps> known = STAYING.get(training);
        WorkerSteps steps = known == null ? null : known.get();
        if (steps == null) {
          steps = new WorkerSteps(listeners);
          STAYING.put(training, new WeakReference<>(steps));
        }
        return steps;
      }
    }
  }

  /** Hands what was counted to the task that ends, of which there may be several at a time. */
  private record Delivery(WorkerSteps steps, boolean withNetwork, TallyAccumulator tallies)
      implements TaskCompletionListener {

    @Override
    public void onTaskCompletion(TaskContext task) {
      tallies.add(withNetwork ? steps.takeWithNetwork(task) : steps.take());
    }
  }
}
