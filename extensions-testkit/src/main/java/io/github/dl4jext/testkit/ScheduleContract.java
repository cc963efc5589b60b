package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.Plugins;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.core.JsonProcessingException;

/**
 * Tests what every schedule must do.
 *
 * <ul>
 *   <li>Its values are finite and never negative, however long a training lasts.
 *   <li>It has only the declared jumps and turns, and keeps its last value from the declared end
 *       on.
 *   <li>It has the same values after cloning and JSON, and in all threads.
 *   <li>A network trains at its values. A training that is saved in the middle of the schedule and
 *       restored resumes as if it had not been interrupted.
 *   <li>It satisfies {@link StoredPluginContract}.
 * </ul>
 *
 * <p>Each step is given both as the iteration and as the epoch, so that the tests suit schedules by
 * iteration and by epoch.
 *
 * <p>A test states the facts of one schedule:
 *
 * <pre>{@code
 * class RexTest extends ScheduleContract {
 *   @Override
 *   protected String spec() {
 *     return "rex(initialRate=0.2, totalSteps=400)";
 *   }
 *
 *   @Override
 *   protected List<String> otherSpecs() {
 *     return List.of("rex(initialRate=0.3, totalSteps=400)", "rex(initialRate=0.2, totalSteps=500)");
 *   }
 *
 *   @Override
 *   protected Map<Integer, Double> points() {
 *     return Map.of(0, 0.2, 200, 0.2 * 2 / 3, 400, 0.0);
 *   }
 *
 *   @Override
 *   protected OptionalInt end() {
 *     return OptionalInt.of(400);
 *   }
 *
 *   @Override
 *   protected Trend trend() {
 *     return Trend.FALLS;
 *   }
 * }
 * }</pre>
 */
public abstract class ScheduleContract extends StoredPluginContract<ISchedule> {

  /** The direction in which the values change from step to step. */
  public enum Trend {
    /** The values never rise. */
    FALLS,
    /** The values never fall. */
    RISES,
    /** The values both rise and fall. */
    TURNS
  }

  /** A change is a jump if it is larger than each of its neighbours by this factor. */
  private static final double JUMP = 4;

  /** A change below this share of the whole range is rounding, and not a jump. */
  private static final double NOTABLE = 1e-3;

  /** How many steps {@link #run} is based on if there is no end. */
  private static final int ENDLESS = 1000;

  /**
   * Returns values at some steps that were computed without our code: by hand or by another
   * program.
   *
   * @return at least three values, by step: that of step 0, and those around each point where the
   *     formula changes
   */
  protected abstract Map<Integer, Double> points();

  /**
   * Returns the step from which on the value does not change any more.
   *
   * @return the first such step; empty if there is none
   */
  protected abstract OptionalInt end();

  /**
   * Returns the direction in which the values change.
   *
   * @return the trend from step 0 to beyond the end
   */
  protected abstract Trend trend();

  /**
   * Returns the steps at which the value jumps by design.
   *
   * @return the steps, ascending; none unless overridden
   */
  protected int[] jumps() {
    return new int[0];
  }

  @Override
  protected final Class<ISchedule> kind() {
    return ISchedule.class;
  }

  @Test
  final void isFiniteAndNeverNegative() {
    for (String spec : specs()) {
      ISchedule schedule = Plugins.installed().create(kind(), spec);
      for (int step : steps()) {
        for (int other : new int[] {0, 1, step, Integer.MAX_VALUE}) {
          assertSound(spec, schedule, step, other);
          assertSound(spec, schedule, other, step);
        }
      }
    }
  }

  private static void assertSound(String spec, ISchedule schedule, int iteration, int epoch) {
    double value = schedule.valueAt(iteration, epoch);
    assertThat(value >= 0 && value < Double.POSITIVE_INFINITY)
        .as("%s at iteration %s, epoch %s is %s", spec, iteration, epoch, value)
        .isTrue();
  }

  @Test
  final void hasTheValuesStated() {
    assertThat(points()).as("points()").hasSizeGreaterThanOrEqualTo(3).containsKey(0);
    points()
        .forEach(
            (step, expected) ->
                assertThat(create().valueAt(step, step))
                    .as("at step %s", step)
                    .isCloseTo(expected, within(1e-12 * Math.max(1e-3, Math.abs(expected)))));
  }

  @Test
  final void keepsItsLastValueFromTheEndOn() {
    if (end().isPresent()) {
      int end = end().getAsInt();
      ISchedule schedule = create();
      double last = schedule.valueAt(end, end);
      for (int step : steps()) {
        if (step > end) {
          assertThat(schedule.valueAt(step, step)).as("at step %s", step).isEqualTo(last);
        }
      }
      assertThat(end == 0 || schedule.valueAt(end - 1, end - 1) != last)
          .as("step %s is the first with the last value %s", end, last)
          .isTrue();
    }
  }

