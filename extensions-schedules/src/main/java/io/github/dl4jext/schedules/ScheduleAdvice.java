package io.github.dl4jext.schedules;

import io.github.dl4jext.spi.Checks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Reports something odd about a schedule over a run of a given number of steps, before the run.
 *
 * <pre>{@code
 * ScheduleAdvice.check(new Warmup(new Cosine(0.1, 4300), 500), 4300).forEach(System.out::println);
 * // step 4299: END_NOT_REACHED: 0.003312 at the run's last step, 4299; it ends with 0.000 at step
 * // 4800
 * }</pre>
 *
 * <p>This works with any schedule, DL4J's included, since only the schedule's values are used.
 *
 * <p><b>A jump</b> is a change of more than 1 % of the highest value and of more than four times
 * the changes before and after it, where steps without a change do not count. The stairs of a
 * staircase are therefore not jumps, unless the first one is much higher than the next. Restarts
 * and boundaries that are meant to be jumps are listed like all others. <b>The end</b> is the value
 * that a schedule keeps from some step on; schedules that fall forever have none. A run that
 * continues beyond the end is reported if the value there is below 1 % of the highest one.
 *
 * @param topic what is odd
 * @param step the step that shows it, the first one if there are several
 * @param before the value at the step before, that of step 0 if this is step 0
 * @param value the value at the step
 * @param message a description in words
 */
public record ScheduleAdvice(Topic topic, int step, double before, double value, String message) {

  /** The kinds of oddities. */
  public enum Topic {
    /** Values that are NaN or infinite. */
    NOT_FINITE,
    /** Values below 0. */
    NEGATIVE,
    /** Two or more steps with 0: nothing is learnt there. */
    ZERO,
    /** A value far from that of the step before. */
    JUMP,
    /** The run is over before the schedule has come to its end. */
    END_NOT_REACHED,
    /**
     * The schedule, such as 1cycle, is over before the run, which continues at a rate of almost 0.
     */
    OUTLIVED,
    /** The run is over before the schedule falls: a warm-up longer than the run. */
    STILL_RISING
  }

  private static final double NOTABLE = 0.01;
  private static final double JUMP = 4;

  /** Below it a double's digits run out: the schedule fell to 0 by rounding, and has no end. */
  private static final double TOO_SMALL = 1e-300;

  private static final int FAR = 1 << 30;

  /**
   * Checks a run with a schedule that counts steps.
   *
   * @param schedule any schedule
   * @param steps length of the run, 1 or more
   * @return what is odd, in the order of the steps; empty if nothing is
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the run has no step
   */
  public static List<ScheduleAdvice> check(ISchedule schedule, int steps) {
    return check(schedule, steps, Integer.MAX_VALUE);
  }

  /**
   * Checks a run with a schedule that may count epochs.
   *
   * @param schedule any schedule
   * @param steps length of the run, 1 or more
   * @param stepsPerEpoch after how many steps the next epoch begins, 1 or more
   * @return what is odd, in the order of the steps; empty if nothing is
   * @throws io.github.dl4jext.spi.InvalidArgumentException if one is below 1
   */
  public static List<ScheduleAdvice> check(ISchedule schedule, int steps, int stepsPerEpoch) {
    Objects.requireNonNull(schedule, "the schedule must not be null");
    Checks.of("schedule advice")
        .that(steps >= 1, "steps", "1 or more", steps)
        .that(stepsPerEpoch >= 1, "stepsPerEpoch", "1 or more", stepsPerEpoch)
        .done();
    return new Inspection(schedule, steps, stepsPerEpoch).advice();
  }

  @Override
  public String toString() {
    return "step " + step + ": " + topic + ": " + message;
  }

  private static final class Inspection {

    private final ISchedule schedule;
    private final int steps;
    private final int stepsPerEpoch;
    private final double[] values;
    private final double highest;
    private final List<ScheduleAdvice> found = new ArrayList<>();

    private Inspection(ISchedule schedule, int steps, int stepsPerEpoch) {
      this.schedule = schedule;
      this.steps = steps;
      this.stepsPerEpoch = stepsPerEpoch;
      values = IntStream.range(0, steps).mapToDouble(this::at).toArray();
      highest = IntStream.range(0, steps).mapToDouble(t -> Math.abs(values[t])).max().orElse(0);
    }

