package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.Plugins;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.SigmoidSchedule;

/**
 * Where DL4J's schedules of 1.0.0-M2.1 are wrong and ours are right. A failure of the first
 * assertion of a test means that DL4J has been mended.
 */
class Dl4jScheduleDefectsTest {

  private static final ScheduleType STEPS = ScheduleType.ITERATION;

  private static double[] values(ISchedule schedule, int from, int to) {
    return IntStream.range(from, to).mapToDouble(step -> schedule.valueAt(step, 0)).toArray();
  }

  @Test
  void theTailOfItsCycleFallsTenfoldAtEveryStep() {
    CycleSchedule theirs = new CycleSchedule(STEPS, 1, 1000);
    assertThat(theirs.valueAt(999, 0) / theirs.valueAt(900, 0)).isCloseTo(1e-99, within(1e-105));
    OneCycle ours = OneCycle.geron(1, 1000);
    assertThat(ours.valueAt(950, 0)).isCloseTo(0.05005, within(1e-15));
    assertThat(ours.valueAt(999, 0)).isCloseTo(0.001099, within(1e-15));
  }

  @Test
  void itsCyclePeaksAgainBeforeTheTailIfTheRestIsOdd() {
    CycleSchedule theirs = new CycleSchedule(STEPS, 0.1, 1, 95, 10, 0.1);
    assertThat(values(theirs, 83, 86)).containsExactly(new double[] {0.121, 1, 0.1}, within(1e-3));
    for (int steps = 20; steps < 400; steps++) {
      double[] ours = values(OneCycle.geron(1, steps), 0, steps);
      int peak = (int) (steps * 0.9 / 2);
      for (int step = peak + 1; step < steps; step++) {
        assertThat(ours[step]).as("%s of %s", step, steps).isLessThan(ours[step - 1]);
      }
    }
  }

  @Test
  void itsOneCycleIsManyCycles() {
    assertThat(new CycleSchedule(STEPS, 1, 100).valueAt(145, 0)).isEqualTo(1);
    assertThat(OneCycle.geron(1, 100).valueAt(145, 0)).isEqualTo(1e-4);
  }

  @Test
  void itsPolynomialDecayRisesAndThenDropsToZero() {
    assertThat(values(new PolySchedule(STEPS, 1, 2, 100), 98, 101))
        .containsExactly(new double[] {3.92, 3.96, 0}, within(1e-2));
    assertThat(values(new Polynomial(1, 0, 100, 2), 98, 101))
        .containsExactly(new double[] {0.0004, 0.0001, 0}, within(1e-15));
  }

  @Test
  void aModelWithItsWarmUpCannotBeLoaded() {
    String theirs = model(new RampSchedule(new FixedSchedule(0.1), 10)).toJson();
    assertThatThrownBy(() -> MultiLayerConfiguration.fromJson(theirs))
        .hasStackTraceContaining("RampSchedule");
    MultiLayerConfiguration ours = model(Warmup.linear(0.1, 10));
    assertThat(MultiLayerConfiguration.fromJson(ours.toJson())).isEqualTo(ours);
  }

  @Test
  void itsWarmUpCountsIterationsEvenForSchedulesByEpoch() {
    ISchedule byEpoch = new ExponentialSchedule(ScheduleType.EPOCH, 0.1, 0.5);
    assertThat(new RampSchedule(byEpoch, 5).valueAt(4, 0)).isEqualTo(0.1);
    PerEpoch ours = new PerEpoch(Warmup.linear(new Exponential(0.1, 0.5, 1), 5));
    assertThat(ours.valueAt(4, 0)).isZero();
    assertThat(ours.valueAt(4000, 4)).isCloseTo(0.08, within(1e-16));
    assertThat(ours.valueAt(7000, 7)).isCloseTo(0.025, within(1e-16));
  }

  @Test
  void itsWarmUpMultipliesADecayThatGoesOnMeanwhile() {
    ISchedule decay = new Exponential(0.1, 0.5, 10);
    double[] theirs = values(new RampSchedule(decay, 100), 0, 300);
    assertThat(IntStream.range(0, 300).mapToDouble(i -> theirs[i]).max().orElseThrow())
        .as("the highest rate of a warm-up to 0.1")
        .isLessThan(0.006);
    assertThat(Warmup.linear(decay, 100).valueAt(100, 0)).isEqualTo(0.1);
  }

  @Test
  void itsSigmoidRisesIfItsRateIsPositive() {
    SigmoidSchedule theirs = new SigmoidSchedule(STEPS, 0.1, 0.1, 50);
    assertThat(theirs.valueAt(99, 0)).isGreaterThan(20 * theirs.valueAt(0, 0));
    for (ISchedule ours :
        List.of(new Power(0.1, 50), new Exponential(0.1, 0.1, 50), new Cosine(0.1, 100))) {
      assertThat(ours.valueAt(99, 0)).isLessThan(ours.valueAt(0, 0));
    }
  }

  /** The updater is wrong here, whosever the schedule is; DL4J clones it for each layer. */
  @Test
  void itsAdaGradForgetsAnySchedule() {
    Cosine cosine = new Cosine(0.1, 100);
    assertThat(new AdaGrad(cosine).clone().getLearningRate(50, 0)).isNaN();
    assertThat(new Adam(cosine).clone().getLearningRate(50, 0)).isCloseTo(0.05, within(1e-16));
  }

  @Test
  void itsSchedulesTakeAnythingForARate() {
    assertThat(new FixedSchedule(Double.NaN).valueAt(0, 0)).isNaN();
    assertThat(new ExponentialSchedule(STEPS, 0.1, -2).valueAt(1, 0)).isNegative();
    Map<String, Double> notANumber = Map.of("rate", Double.NaN);
    assertThatThrownBy(() -> Plugins.installed().create(ISchedule.class, "constant", notANumber))
        .hasMessage("constant: rate must be a number in [0, inf), was NaN");
    assertThatThrownBy(() -> new Exponential(0.1, -2, 1))
        .hasMessage("exponential: decayRate must be a number in (0, 1], was -2.0");
  }

  private static MultiLayerConfiguration model(ISchedule rate) {
    return new NeuralNetConfiguration.Builder()
        .list(new OutputLayer.Builder().nIn(2).nOut(2).updater(new Sgd(rate)).build())
        .build();
  }
}
