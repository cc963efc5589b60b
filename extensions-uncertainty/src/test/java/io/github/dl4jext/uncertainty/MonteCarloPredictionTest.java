package io.github.dl4jext.uncertainty;

import static io.github.dl4jext.testkit.fixtures.DroppingNetworks.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class MonteCarloPredictionTest {

  private static final int SAMPLES = 37;
  private static final int ROWS = 6;
  private static final int CLASSES = 4;
  private static final OutputForm FORM = new OutputForm(OutputType.CATEGORICAL, 1);

  private static MonteCarloSettings settings(int samples, Double level, boolean keep) {
    return new MonteCarloSettings(samples, 0, null, null, 30, level, keep, false, null);
  }

  private static MonteCarloPrediction golden(OutputForm form, Double level) {
    RunningPrediction running =
        new RunningPrediction(form, new long[] {ROWS, CLASSES}, settings(50, level, true));
    double[] samples = MonteCarloGolden.of("samples");
    for (int i = 0; i < SAMPLES * ROWS; i++) {
      running.add(i % ROWS, samples, i * CLASSES);
    }
    return new MonteCarloPrediction(running.finish());
  }

  @Test
  void agreesWithPyTorchAndNumPy() {
    MonteCarloPrediction prediction = golden(FORM, 0.9);
    assertClose(prediction.mean(), "mean");
    assertClose(prediction.standardDeviation(), "std");
    assertClose(prediction.predictiveEntropy(), "predictive");
    assertClose(prediction.expectedEntropy(), "expected");
    assertClose(prediction.mutualInformation(), "mutual");
    assertClose(prediction.variationRatio(), "variation");
    assertClose(prediction.mostProbableClass(), "class");
    assertThat(prediction.mostProbableClass().dataType()).isEqualTo(DataType.INT64);
    assertClose(prediction.lower(), "lower");
    assertClose(prediction.upper(), "upper");
    assertThat(numbers(prediction.samples())).isEqualTo(MonteCarloGolden.of("samples"));
    assertThat(prediction.standardError().getDouble(0))
        .isCloseTo(MonteCarloGolden.of("std")[0] / Math.sqrt(SAMPLES), within(1e-12));
  }

  private static void assertClose(INDArray ours, String name) {
    assertThat(numbers(ours)).as(name).containsExactly(MonteCarloGolden.of(name), within(1e-12));
  }

  @Test
  void theNumbersOfTheDocumentation() {
    RunningPrediction running =
        new RunningPrediction(FORM, new long[] {1, 2}, settings(2, null, false));
    running.add(0, new double[] {1, 0, 0, 1}, 0);
    running.add(0, new double[] {1, 0, 0, 1}, 2);
    MonteCarloPrediction prediction = new MonteCarloPrediction(running.finish());
    assertThat(prediction.predictiveEntropy().getDouble(0)).isCloseTo(Math.log(2), within(1e-15));
    assertThat(prediction.expectedEntropy().getDouble(0)).isZero();
    assertThat(prediction.mutualInformation().getDouble(0)).isCloseTo(Math.log(2), within(1e-15));
    assertThat(prediction.variationRatio().getDouble(0)).isEqualTo(0.5);
  }

  @Test
  void questionsByThemselvesAreTwoClassesEach() {
    MonteCarloPrediction yesOrNo = golden(new OutputForm(OutputType.BINARY, 1), null);
    RunningPrediction running =
        new RunningPrediction(FORM, new long[] {ROWS * CLASSES, 2}, settings(SAMPLES, null, false));
    double[] samples = MonteCarloGolden.of("samples");
    for (int i = 0; i < samples.length; i++) {
      running.add(i % (ROWS * CLASSES), new double[] {1 - samples[i], samples[i]}, 0);
    }
    MonteCarloPrediction classes = new MonteCarloPrediction(running.finish());
    assertThat(yesOrNo.mutualInformation().shape()).containsExactly(ROWS, CLASSES);
    assertThat(numbers(yesOrNo.predictiveEntropy()))
        .containsExactly(numbers(classes.predictiveEntropy()), within(1e-12));
    assertThat(numbers(yesOrNo.expectedEntropy()))
        .containsExactly(numbers(classes.expectedEntropy()), within(1e-12));
    assertThat(numbers(yesOrNo.variationRatio()))
        .containsExactly(numbers(classes.variationRatio()), within(1e-12));
    assertThat(numbers(yesOrNo.mostProbableClass()))
        .isEqualTo(numbers(classes.mostProbableClass()));
  }

  @Test
  void whatIsGivenOutMayBeOverwritten() {
    MonteCarloPrediction prediction = golden(FORM, 0.9);
    prediction.mean().assign(9);
    prediction.samples().assign(9);
    prediction.lower().assign(9);
    assertClose(prediction.mean(), "mean");
    assertClose(prediction.lower(), "lower");
  }

  @Test
  void quantilesAreExactForAnyNumberOfSamplesAndLevel() {
    Random random = new Random(3);
    for (double level : new double[] {0.01, 0.5, 0.9, 0.999}) {
      TailQuantiles tails = new TailQuantiles(level, 1, 200);
      double[] all = new double[200];
      for (int n = 1; n <= 200; n++) {
        all[n - 1] = random.nextGaussian();
        tails.add(0, all[n - 1]);
        double[] sorted = Arrays.copyOf(all, n);
        Arrays.sort(sorted);
        double position = (1 - level) / 2 * (n - 1);
        assertThat(tails.lower(0, n)).isCloseTo(between(sorted, position), within(1e-12));
        assertThat(tails.upper(0, n)).isCloseTo(between(sorted, n - 1 - position), within(1e-12));
      }
    }
  }

  private static double between(double[] sorted, double position) {
    int below = (int) Math.floor(position);
    int above = (int) Math.ceil(position);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  @Test
  void piecesAreJoined() {
    MonteCarloPrediction one = golden(FORM, 0.9);
    MonteCarloPrediction two = MonteCarloPrediction.joined(List.of(one, one));
    assertThat(two.mean().shape()).containsExactly(2 * ROWS, CLASSES);
    assertThat(two.mutualInformation().getDouble(ROWS + 1))
        .isEqualTo(one.mutualInformation().getDouble(1));
    assertThat(two.samples().shape()).containsExactly(SAMPLES, 2 * ROWS, CLASSES);
    assertThat(two.upper().getDouble(ROWS + 2, 3)).isEqualTo(one.upper().getDouble(2, 3));
  }

  @Test
  void memoryDoesNotGrowWithTheNumberOfSamples() {
    long few = bytes(100);
    assertThat(bytes(1000)).isEqualTo(few);
  }

  /** Every array that a prediction holds while samples come in. */
  private static long bytes(int samples) {
    RunningPrediction running =
        new RunningPrediction(FORM, new long[] {ROWS, CLASSES}, settings(samples, null, false));
    double[] values = new double[CLASSES];
    Arrays.fill(values, 0.25);
    for (int i = 0; i < samples * ROWS; i++) {
      running.add(i % ROWS, values, 0);
    }
    long bytes = 0;
    for (Field field : RunningPrediction.class.getDeclaredFields()) {
      field.setAccessible(true);
      try {
        Object value = field.get(running);
        if (value instanceof double[] numbers) {
          bytes += 8L * numbers.length;
        } else if (value instanceof int[] numbers) {
          bytes += 4L * numbers.length;
        } else {
          assertThat(value instanceof Collection || value instanceof TailQuantiles)
              .as("%s may grow", field.getName())
              .isFalse();
        }
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
    return bytes;
  }
}