    private double at(int step) {
      return schedule.valueAt(step, step / stepsPerEpoch);
    }

    private List<ScheduleAdvice> advice() {
      count(Topic.NOT_FINITE, "NaN or infinite", 1, t -> !Double.isFinite(values[t]));
      if (found.isEmpty()) {
        count(Topic.NEGATIVE, "below 0", 1, t -> values[t] < 0);
        count(Topic.ZERO, "0, and nothing is learnt,", 2, t -> values[t] == 0);
        jumps();
        end();
        rise();
      }
      found.sort(Comparator.comparingInt(ScheduleAdvice::step));
      return List.copyOf(found);
    }

    private void count(Topic topic, String what, int least, IntPredicate odd) {
      int[] all = IntStream.range(0, steps).filter(odd).toArray();
      if (all.length >= least) {
        add(topic, all[0], "%s at %d of %d steps, first at %d", what, all.length, steps, all[0]);
      }
    }

    private void jumps() {
      int[] moved = IntStream.range(1, steps).filter(t -> change(t) != 0).toArray();
      for (int i = 0; i < moved.length; i++) {
        int step = moved[i];
        double around = Math.max(neighbour(moved, i, -1), neighbour(moved, i, 1));
        if (Math.abs(change(step)) > Math.max(NOTABLE * highest, JUMP * around)) {
          add(Topic.JUMP, step, "from %.4g to %.4g in one step", values[step - 1], values[step]);
        }
      }
    }

    /** The size of the next change in a direction; the way back from a single step is left out. */
    private double neighbour(int[] moved, int i, int direction) {
      int next = i + direction;
      if (next >= 0
          && next < moved.length
          && moved[next] == moved[i] + direction
          && change(moved[next]) * change(moved[i]) < 0) {
        next += direction;
      }
      return next >= 0 && next < moved.length ? Math.abs(change(moved[next])) : 0;
    }

    private double change(int step) {
      return values[step] - values[step - 1];
    }

    private void end() {
      OptionalInt end = firstOfTheEnd();
      if (end.isPresent() && end.getAsInt() > steps) {
        double last = at(end.getAsInt());
        double now = values[steps - 1];
        if (Math.abs(now - last) > NOTABLE * Math.max(highest, last)) {
          add(
              Topic.END_NOT_REACHED,
              steps - 1,
              "%.4g at the run's last step, %d; it ends with %.4g at step %d",
              now,
              steps - 1,
              last,
              end.getAsInt());
        }
      } else if (end.isPresent() && steps - end.getAsInt() >= 2) {
        double last = values[steps - 1];
        if (last > 0 && last < NOTABLE * highest) {
          add(
              Topic.OUTLIVED,
              end.getAsInt(),
              "%.4g from step %d on, for %d of %d steps, though it was %.4g: the schedule is shorter"
                  + " than the run",
              last,
              end.getAsInt(),
              steps - end.getAsInt(),
              steps,
              highest);
        }
      }
    }

    /** The first step from which on the value stays the same; empty if there is none. */
    private OptionalInt firstOfTheEnd() {
      double last = at(Integer.MAX_VALUE);
      // Thirteen steps without a common period, so that no cycle looks like an end.
      if (!IntStream.rangeClosed(0, 12).allMatch(i -> at(FAR + i * 79_999_987) == last)) {
        return OptionalInt.empty();
      }
      int low = 0;
      int high = FAR;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (at(middle) == last) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      boolean faded = last == 0 && low > 0 && Math.abs(at(low - 1)) < TOO_SMALL;
      return faded ? OptionalInt.empty() : OptionalInt.of(low);
    }

    private void rise() {
      boolean fell = IntStream.range(1, steps).anyMatch(t -> values[t] < values[t - 1]);
      int last = steps - 1;
      if (!fell && values[last] > values[Math.max(0, last - 1)]) {
        add(
            Topic.STILL_RISING,
            last,
            "rises from %.4g to %.4g until the last of %d steps",
            values[0],
            values[last],
            steps);
      }
    }

    private void add(Topic topic, int step, String format, Object... arguments) {
      String message = String.format(Locale.ROOT, format, arguments);
      double before = values[Math.max(0, step - 1)];
      found.add(new ScheduleAdvice(topic, step, before, values[step], message));
    }
  }
}
