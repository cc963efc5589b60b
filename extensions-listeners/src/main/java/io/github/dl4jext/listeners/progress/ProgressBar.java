package io.github.dl4jext.listeners.progress;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.diagnosis.AppliedRates;
import io.github.dl4jext.listeners.monitoring.EpochWatch;
import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of a training while {@code fit} runs: epoch, step, loss, learning rate,
 * remaining time.
 *
 * <pre>{@code
 * network.addListeners(new ProgressBar(10));
 * network.fit(batches, 10);
 * }</pre>
 *
 * <p>In a terminal it draws a bar per epoch, as Keras does. In a log file, a pipe or an IDE it
 * prints plain lines without control characters. Both are written to standard output.
 *
 * <table>
 * <caption>Parameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>meaning</th></tr>
 * <tr><td>epochs</td><td>[0, inf)</td><td>0</td><td>epochs that this listener will see; 0 if
 *   unknown. After them it counts from 1 again, so that it can be used for another {@code
 *   fit}</td></tr>
 * <tr><td>stepsPerEpoch</td><td>[0, inf)</td><td>0</td><td>minibatches in an epoch; 0 to learn it
 *   from the first epoch</td></tr>
 * <tr><td>display</td><td>auto, lines, epochs</td><td>auto</td><td>see {@link Display}</td></tr>
 * <tr><td>secondsPerLine</td><td>(0, inf)</td><td>10</td><td>the least time between two lines
 *   within an epoch, in seconds; each epoch ends with a line in any case</td></tr>
 * </table>
 *
 * <p><b>Loss</b> is the mean of {@link Model#score()} over the epoch's steps so far, as in Keras;
 * NaN is shown as NaN. <b>Rate</b> is that of the first layer that learns and has one, at the step
 * shown. <b>Remaining time</b> is that of all epochs if their number is given, and otherwise that
 * of the epoch. It is not shown until the number of steps is known.
 *
 * <p><b>Epochs</b> begin and end when DL4J announces it. If it does not ({@code fit(DataSet)},
 * {@code ParallelWrapper}), an epoch ends with its last step if {@code stepsPerEpoch} is given, or
 * when the model's epoch count rises.
 *
 * <p><b>Cost.</b> A step reads the clock once. Text is made a few times per second, and no array is
 * read. Several threads may call all methods.
 */
public final class ProgressBar extends BaseTrainingListener implements StatefulListener {

  /** The form of the output. */
  public enum Display {
    /** Draws a bar in a terminal, and otherwise does the same as {@link #LINES}. */
    AUTO,
    /** Prints a plain line every few seconds, and one at each epoch's end. */
    LINES,
    /** Prints one plain line at each epoch's end. */
    EPOCHS
  }

  public static final Parameter<Integer> EPOCHS =
      Parameter.integer("epochs")
          .in("[0, inf)")
          .orElse(0)
          .doc("number of epochs that this listener will see; 0 if unknown");

  public static final Parameter<Integer> STEPS_PER_EPOCH =
      Parameter.integer("stepsPerEpoch")
          .in("[0, inf)")
          .orElse(0)
          .doc("minibatches in an epoch; 0 to learn it from the first epoch");

  public static final Parameter<Display> DISPLAY =
      Parameter.choice("display", Display.class)
          .orElse(Display.AUTO)
          .doc("auto: a bar in a terminal, else lines; epochs: a line per epoch");

  public static final Parameter<Double> SECONDS_PER_LINE =
      Parameter.number("secondsPerLine")
          .in("(0, inf)")
          .orElse(10.0)
          .doc("seconds between two plain lines within an epoch, at least");

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "progress_bar")
          .summary("Shows epoch, loss, learning rate and remaining time while fit runs.")
          .from("https://github.com/ctongfei/progressbar")
          .taking(EPOCHS, STEPS_PER_EPOCH, DISPLAY, SECONDS_PER_LINE)
          .madeBy(ProgressBar::new);

  private final Arguments arguments;
  private final Function<Arguments, Screen> screens;
  private final Progress progress;

  /** Made at the first epoch or step, because only then is it known where standard output goes. */
  private @Nullable Screen screen;

  private final EpochWatch epochs =
      new EpochWatch(TECHNIQUE.name(), "epochs are not told apart, unless stepsPerEpoch is given");

  private boolean announced;
  private int modelEpoch;

  /** Shows epochs and steps without knowing how many there will be. */
  public ProgressBar() {
    this(Arguments.none());
  }

  /**
   * Shows the remaining time once the first epoch has given the number of steps.
   *
   * @param epochs the number of epochs to come; 0 if unknown
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is negative
   */
  public ProgressBar(int epochs) {
    this(Arguments.of(EPOCHS, epochs));
  }

  /**
   * Shows the remaining time from the first step on.
   *
   * @param epochs the number of epochs to come; 0 if unknown
   * @param stepsPerEpoch minibatches in an epoch; 0 if unknown
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is negative
   */
  public ProgressBar(int epochs, int stepsPerEpoch) {
    this(Arguments.of(EPOCHS, epochs).with(STEPS_PER_EPOCH, stepsPerEpoch));
  }

  /**
   * Takes a value for each parameter.
   *
   * @param epochs the number of epochs to come; 0 if unknown
   * @param stepsPerEpoch minibatches in an epoch; 0 if unknown
   * @param display the form of the output
   * @param secondsPerLine seconds between two plain lines within an epoch, more than 0
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is out of range
   */
  public ProgressBar(int epochs, int stepsPerEpoch, Display display, double secondsPerLine) {
    this(
        Arguments.of(EPOCHS, epochs)
            .with(STEPS_PER_EPOCH, stepsPerEpoch)
            .with(DISPLAY, display)
            .with(SECONDS_PER_LINE, secondsPerLine));
  }

  private ProgressBar(Arguments given) {
    this(given, a -> Screen.of(a.get(DISPLAY), a.get(SECONDS_PER_LINE)), System::nanoTime);
  }

  ProgressBar(Arguments given, Function<Arguments, Screen> screens, LongSupplier nanoTime) {
    this.arguments = TECHNIQUE.read(given);
    this.screens = screens;
    this.progress = new Progress(arguments.get(EPOCHS), arguments.get(STEPS_PER_EPOCH), nanoTime);
  }

  @Override
  public synchronized void onEpochStart(Model model) {
    finish();
    begin();
    announced = true;
    epochs.begin();
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    if (arguments.get(STEPS_PER_EPOCH) == 0) {
      epochs.step(model);
    }
    if (!announced && progress.running() && epoch > modelEpoch) {
      finish();
    }
    if (!progress.running()) {
      begin();
      modelEpoch = epoch;
    }
    progress.step(model.score());
    boolean last = !announced && progress.step() == arguments.get(STEPS_PER_EPOCH);
    if (last || progress.due(screen().intervalNanos())) {
      progress.rate(AppliedRates.of(model, iteration, epoch));
      if (last) {
        finish();
      } else {
        screen().show(progress.shown());
      }
    }
  }

  @Override
  public synchronized void onEpochEnd(Model model) {
    epochs.end();
    if (progress.step() > 0) {
      progress.rate(AppliedRates.ofLastStep(model));
    }
    finish();
  }

  /**
   * Ends the epoch on the screen, if one is shown. With DL4J's {@code fit} this happens
   * automatically; call it after the last step of a training without epochs.
   */
  public synchronized void finish() {
    announced = false;
    if (progress.running()) {
      progress.end();
      screen().end(progress.shown());
    }
  }

  @Override
  public synchronized ListenerState state(Network network) {
    return progress.state().put("announced", announced).put("modelEpoch", modelEpoch);
  }

  @Override
  public synchronized void loadState(Network network, ListenerState state) {
    progress.loadState(state);
    announced = state.flag("announced");
    modelEpoch = state.count("modelEpoch");
    if (progress.running()) {
      screen().begin(progress.shown());
    }
  }

  private void begin() {
    Screen shown = screen();
    progress.begin();
    shown.begin(progress.shown());
  }

  private Screen screen() {
    if (screen == null) {
      screen = screens.apply(arguments);
    }
    return screen;
  }

  @Override
  public String toString() {
    return "ProgressBar" + arguments;
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
