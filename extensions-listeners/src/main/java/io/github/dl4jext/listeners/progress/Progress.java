package io.github.dl4jext.listeners.progress;

import io.github.dl4jext.network.ListenerState;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts steps and epochs, and computes the remaining time. It is not thread-safe; the listener
 * guards it.
 *
 * <p>A run is the given number of epochs, or all epochs if the number is unknown.
 */
final class Progress {

  private final int epochs;
  private final LongSupplier nanoTime;

  private long steps;
  private final boolean stepsGiven;

  private boolean running;
  private int epoch;
  private long step;
  private double lossSum;
  private double rate = Double.NaN;
  private long runStart;
  private long runSteps;
  private long epochStart;
  private long lastShown;

  Progress(int epochs, int stepsPerEpoch, LongSupplier nanoTime) {
    this.epochs = epochs;
    this.steps = stepsPerEpoch;
    this.stepsGiven = stepsPerEpoch > 0;
    this.nanoTime = nanoTime;
  }

  boolean running() {
    return running;
  }

  long step() {
    return step;
  }

  void begin() {
    long now = nanoTime.getAsLong();
    if (epoch == 0 || epoch == epochs) {
      epoch = 0;
      runStart = now;
      runSteps = 0;
    }
    epoch++;
    step = 0;
    lossSum = 0;
    rate = Double.NaN;
    epochStart = now;
    lastShown = now;
    running = true;
  }

  void step(double loss) {
    step++;
    runSteps++;
    lossSum += loss;
  }

  void rate(double learningRate) {
    rate = learningRate;
  }

  /** Returns whether the interval has passed; if so, a new one begins. */
  boolean due(long intervalNanos) {
    long now = nanoTime.getAsLong();
    if (now - lastShown < intervalNanos) {
      return false;
    }
    lastShown = now;
    return true;
  }

  void end() {
    running = false;
    if (!stepsGiven && step > 0) {
      steps = step;
    }
  }

  ListenerState state() {
    return new ListenerState()
        .put("stepsPerEpoch", steps)
        .put("running", running)
        .put("epoch", epoch)
        .put("step", step)
        .put("lossSum", lossSum);
  }

  /** Takes over the counts; the time is that of this program's run. */
  void loadState(ListenerState state) {
    steps = stepsGiven ? steps : state.count("stepsPerEpoch");
    running = state.flag("running");
    epoch = state.count("epoch");
    step = state.count("step");
    lossSum = state.number("lossSum");
    runSteps = 0;
    runStart = nanoTime.getAsLong();
    epochStart = runStart;
    lastShown = runStart;
  }

  ProgressSnapshot shown() {
    long now = nanoTime.getAsLong();
    return new ProgressSnapshot(
        epoch,
        epochs,
        step,
        steps,
        step == 0 ? null : lossSum / step,
        rate,
        Duration.ofNanos(now - epochStart),
        left(now),
        epochs > 0);
  }

  /**
   * Returns the remaining time; null if there was no step yet, or the number of steps is unknown.
   */
  private @Nullable Duration left(long now) {
    if (steps == 0 || step == 0 || runSteps == 0) {
      return null;
    }
    return epochs > 0
        ? extrapolate(
            now - runStart, runSteps, runSteps + (steps - step) + steps * (epochs - epoch))
        : extrapolate(now - epochStart, step, steps);
  }

  private static Duration extrapolate(long nanos, long done, long total) {
    return Duration.ofNanos((long) ((double) nanos / done * Math.max(0, total - done)));
  }
}
