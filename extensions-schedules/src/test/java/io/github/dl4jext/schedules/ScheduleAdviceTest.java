package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.dl4jext.network.Scaled;
import io.github.dl4jext.schedules.ScheduleAdvice.Topic;
import io.github.dl4jext.spi.InvalidArgumentException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class ScheduleAdviceTest {

  private static final ScheduleType STEPS = ScheduleType.ITERATION;

  private static List<Topic> topics(ISchedule schedule, int steps) {
    return ScheduleAdvice.check(schedule, steps).stream().map(ScheduleAdvice::topic).toList();
  }

  @Test
  void saysNothingWhereAllIsWell() {
    for (ISchedule schedule :
        List.of(
            new FixedSchedule(0.1),
            new Power(0.1, 20),
            new Exponential(0.1, 0.1, 200),
            new Exponential(0.1, 0.9, 100, true),
            new Exponential(0.1, 0.1, 1_000_000),
            new PiecewiseConstant(List.of(300, 600), List.of(0.1, 0.05, 0.02)),
            new MultiStep(0.1, List.of(300, 600), 0.5),
            new WarmupStableDecay(0.1, 100, 700, 200),
            ScheduleProduct.of(Polynomial.linear(0.1, 1, 100), new Cosine(0.1, 1000)),
            new Polynomial(0.1, 1000),
            new Cosine(0.1, 1000),
            new Cyclic(0.001, 0.006, 50, 0.9),
            new Cyclic(0.001, 0.006, 1),
            new Cyclic(0.001, 0.006, 2),
            OneCycle.torch(0.1, 1000)
                .with(OneCycle.SHAPE, OneCycle.Shape.LINEAR)
                .with(OneCycle.WARMUP_FRACTION, 0.05),
            OneCycle.geron(0.1, 1000),
            OneCycle.geron(0.1, 1000).momentum(),
            OneCycle.torch(0.1, 1000),
            OneCycle.torch(0.1, 1000).momentum(),
            InverseSqrt.transformer(512, 400),
            new Warmup(new Cosine(0.1, 900), 100),
            new Scaled(new Cosine(0.1, 1000), 0.5),
            Clamped.atLeast(new Exponential(0.1, 0.1, 200), 0.001))) {
      assertThat(ScheduleAdvice.check(schedule, 1000)).as("%s", schedule).isEmpty();
    }
    assertThat(ScheduleAdvice.check(new PerEpoch(new Cosine(0.1, 10)), 1000, 100)).isEmpty();
  }

  @Test
  void theWarmUpThatTheDecayDoesNotCountIn() {
    assertThat(ScheduleAdvice.check(new Warmup(new Cosine(0.1, 4300), 500), 4300))
        .singleElement()
        .hasToString(
            "step 4299: END_NOT_REACHED: 0.003312 at the run's last step, 4299;"
                + " it ends with 0.000 at step 4800");
  }

  @Test
  void aWarmUpLongerThanTheRun() {
    assertThat(ScheduleAdvice.check(Warmup.linear(0.1, 1000), 500))
        .extracting(ScheduleAdvice::topic)
        .containsExactly(Topic.END_NOT_REACHED, Topic.STILL_RISING);
    assertThat(ScheduleAdvice.check(new Warmup(new Power(0.1, 50), 1000), 500))
        .singleElement()
        .hasToString(
            "step 499: STILL_RISING: rises from 0.000 to 0.04990 until the last of 500 steps");
    assertThat(topics(InverseSqrt.transformer(512, 4000), 3000))
        .containsExactly(Topic.STILL_RISING);
  }

  @Test
  void aRunThatGoesOnAtZero() {
    assertThat(ScheduleAdvice.check(new Cosine(0.1, 1000), 4000))
        .singleElement()
        .hasToString(
            "step 1000: ZERO: 0, and nothing is learnt, at 3000 of 4000 steps, first at 1000");
  }

  @Test
  void aRunThatOutlivesItsCycle() {
    assertThat(ScheduleAdvice.check(OneCycle.geron(0.1, 1000), 1500))
        .singleElement()
        .hasToString(
            "step 1000: OUTLIVED: 1.000e-05 from step 1000 on, for 500 of 1500 steps, though it was"
                + " 0.1000: the schedule is shorter than the run");
    for (ISchedule schedule :
        List.of(
            OneCycle.torch(0.1, 1000),
            new Warmup(new Cosine(0.1, 1e-4, 900), 100),
            new Polynomial(0.1, 1e-5, 1000, 2),
            new Scaled(OneCycle.geron(0.1, 1000), 0.5))) {
      assertThat(topics(schedule, 1500)).as("%s", schedule).containsExactly(Topic.OUTLIVED);
      assertThat(topics(schedule, 1000)).as("%s", schedule).isEmpty();
    }
    assertThat(topics(new PerEpoch(OneCycle.geron(0.1, 10), 100), 1500)).contains(Topic.OUTLIVED);
    assertThat(topics(OneCycle.geron(0.1, 1000).momentum(), 1500)).isEmpty();
  }

  @Test
  void jumps() {
    Sequence badlyJoined =
        new Sequence(List.of(new Cosine(0.1, 0.01, 500), new FixedSchedule(0.05)), List.of(500));
    assertThat(ScheduleAdvice.check(badlyJoined, 1000))
        .singleElement()
        .satisfies(
            jump -> {
              assertThat(jump.topic()).isEqualTo(Topic.JUMP);
              assertThat(jump.step()).isEqualTo(500);
              assertThat(jump.before()).isEqualTo(badlyJoined.valueAt(499, 0));
              assertThat(jump.value()).isEqualTo(0.05);
            });
    assertThat(ScheduleAdvice.check(new CosineRestarts(0.1, 0, 100, 2), 700))
        .extracting(ScheduleAdvice::topic, ScheduleAdvice::step)
        .containsExactly(tuple(Topic.JUMP, 100), tuple(Topic.JUMP, 300));
  }

  @Test
  void whatIsWrongWithTheHosts() {
    assertThat(topics(new PolySchedule(STEPS, 0.1, 1, 1000), 1000))
        .as("a decay that rises")
        .containsExactly(Topic.STILL_RISING);
    assertThat(topics(new CycleSchedule(STEPS, 0.1, 1, 95, 10, 0.1), 95))
        .as("a second peak, up and down")
        .filteredOn(topic -> topic == Topic.JUMP)
        .hasSize(2);
    assertThat(topics(new CycleSchedule(STEPS, 1, 1000), 1000))
        .as("a tail that falls off")
        .contains(Topic.JUMP);
  }

  @Test
  void valuesThatAreNone() {
    ISchedule broken = new MapSchedule(STEPS, Map.of(0, 0.1, 5, -0.1, 8, Double.NaN, 9, 0.1));
    assertThat(ScheduleAdvice.check(broken, 20))
        .singleElement()
        .hasToString("step 8: NOT_FINITE: NaN or infinite at 1 of 20 steps, first at 8");
    assertThat(topics(broken, 7)).contains(Topic.NEGATIVE);
  }

  @Test
  void refusesARunOfNoLength() {
    assertThatThrownBy(() -> ScheduleAdvice.check(new FixedSchedule(0.1), 0, 0))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("steps must be 1 or more, was 0")
        .hasMessageContaining("stepsPerEpoch must be 1 or more, was 0");
  }
}
