package io.github.dl4jext.listeners.monitoring;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.diagnosis.AppliedRates;
import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Records one or more figures at the end of each epoch, as the history that Keras's {@code fit}
 * returns.
 *
 * <pre>{@code
 * History history = new History(Monitor.validationLoss(valid), Monitor.validationAccuracy(valid));
 * net.addListeners(history);
 * net.fit(train, 10);
 * double[] accuracy = history.of("validation accuracy");
 * }</pre>
 *
 * <p><b>Figures.</b> Two are always recorded. {@code loss} is the mean of the training loss over
 * the epoch's steps, each before its update, with dropout and regularization. {@code learning rate}
 * is that of the first layer that learns, in the epoch's last step, or NaN if there is none. The
 * figures of the {@link Monitor}s follow, in the order given.
 *
 * <p><b>Epochs</b> are counted from 0, as DL4J counts, and as {@link EarlyStopping#bestEpoch()}
 * does: {@code history.of("loss")[stopping.bestEpoch()]} is the loss of the best epoch if both
 * began to watch at the same epoch. Epochs of several calls of {@code fit} follow each other;
 * {@link #clear()} restarts the count.
 *
 * <p><b>Edges.</b> A figure that is NaN is recorded as NaN, and so is the loss of an epoch without
 * a batch. The steps of an epoch that was interrupted do not count in the loss of the next one. An
 * exception of a monitor is thrown by {@code fit}. When the network becomes another one (layers
 * frozen, unfrozen, a new head), the history continues.
 *
 * <p><b>Saving.</b> All values are saved, see {@link ResumableListener}.
 *
 * <p><b>Cost.</b> One pass over the validation data per figure and epoch.
 *
 * <p><b>Threads.</b> A history belongs to one network. {@code ParallelWrapper} announces no epochs,
 * and a warning says so: train with {@code ParallelTraining}.
 *
 * <p><b>Check.</b> Trained for ten epochs, each figure has ten values.
 *
 * <p><b>Departs from Keras.</b> Keras also records metrics of the training data; here each figure
 * needs a {@link Monitor}.
 *
 * @see <a href="https://keras.io/api/callbacks/">Keras: History</a>
 */
public final class History extends BaseTrainingListener implements StateOfTraining<History> {

  private static final long serialVersionUID = 1L;

  /** The name of the mean training loss. */
  public static final String LOSS = Monitor.trainingLoss().name();

  /** The name of the learning rate. */
  public static final String LEARNING_RATE = "learning rate";

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "history")
          .summary("Records training loss and learning rate at the end of each epoch.")
          .from("https://keras.io/api/callbacks/")
          .madeBy(arguments -> new History());

  /** Holds one figure, and its value after each epoch. */
  private record Figure(Monitor monitor, ArrayList<Double> values) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private final ArrayList<Figure> figures = new ArrayList<>();
  private MeanLoss loss = new MeanLoss();
  private final transient EpochWatch epochs =
      new EpochWatch(TECHNIQUE.name(), "nothing is written down");

  /**
   * Records the training loss, the learning rate, and other figures.
   *
   * @param others other figures, with names that differ from these two and from each other
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is null, or a name is taken
   */
  public History(Monitor... others) {
    Objects.requireNonNull(others, "history: others must be given, was null");
    add(Monitor.trainingLoss());
    add(Monitor.minimizing(LEARNING_RATE, AppliedRates::ofLastStep));
    for (Monitor other : others) {
      TECHNIQUE.checks().that(other != null, "monitor", "a monitor", other).done();
      add(other);
    }
  }

  private void add(Monitor monitor) {
    boolean isNew = !names().contains(monitor.name());
    TECHNIQUE.checks().that(isNew, "name", "one that is not taken", monitor.name()).done();
    figures.add(new Figure(monitor, new ArrayList<>()));
  }

  @Override
  public synchronized ListenerState state() {
    ListenerState values = new ListenerState();
    figures.forEach(
        each ->
            values.put(each.monitor.name(), each.values.stream().mapToDouble(d -> d).toArray()));
    return new ListenerState().put("figures", values).put("loss", loss.state());
  }

  @Override
  public synchronized void loadState(ListenerState before) {
    ListenerState values = before.part("figures");
    TECHNIQUE
        .checks()
        .that(
            values.names().equals(names()),
            "resumeFrom",
            "given one with " + names(),
            values.names())
        .done();
    clear();
    for (Figure each : figures) {
      for (double value : values.numbers(each.monitor.name())) {
        each.values.add(value);
      }
    }
    loss = MeanLoss.of(before.part("loss"));
  }

  @Override
  public synchronized void onEpochStart(Model model) {
    loss.beginEpoch();
    epochs.begin();
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    epochs.step(model);
    loss.add(model.score());
  }

  @Override
  public synchronized void onEpochEnd(Model model) {
    epochs.end();
    double[] now = figures.stream().mapToDouble(each -> each.monitor.of(model, loss)).toArray();
    for (int i = 0; i < now.length; i++) {
      figures.get(i).values.add(now[i]);
    }
    loss.clear();
  }

  /**
   * Copies the values of a figure, one per epoch.
   *
   * @param name the name of the figure
   * @return the values, from the first epoch on
   * @throws io.github.dl4jext.spi.InvalidArgumentException if there is no such figure
   */
  public synchronized double[] of(String name) {
    TECHNIQUE.checks().that(names().contains(name), "name", "one of " + names(), name).done();
    return figures.stream()
        .filter(each -> each.monitor.name().equals(name))
        .flatMap(each -> each.values.stream())
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  /**
   * Returns a figure after the last epoch.
   *
   * @param name the name of the figure
   * @return its value; NaN before the end of the first epoch
   * @throws io.github.dl4jext.spi.InvalidArgumentException if there is no such figure
   */
  public synchronized double last(String name) {
    double[] all = of(name);
    return all.length == 0 ? Double.NaN : all[all.length - 1];
  }

  /** Returns how many epochs have been recorded. */
  public synchronized int epochs() {
    return figures.get(0).values.size();
  }

  /** Returns the names of the figures, in the order in which they were added. */
  public synchronized List<String> names() {
    return figures.stream().map(each -> each.monitor.name()).toList();
  }

  /** Writes the history as comma-separated values with a header: epoch from 0, and the figures. */
  public synchronized String toCsv() {
    StringBuilder csv = new StringBuilder("epoch");
    names().forEach(name -> csv.append(',').append(name.replace(',', ' ')));
    csv.append('\n');
    for (int epoch = 0; epoch < epochs(); epoch++) {
      csv.append(epoch);
      for (Figure each : figures) {
        csv.append(',').append(each.values.get(epoch));
      }
      csv.append('\n');
    }
    return csv.toString();
  }

  /** Forgets all epochs; the figures stay. */
  public synchronized void clear() {
    figures.forEach(each -> each.values.clear());
    loss.clear();
  }

  @Override
  public synchronized String toString() {
    return "History(figures=" + names() + ", epochs=" + epochs() + ")";
  }

  private synchronized void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
  }

  /** Checks the names, and that all figures have equally many values, after serialization. */
  private Object readResolve() {
    boolean whole = figures.stream().mapToInt(each -> each.values.size()).distinct().count() == 1;
    TECHNIQUE.checks().that(whole, "values", "of one length", figures).done();
    Monitor[] others = figures.stream().skip(2).map(Figure::monitor).toArray(Monitor[]::new);
    History loaded = new History(others);
    loaded.resumeFrom(this);
    return loaded;
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
