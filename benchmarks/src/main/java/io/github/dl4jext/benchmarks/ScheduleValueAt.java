package io.github.dl4jext.benchmarks;

import io.github.dl4jext.spi.Plugins;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does one value of a schedule take, ours and DL4J's? A layer asks for it at every step.
 * Steps count from 0 to 10000 and start again. With {@code -Dbench='ScheduleValueAt -prof gc'} JMH
 * also shows what is allocated, which is nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx256m")
public class ScheduleValueAt {

  private static final int STEPS = 10_000;

  /** The spec of one of our schedules, or the class name of one of DL4J's. */
  @Param({
    "constant(rate=0.1)",
    "power(initialRate=0.1, stepSize=100)",
    "exponential(initialRate=0.1, decayRate=0.1, decaySteps=1000)",
    "exponential(initialRate=0.1, decayRate=0.1, decaySteps=1000, staircase=true)",
    "piecewise_constant(boundaries=[3000, 6000], rates=[0.1, 0.01, 0.001])",
    "polynomial(initialRate=0.1, totalSteps=10000, power=2)",
    "cosine(initialRate=0.1, totalSteps=10000)",
    "cosine_restarts(initialRate=0.1, firstPeriod=1000)",
    "cosine_restarts(initialRate=0.1, firstPeriod=300, periodMultiplier=2)",
    "one_cycle(maxRate=0.1, totalSteps=10000)",
    "one_cycle(maxRate=0.1, totalSteps=10000, style=torch)",
    "one_cycle_momentum(totalSteps=10000)",
    "cyclic(minRate=0.001, maxRate=0.006, halfPeriod=500)",
    "cyclic(minRate=0.001, maxRate=0.006, halfPeriod=500, decay=0.9)",
    "cyclic_momentum(halfPeriod=500, stepDecay=0.9999)",
    "multi_step(initialRate=0.1, milestones=[3000, 6000])",
    "product(schedules=[linear(initialRate=0, finalRate=1, totalSteps=1000),"
        + " cosine(initialRate=0.1, totalSteps=10000)])",
    "warmup_stable_decay(maxRate=0.1, warmupSteps=1000, stableSteps=8000, decaySteps=1000)",
    "warmup(after=cosine(initialRate=0.1, totalSteps=9000), warmupSteps=1000)",
    "inverse_sqrt(maxRate=0.1, warmupSteps=1000)",
    "sequence(schedules=[constant(rate=0.1), cosine(initialRate=0.1, totalSteps=9000)],"
        + " boundaries=[1000])",
    "scaled(schedule=cosine(initialRate=0.1, totalSteps=10000), factor=0.5)",
    "clamped(schedule=cosine(initialRate=0.1, totalSteps=10000), minRate=0.01, maxRate=1)",
    "per_epoch(schedule=cosine(initialRate=0.1, totalSteps=10000))",
    "CycleSchedule",
    "ExponentialSchedule",
    "MapSchedule"
  })
  public String schedule;

  private ISchedule made;
  private int step;

  /** Makes the schedule. */
  @Setup
  public void make() {
    made =
        switch (schedule) {
          case "CycleSchedule" -> new CycleSchedule(ScheduleType.ITERATION, 0.1, STEPS);
          case "ExponentialSchedule" ->
              new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.9997);
          case "MapSchedule" ->
              new MapSchedule.Builder(ScheduleType.ITERATION)
                  .add(0, 0.1)
                  .add(3000, 0.01)
                  .add(6000, 0.001)
                  .build();
          default -> Plugins.installed().create(ISchedule.class, schedule);
        };
  }

  /**
   * The next step's value.
   *
   * @return the value
   */
  @Benchmark
  public double valueAt() {
    step = step < STEPS ? step + 1 : 0;
    return made.valueAt(step, step);
  }
}
