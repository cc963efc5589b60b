package io.github.dl4jext.tensorboard;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.diagnosis.AppliedRates;
import io.github.dl4jext.listeners.monitoring.EpochWatch;
import io.github.dl4jext.listeners.monitoring.MeanLoss;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.network.TrainingFollower;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes a training's loss, learning rate, metrics and histograms where <a
 * href="https://www.tensorflow.org/tensorboard">TensorBoard</a> shows them: {@code tensorboard
 * --logdir runs}.
 *
 * <pre>{@code
 * net.addListeners(
 *     TensorBoard.builder(Path.of("runs/first")).monitors(Monitor.validationLoss(valid)).build());
 * }</pre>
 *
 * <table><caption>Parameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>meaning</th></tr>
 * <tr><td>folder</td><td>path</td><td>required</td><td>the folder for the file, one for each
 *   training; created if missing</td></tr>
 * <tr><td>everySteps</td><td>[1, inf)</td><td>10</td><td>steps between two losses;
 *   iterations 0, n, 2n, ... are written</td></tr>
 * <tr><td>histogramsEverySteps</td><td>[0, inf)</td><td>500</td><td>steps between two sets of
 *   histograms; 0 for none</td></tr>
 * </table>
 *
 * <p><b>Scalars.</b> {@code step/loss} is the loss before the step's update, {@code step/learning
 * rate} that of the first layer that learns. At each epoch's end come {@code epoch/loss}, the mean
 * over the epoch's steps, and one {@code epoch/...} for each {@link Monitor}. All of them are
 * written for the step that is DL4J's iteration, so that their charts have one x axis.
 *
 * <p><b>Histograms</b> are written for each parameter: {@code gradients/layer/W}, the gradient that
 * DL4J's updater receives (the mean over the minibatch, before gradient normalization, L1 and L2),
 * {@code updates/layer/W}, which was subtracted from the weights, and {@code weights/layer/W} after
 * the step. Numbers that are not finite are left out, and {@code not finite/weights/layer/W} says
 * how many there were. Running statistics have no gradient and no update.
 *
 * <p><b>Text.</b> {@code configuration} is the network's configuration as JSON. It is written at
 * the first step whose loss is written, and again when the listener follows another network.
 *
 * <p><b>Resuming.</b> Each listener writes a file of its own. A file that is not the first in its
 * folder tells TensorBoard to discard what the earlier files contain about its first step and later
 * ones. A training that is resumed from a checkpoint therefore continues its curves, and another
 * training in the same folder replaces the first. Each value is in the file at once.
 *
 * <p><b>Cost.</b> A step that is not written costs nothing. A step with histograms copies each
 * parameter, its gradient and its update as doubles. The end of an epoch takes one pass over the
 * validation data for each monitor that has such data.
 *
 * <p><b>Errors.</b> The constructor throws {@code UncheckedIOException} if the folder cannot be
 * written. If writing fails later, for example on a full disk, {@code fit} throws it.
 *
 * <p><b>Threads.</b> Several threads may call it. {@code ParallelWrapper} announces no epochs, so
 * that no epoch is written, and a warning says so. Each of several workers writes its own value for
 * a step.
 *
 * @see <a href="https://www.tensorflow.org/tensorboard">TensorBoard</a>
 */
