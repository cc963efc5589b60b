package io.github.dl4jext.listeners.monitoring;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.diagnosis.AppliedRates;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Writes down a figure or more at the end of each epoch: what Keras's {@code fit} returns.
 *
 * <pre>{@code
 * History history = new History(Monitor.validationLoss(valid), Monitor.validationAccuracy(valid));
 * net.addListeners(history);
 * net.fit(train, 10);
 * double[] accuracy = history.of("validation accuracy");
 * }</pre>
 *
 * <p><b>Figures.</b> Always there are {@code loss}, the mean of the training loss over the epoch's
 * steps, each before its update, with dropout and regularization; and {@code learning rate}, that
 * of the first trainable layer in the epoch's last step, NaN where there is none. Those of the
 * {@link Monitor}s follow, in the order given.
 *
 * <p><b>Epochs</b> are counted from 0, as DL4J counts, and as {@link EarlyStopping#bestEpoch()}
 * does: {@code history.of("loss")[stopping.bestEpoch()]} is the loss of the best epoch where both
 * watched from the same one on. Epochs of several calls of {@code fit} follow each other; {@link
 * #clear()} starts anew.
 *
 * <p><b>Edges.</b> A figure that is NaN is written down as such; so is the loss of an epoch without
 * a batch. The steps of an epoch that was broken off do not count in the next one's loss. What a
 * monitor throws comes out of {@code fit}. When the network becomes another one (layers frozen,
 * thawed, a new head), the history goes on.
 *
 * <p><b>Saving.</b> All values are stored, see {@link ResumableListener}.
 *
 * <p><b>Cost.</b> One pass over the validation data per figure and epoch.
 *
 * <p><b>Threads.</b> Of one network. {@code ParallelWrapper} announces no epochs: call {@link
 * #onEpochEnd} after each of its {@code fit}.
 *
 * <p><b>Check.</b> Trained for ten epochs, each figure has ten values.
 *
 * <p><b>Departs from Keras.</b> There metrics of the training data are gathered too; here a {@link
 * Monitor} names what is wanted.
 *
 * @see <a href="https://keras.io/api/callbacks/">Keras: History</a>
 */
public final class History extends BaseTrainingListener implements ResumableListener<History> {

  private static final long serialVersionUID = 1L;

  /** The name of the mean training loss. */
  public static final String LOSS = Monitor.trainingLoss().name();

  /** The name of the learning rate. */
  public static final String LEARNING_RATE = "learning rate";

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "history")
          .summary("Writes down training loss and learning rate at the end of each epoch.")
          .from("https://keras.io/api/callbacks/")
          .madeBy(arguments -> new History());

  private final List<Monitor> monitors = new ArrayList<>();
  private final Map<String, List<Double>> values = new LinkedHashMap<>();
  private MeanLoss loss = new MeanLoss();

  /**
   * Writes down training loss and learning rate, and what else is named.
   *
   * @param others other figures; none named as those two, or twice
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is null, or a name is taken
   */
  public History(Monitor... others) {
    monitors.add(Monitor.trainingLoss());
    monitors.add(Monitor.minimizing(LEARNING_RATE, AppliedRates::ofLastStep));
    for (Monitor other : others) {
      TECHNIQUE.checks().that(other != null, "monitor", "a monitor", other).done();
      monitors.add(other);
    }
    for (Monitor monitor : monitors) {
      boolean taken = values.put(monitor.name(), new ArrayList<>()) != null;
      TECHNIQUE.checks().that(!taken, "name", "one that is not taken", monitor.name()).done();
    }
  }

  @Override
  public synchronized void resumeFrom(History before) {
    TECHNIQUE
        .checks()
        .that(names().equals(before.names()), "resumeFrom", "given one with " + names(), before)
        .done();
    clear();
    before.values.forEach((name, list) -> values.get(name).addAll(list));
    loss = before.loss.copy();
  }

  @Override
  public synchronized void onEpochStart(Model model) {
    loss.beginEpoch();
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    loss.add(model.score());
  }

  @Override
  public synchronized void onEpochEnd(Model model) {
    double[] now = monitors.stream().mapToDouble(monitor -> monitor.of(model, loss)).toArray();
    for (int i = 0; i < now.length; i++) {
      values.get(monitors.get(i).name()).add(now[i]);
    }
    loss.clear();
  }

  /**
   * A figure after each epoch.
   *
   * @param name the figure
   * @return a copy, one value per epoch
   * @throws io.github.dl4jext.spi.InvalidArgumentException if there is no such figure
   */
  public synchronized double[] of(String name) {
    TECHNIQUE
        .checks()
        .that(values.containsKey(name), "name", "one of " + values.keySet(), name)
        .done();
    return values.get(name).stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * A figure after the last epoch.
   *
   * @param name the figure
   * @return the value; NaN before the first epoch's end
   * @throws io.github.dl4jext.spi.InvalidArgumentException if there is no such figure
   */
  public synchronized double last(String name) {
    double[] all = of(name);
    return all.length == 0 ? Double.NaN : all[all.length - 1];
  }

  /**
   * How many epochs have been written down.
   *
   * @return 0 or more
   */
  public synchronized int epochs() {
    return values.values().stream().mapToInt(List::size).findFirst().orElse(0);
  }

  /**
   * The names of the figures.
   *
   * @return in the order in which they were added
   */
  public synchronized List<String> names() {
    return List.copyOf(values.keySet());
  }

  /**
   * The history as a table: epoch from 0, and the figures.
   *
   * @return lines of comma-separated values, with a header
   */
  public synchronized String toCsv() {
    StringBuilder csv = new StringBuilder("epoch");
    values.keySet().forEach(name -> csv.append(',').append(name.replace(',', ' ')));
    csv.append('\n');
    for (int epoch = 0; epoch < epochs(); epoch++) {
      csv.append(epoch);
      for (List<Double> ofFigure : values.values()) {
        csv.append(',').append(ofFigure.get(epoch));
      }
      csv.append('\n');
    }
    return csv.toString();
  }

  /** Forgets all epochs; the figures stay. */
  public synchronized void clear() {
    values.values().forEach(List::clear);
    loss.clear();
  }

  @Override
  public synchronized String toString() {
    return "History(figures=" + values.keySet() + ", epochs=" + epochs() + ")";
  }

  /** A list of values for each figure, of one length, is checked when it is read. */
  private synchronized Object writeReplace() {
    return new Stored(new ArrayList<>(monitors), new LinkedHashMap<>(values), loss.copy());
  }

  private record Stored(List<Monitor> monitors, Map<String, List<Double>> values, MeanLoss loss)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    private Object readResolve() {
      List<Monitor> others = monitors.subList(2, monitors.size());
      History loaded = new History(others.toArray(Monitor[]::new));
      boolean whole =
          values.keySet().equals(loaded.values.keySet())
              && values.values().stream().mapToInt(List::size).distinct().count() == 1;
      TECHNIQUE.checks().that(whole, "values", "of each figure and of one length", values).done();
      values.forEach((name, list) -> loaded.values.get(name).addAll(list));
      loaded.loss = loss;
      return loaded;
    }
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
