package io.github.dl4jext.listeners.progress;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Holds the figures that a progress bar shows at one moment, and formats them.
 *
 * @param epoch the present epoch, from 1
 * @param epochs the number of epochs; 0 if unknown
 * @param step the number of steps that are done in the epoch
 * @param steps the number of steps in an epoch; 0 if unknown
 * @param loss the mean loss of the epoch so far; null before the first step
 * @param rate the learning rate; NaN if there is none
 * @param elapsed the time since the epoch began
 * @param left the remaining time; null if unknown
 * @param leftOfAll whether {@code left} is the time of all epochs, not of this one
 */
record ProgressSnapshot(
    int epoch,
    int epochs,
    long step,
    long steps,
    @Nullable Double loss,
    double rate,
    Duration elapsed,
    @Nullable Duration left,
    boolean leftOfAll) {

  String title() {
    return "epoch " + epoch + (epochs > 0 ? "/" + epochs : "");
  }

  /** Writes the loss, the rate and the remaining time. */
  String figures() {
    StringBuilder text = new StringBuilder();
    if (loss != null) {
      text.append("loss ").append(loss(loss));
    }
    if (!Double.isNaN(rate)) {
      text.append(", rate ").append(rate(rate));
    }
    boolean over = step >= steps && epoch >= epochs;
    if (left != null && !over) {
      text.append(", ").append(time(left)).append(leftOfAll ? " left" : " left in this epoch");
    }
    return text.toString();
  }

  String line() {
    String share = steps > 0 ? "/" + steps + " (" + Math.min(100, 100 * step / steps) + " %)" : "";
    return title() + ": step " + step + share + ", " + figures();
  }

  String lastLine() {
    if (step == 0) {
      return title() + ": no steps";
    }
    return title()
        + ": "
        + (step == 1 ? "1 step" : step + " steps")
        + " in "
        + time(elapsed)
        + ", "
        + figures();
  }

  private static String loss(double loss) {
    double size = Math.abs(loss);
    boolean plain = size == 0 || size >= 1e-3 && size < 1e6;
    return Double.isFinite(loss)
        ? String.format(Locale.ROOT, plain ? "%.4f" : "%.3e", loss)
        : Double.toString(loss);
  }

  private static String rate(double rate) {
    return Double.isFinite(rate)
        ? new BigDecimal(rate).round(new MathContext(4)).stripTrailingZeros().toString()
        : Double.toString(rate);
  }

  private static String time(Duration time) {
    return time.toHours() > 0
        ? String.format(
            Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
  }
}
