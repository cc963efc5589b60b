package io.github.dl4jext.listeners.monitoring;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.diagnosis.LoggedRate;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Plugin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Writes down a figure or more at the end of each epoch: what Keras's {@code fit} returns.
 *
 * <pre>{@code
 * History history = new History().validationLoss(valid).validationAccuracy(valid);
 * net.addListeners(history);
 * net.fit(train, 10);
 * double[] accuracy = history.of("validation accuracy");
 * }</pre>
 *
 * <p><b>Figures.</b> Always there are {@code loss}, the mean of the training loss over the epoch's
 * steps, each before its update, with dropout and regularization; and {@code learning rate}, that
 * of the first trainable layer in the epoch's last step, NaN where there is none. Others are added
 * by name, before training, and are asked for in the order given.
 *
 * <p><b>Edges.</b> A figure that is NaN is written down as such. What a figure's function throws
 * comes out of {@code fit}. Epochs of several calls of {@code fit} follow each other; {@link
 * #clear()} starts anew.
 *
 * <p><b>Cost.</b> One pass over the validation data per figure and epoch.
 *
 * <p><b>Threads.</b> Of one network. {@code ParallelWrapper} announces no epochs: call {@link
 * #onEpochEnd} after each of its {@code fit}.
 *
 * <p><b>Check.</b> Trained for ten epochs, each figure has ten values.
 *
 * <p><b>Departs from Keras.</b> There metrics of the training data are gathered too; here {@link
 * #figure} adds what is wanted.
 *
 * @see <a href="https://keras.io/api/callbacks/">Keras: History</a>
 */
public final class History extends BaseTrainingListener {

  /** The name of the mean training loss. */
  public static final String LOSS = "loss";

  /** The name of the learning rate. */
  public static final String LEARNING_RATE = "learning rate";

  private static final String NAME = "history";

  private final Map<String, ToDoubleFunction<Model>> figures = new LinkedHashMap<>();
  private final Map<String, List<Double>> values = new LinkedHashMap<>();
  private double lossOfSteps;
  private int steps;

  /** Writes down training loss and learning rate. */
  public History() {
    figure(LOSS, model -> lossOfSteps / steps);
    figure(LEARNING_RATE, LoggedRate::ofLastStep);
  }

  /**
   * Adds {@code validation loss}: the mean over all examples, with L1 and L2 as in training.
   *
   * @param data validation data that can be reset
   * @return this
   */
  public History validationLoss(DataSetIterator data) {
    return figure("validation loss", Validation.loss(NAME, data));
  }

  /**
   * Adds {@code validation accuracy}: the share of the data that is classified rightly.
   *
   * @param data validation data that can be reset
   * @return this
   */
  public History validationAccuracy(DataSetIterator data) {
    return figure("validation accuracy", Validation.accuracy(NAME, data));
  }

  /**
   * Adds any figure.
   *
   * @param name what it is; not one that is there already
   * @param function of the network, asked at the end of each epoch
   * @return this
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is null, the name is taken, or an
   *     epoch has been written down already
   */
  public synchronized History figure(String name, ToDoubleFunction<Model> function) {
    Checks.of(NAME)
        .that(name != null && !figures.containsKey(name), "name", "one that is not taken", name)
        .that(function != null, "function", "a function", function)
        .that(epochs() == 0, "figures", "added before the first epoch", name)
        .done();
    figures.put(name, function);
    values.put(name, new ArrayList<>());
    return this;
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    lossOfSteps += model.score();
    steps++;
  }

  @Override
  public synchronized void onEpochEnd(Model model) {
    Map<String, Double> now = new LinkedHashMap<>();
    figures.forEach((name, function) -> now.put(name, function.applyAsDouble(model)));
    now.forEach((name, value) -> values.get(name).add(value));
    lossOfSteps = 0;
    steps = 0;
  }

  /**
   * A figure after each epoch.
   *
   * @param name the figure
   * @return a copy, one value per epoch
   * @throws io.github.dl4jext.spi.InvalidArgumentException if there is no such figure
   */
  public synchronized double[] of(String name) {
    Checks.of(NAME)
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
   * The history as a table: epoch from 1, and the figures.
   *
   * @return lines of comma-separated values, with a header
   */
  public synchronized String toCsv() {
    StringBuilder csv = new StringBuilder("epoch");
    values.keySet().forEach(name -> csv.append(',').append(name.replace(',', ' ')));
    csv.append('\n');
    for (int epoch = 0; epoch < epochs(); epoch++) {
      csv.append(epoch + 1);
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
    lossOfSteps = 0;
    steps = 0;
  }

  @Override
  public synchronized String toString() {
    return "History(figures=" + values.keySet() + ", epochs=" + epochs() + ")";
  }

  /** Finds {@code history} by name. */
  @SuppressWarnings("rawtypes") // a service type has no type argument
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<TrainingListener> {

    /** States what the plugin is. */
    public Provider() {
      super(
          TrainingListener.class,
          NAME,
          "Writes down training loss and learning rate at the end of each epoch.",
          "https://keras.io/api/callbacks/");
    }

    @Override
    public TrainingListener create(Arguments arguments) {
      return new History();
    }
  }
}