  @Test
  final void jumpsWhereDeclaredAndNowhereElse() {
    double[] values = run(create());
    double[] changes =
        IntStream.range(1, values.length).mapToDouble(i -> values[i] - values[i - 1]).toArray();
    DoubleSummaryStatistics all = Arrays.stream(values).summaryStatistics();
    double range = all.getMax() - all.getMin();
    int[] jumps =
        IntStream.range(0, changes.length)
            .filter(i -> Math.abs(changes[i]) > NOTABLE * range)
            .filter(i -> Math.abs(changes[i]) > JUMP * neighbour(changes, i, -1))
            .filter(i -> Math.abs(changes[i]) > JUMP * neighbour(changes, i, 1))
            .map(i -> i + 1)
            .toArray();
    assertThat(jumps).as("steps that are far from the one before").containsExactly(jumps());
  }

  /**
   * Returns the size of the change before or after; if that change goes the other way, the one
   * beyond it counts instead.
   */
  private static double neighbour(double[] changes, int i, int direction) {
    int next = i + direction;
    if (next >= 0 && next < changes.length && changes[next] * changes[i] < 0) {
      next += direction;
    }
    return next >= 0 && next < changes.length ? Math.abs(changes[next]) : 0;
  }

  @Test
  final void goesWhereDeclared() {
    double[] values = run(create());
    boolean up = false;
    boolean down = false;
    for (int i = 1; i < values.length; i++) {
      double slack = 1e-14 * Math.abs(values[i]); // rounding, as one step may be very small
      up |= values[i] > values[i - 1] + slack;
      down |= values[i] < values[i - 1] - slack;
    }
    switch (trend()) {
      case FALLS -> assertThat(up).as("goes up").isFalse();
      case RISES -> assertThat(down).as("goes down").isFalse();
      case TURNS -> assertThat(up && down).as("goes up and down").isTrue();
    }
  }

  @Test
  final void hasTheSameValuesAfterCloneAndJson() throws JsonProcessingException {
    for (String spec : specs()) {
      ISchedule schedule = Plugins.installed().create(kind(), spec);
      double[] values = run(schedule);
      ISchedule clone = schedule.clone();
      assertThat(clone).as(spec).isEqualTo(schedule).hasSameClassAs(schedule);
      assertThat(run(clone)).as("clone of %s", spec).isEqualTo(values);
      String json = mapper().writeValueAsString(schedule);
      assertThat(run(mapper().readValue(json, kind()))).as(json).isEqualTo(values);
    }
  }

  @Test
  final void mayBeSharedByThreads() throws InterruptedException, ExecutionException {
    ISchedule shared = create();
    double[] values = run(create());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<double[]>> tasks = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        tasks.add(() -> run(shared));
      }
      for (Future<double[]> seen : threads.invokeAll(tasks)) {
        assertThat(seen.get()).isEqualTo(values);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  final void aNetworkTrainsAtItsValue() {
    int step = middle();
    double rate = create().valueAt(step, step);
    MultiLayerNetwork scheduled = Networks.multiLayer(layer -> layer.updater(new Sgd(create())));
    MultiLayerNetwork fixed = Networks.multiLayer(layer -> layer.updater(new Sgd(rate)));
    Networks.advance(scheduled, step);
    Networks.fitOnce(scheduled);
    Networks.fitOnce(fixed);
    for (String weights : List.of("0_W", "0_b", "1_W", "1_b")) {
      assertThat(scheduled.getParam(weights).ravel().toDoubleVector())
          .as(weights)
          .isEqualTo(fixed.getParam(weights).ravel().toDoubleVector());
    }
  }

  @Test
  final void survivesSavingAndResumesInAMultiLayerNetwork() {
    MultiLayerNetwork net =
        Networks.multiLayer(layer -> layer.updater(new Nesterovs(create(), 0.9)));
    Networks.assertResumes(net, middle());
  }

  @Test
  final void survivesSavingAndResumesInAComputationGraph() {
    ComputationGraph net = Networks.graph(layer -> layer.updater(new Nesterovs(create(), 0.9)));
    Networks.assertResumes(net, middle());
  }

  private int middle() {
    return end().orElse(ENDLESS) / 2;
  }

  /** Returns all values until well past the end. */
  private double[] run(ISchedule schedule) {
    int length = end().orElse(ENDLESS) * 5 / 4 + 2;
    return IntStream.range(0, length).mapToDouble(step -> schedule.valueAt(step, step)).toArray();
  }

  /** Returns the steps of {@link #run}, and some larger ones up to the largest int. */
  private int[] steps() {
    return IntStream.concat(
            IntStream.range(0, end().orElse(ENDLESS) * 5 / 4 + 2),
            IntStream.concat(
                IntStream.rangeClosed(10, 30).map(power -> 1 << power),
                IntStream.of(Integer.MAX_VALUE - 1, Integer.MAX_VALUE)))
        .toArray();
  }

  private List<String> specs() {
    List<String> specs = new ArrayList<>(otherSpecs());
    specs.add(spec());
    return specs;
  }
}