public final class TensorBoard extends BaseTrainingListener
    implements StatefulListener, TrainingFollower {

  static final String NAME = "tensorboard";

  public static final Parameter<String> FOLDER =
      Parameter.text("folder").doc("the folder for the file, one for each training");

  public static final Parameter<Integer> EVERY_STEPS =
      Parameter.integer("everySteps").in("[1, inf)").orElse(10).doc("steps between two losses");

  public static final Parameter<Integer> HISTOGRAMS_EVERY_STEPS =
      Parameter.integer("histogramsEverySteps")
          .in("[0, inf)")
          .orElse(500)
          .doc("steps between two sets of histograms; 0 for none");

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, NAME)
          .summary("Writes loss, rate, metrics and histograms for TensorBoard.")
          .from("https://www.tensorflow.org/tensorboard")
          .taking(FOLDER, EVERY_STEPS, HISTOGRAMS_EVERY_STEPS)
          .madeBy(arguments -> new TensorBoard(new Builder(arguments)));

  private final Arguments arguments;
  private final List<Monitor> monitors;
  private final EventFile events;
  private final int everySteps;
  private final int histogramsEverySteps;
  private final EpochWatch epochs = new EpochWatch(NAME, "no epoch is written");
  private MeanLoss loss = new MeanLoss();
  private boolean configurationIsWritten;

  /**
   * Writes into a folder, with the defaults.
   *
   * @param folder the folder for the file; created if missing
   * @param monitors measured at the end of each epoch
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the folder or a monitor is null
   * @throws java.io.UncheckedIOException if the folder cannot be written
   */
  public TensorBoard(Path folder, Monitor... monitors) {
    this(builder(folder).monitors(monitors));
  }

  private TensorBoard(Builder from) {
    arguments = TECHNIQUE.read(from.given);
    monitors = List.copyOf(from.monitors);
    everySteps = arguments.get(EVERY_STEPS);
    histogramsEverySteps = arguments.get(HISTOGRAMS_EVERY_STEPS);
    Path folder = from.place == null ? Path.of(arguments.get(FOLDER)) : from.place;
    events = EventFile.createIn(folder, from.clock);
  }

  /**
   * Begins with the defaults and a folder.
   *
   * @param folder the folder for the file; {@link Builder#build} creates it if it is missing
   * @return a builder
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the folder is null
   */
  public static Builder builder(Path folder) {
    Checks.of(NAME).that(folder != null, "folder", "a path", folder).done();
    return new Builder(Arguments.of(FOLDER, folder.toString()), folder);
  }

  @Override
  public synchronized void onEpochStart(Model model) {
    loss.beginEpoch();
    epochs.begin();
  }

  /** Writes the gradients. */
  @Override
  public synchronized void onGradientCalculation(Model model) {
    Network network = Network.find(model).orElse(null);
    if (network == null || !isDue(network.progress().iterations(), histogramsEverySteps)) {
      return;
    }
    Summary summary = new Summary();
    double divisor = network.gradientDivisor();
    for (ParameterSlot slot : network.slots()) {
      if (slot.hasGradient()) {
        double[] numbers = numbers(slot.in(network.gradients()));
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] /= divisor;
        }
        add(summary, "gradients", slot, numbers);
      }
    }
    events.write(network.progress().iterations(), summary);
  }

  /** Writes loss and rate, weights and updates. */
  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    epochs.step(model);
    loss.add(model.score());
    Network network = Network.find(model).orElse(null);
    if (network == null) {
      return;
    }
    Summary summary = new Summary();
    if (isDue(iteration, everySteps)) {
      summary.scalar("step/loss", model.score());
      double rate = AppliedRates.of(model, iteration, epoch);
      if (!Double.isNaN(rate)) {
        summary.scalar("step/learning rate", rate);
      }
      if (!configurationIsWritten) {
        configurationIsWritten = true;
        summary.text("configuration", configuration(network));
      }
    }
    if (isDue(iteration, histogramsEverySteps)) {
      for (ParameterSlot slot : network.slots()) {
        add(summary, "weights", slot, numbers(slot.in(network.parameters())));
        if (slot.hasGradient()) { // the updater has put the update in its place
          add(summary, "updates", slot, numbers(slot.in(network.gradients())));
        }
      }
    }
    if (!summary.isEmpty()) {
      events.write(iteration, summary);
    }
  }

  /** Writes the epoch's mean loss and the monitors' values. */
  @Override
  public synchronized void onEpochEnd(Model model) {
    epochs.end();
    Network network = Network.find(model).orElse(null);
    if (network == null) {
      return;
    }
    Summary summary = new Summary();
    if (loss.steps() > 0) {
      summary.scalar("epoch/" + Monitor.trainingLoss().name(), loss.mean());
    }
    for (Monitor monitor : monitors) {
      summary.scalar("epoch/" + monitor.name(), monitor.of(model));
    }
    events.write(network.progress().iterations(), summary);
    loss = new MeanLoss();
  }

  private static boolean isDue(int iteration, int every) {
    return every > 0 && iteration % every == 0;
  }

  private static String configuration(Network network) {
    String json =
        network.byType(
            stack -> stack.getLayerWiseConfigurations().toJson(),
            graph -> graph.getConfiguration().toJson());
    return "```json\n" + json + "\n```\n";
  }

  private static void add(Summary summary, String kind, ParameterSlot slot, double[] numbers) {
    String tag = kind + "/" + slot.name().node() + "/" + slot.name().parameter();
    int odd = 0;
    for (double number : numbers) {
      odd += Double.isFinite(number) ? 0 : 1;
    }
    summary.histogram(tag, numbers);
    if (odd > 0) {
      summary.scalar("not finite/" + tag, odd);
    }
  }

  private static double[] numbers(INDArray array) {
    return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
  }

  /** Returns the mean loss of the epoch so far. */
  @Override
  public synchronized ListenerState state(Network network) {
    return loss.state();
  }

  @Override
  public synchronized void loadState(Network network, ListenerState state) {
    loss = MeanLoss.of(state);
  }

  /** Has the other network's configuration written too, with its next loss. */
  @Override
  public synchronized void follow(Network before, Network now) {
    configurationIsWritten = false;
  }

  /** Returns the file that is written. */
  public Path file() {
    return events.file();
  }

  @Override
  public String toString() {
    return "TensorBoard(" + arguments + ")";
  }

  /** Names the parameters of a {@link TensorBoard}. */
  public static final class Builder {

    private final @Nullable Path place;
    private Arguments given;
    private List<Monitor> monitors = List.of();
    private Clock clock = Clock.systemUTC();

    private Builder(Arguments given) {
      this(given, null);
    }

    private Builder(Arguments given, @Nullable Path place) {
      this.given = given;
      this.place = place;
    }

    /**
     * Sets how often the loss is written.
     *
     * @param steps the steps between two losses, at least 1; 10 by default
     * @return this
     */
    public Builder everySteps(int steps) {
      given = given.with(EVERY_STEPS, steps);
      return this;
    }

    /**
     * Sets how often histograms are written.
     *
     * @param steps the steps between two sets of histograms, or 0 for none; 500 by default
     * @return this
     */
    public Builder histogramsEverySteps(int steps) {
      given = given.with(HISTOGRAMS_EVERY_STEPS, steps);
      return this;
    }

    /**
     * Sets the monitors that are measured at the end of each epoch, in place of earlier ones.
     *
     * @param watched the monitors; none by default
     * @return this
     * @throws io.github.dl4jext.spi.InvalidArgumentException if one is null
     */
    public Builder monitors(Monitor... watched) {
      Checks.of(NAME).that(watched != null, "monitors", "given", watched).done();
      for (Monitor monitor : watched) {
        Checks.of(NAME).that(monitor != null, "monitor", "a monitor", monitor).done();
      }
      monitors = new ArrayList<>(List.of(watched));
      return this;
    }

    Builder clock(Clock other) {
      clock = other;
      return this;
    }

    /**
     * Makes the listener, the folder if it is missing, and the file.
     *
     * @return the listener
     * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
     * @throws java.io.UncheckedIOException if the folder cannot be written
     */
    public TensorBoard build() {
      return new TensorBoard(this);
    }
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
