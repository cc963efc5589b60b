package io.github.dl4jext.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugins;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * A hundred steps of each of Keras's optimizers, by numpy: gradients of 1e-9 to 100, a rate that
 * changes twice. The script lies beside the numbers.
 */
class StepConventionTest {

  private static final JsonNode FILE = file();

  private static JsonNode file() {
    try (InputStream in =
        StepConventionTest.class.getResourceAsStream("/golden/optimizers-keras.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<String> specs() {
    Iterable<String> names = () -> FILE.get("cases").fieldNames();
    return StreamSupport.stream(names.spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void inDoubleItIsKerassWithin1e9(String spec) {
    assertFollows(spec, 1, DataType.DOUBLE, 1e-9);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void inFloatItIsKerassWithin1e6(String spec) {
    assertFollows(spec, 1, DataType.FLOAT, 1e-6);
  }

  /** Several blocks of the loop over floats, and several chunks of a rule. */
  @ParameterizedTest
  @MethodSource("specs")
  void ofManyParametersToo(String spec) {
    assertFollows(spec, 4001, DataType.FLOAT, 1e-6);
  }

  private static void assertFollows(String spec, int copies, DataType type, double bound) {
    JsonNode golden = FILE.get("cases").get(spec);
    MapSchedule.Builder rates = new MapSchedule.Builder(ScheduleType.ITERATION);
    golden
        .get("rates")
        .fields()
        .forEachRemaining(e -> rates.add(Integer.parseInt(e.getKey()), e.getValue().asDouble()));
    Optimizer optimizer = Plugins.installed().create(Optimizer.class, spec);
    IUpdater rule = optimizer.updater();
    rule.setLrAndSchedule(Double.NaN, rates.build());
    // in double, since the rounding of a float weight at each step is no part of the rule
    INDArray weights = row(FILE.get("start"), copies, DataType.DOUBLE);
    long size = rule.stateSize(weights.length());
    GradientUpdater<?> updater =
        rule.instantiate(size == 0 ? null : Nd4j.create(type, 1, size), true);
    for (int step = 0; step < FILE.get("gradients").size(); step++) {
      INDArray gradient = row(FILE.get("gradients").get(step), copies, type);
      updater.applyUpdater(gradient, step, 0);
      for (Regularization term : optimizer.regularizations()) {
        term.apply(weights.castTo(type), gradient, rule.getLearningRate(step, 0), step, 0);
      }
      weights.subi(gradient.castTo(DataType.DOUBLE));
      JsonNode expected = golden.get("params").get(Integer.toString(step + 1));
      if (expected != null) {
        assertClose(expected, weights, bound, spec + ", step " + (step + 1));
      }
    }
  }

  private static void assertClose(JsonNode expected, INDArray actual, double bound, String what) {
    int length = expected.size();
    int last = (int) actual.length() - length;
    for (int from : new int[] {0, last / 2 / length * length, last}) {
      for (int i = 0; i < length; i++) {
        double weight = expected.get(i).asDouble();
        assertThat(actual.getDouble(from + i))
            .as("%s, parameter %s", what, from + i)
            .isCloseTo(weight, within(bound * Math.max(1, Math.abs(weight))));
      }
    }
  }

  private static INDArray row(JsonNode numbers, int copies, DataType type) {
    double[] row = new double[numbers.size() * copies];
    for (int i = 0; i < row.length; i++) {
      row[i] = numbers.get(i % numbers.size()).asDouble();
    }
    return Nd4j.createFromArray(row).castTo(type);
  }

  /** So that the paths above cannot agree by chance: with PyTorch's form each leaves Keras's. */
  @Test
  void theOtherConventionIsAnotherPath() {
    List<String> same = new ArrayList<>();
    for (String spec : specs().filter(s -> s.contains("convention")).toList()) {
      String torch = spec.replace("convention=keras", "convention=torch");
      double[] ours = first(spec);
      double[] theirs = first(torch);
      boolean differs =
          IntStream.range(0, ours.length)
              .anyMatch(i -> Math.abs(ours[i] - theirs[i]) > 1e-8 * Math.abs(ours[i]));
      if (!differs) {
        same.add(spec);
      }
    }
    assertThat(same).isEmpty();
  }

  /** The updates of two steps, the second one with ten times the rate. */
  private static double[] first(String spec) {
    IUpdater rule = Plugins.installed().create(Optimizer.class, spec).updater();
    rule.setLrAndSchedule(
        Double.NaN,
        new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 0.01).add(1, 0.1).build());
    GradientUpdater<?> updater =
        rule.instantiate(Nd4j.create(DataType.DOUBLE, 1, rule.stateSize(4)), true);
    updater.applyUpdater(Nd4j.createFromArray(1e-7, 1e-3, 0.1, 2e-7), 0, 0);
    INDArray gradient = Nd4j.createFromArray(2e-7, -1e-3, 0.3, 1e-7);
    updater.applyUpdater(gradient, 1, 0);
    return gradient.toDoubleVector();
  }

  @Test
  void theSumOfAdaGradStartsWhereItIsTold() {
    AdaGrad rule = new AdaGrad(1).with(AdaGrad.INITIAL_ACCUMULATOR, 0.75);
    GradientUpdater<?> updater =
        rule.instantiate(Nd4j.create(DataType.DOUBLE, 1, rule.stateSize(1)), true);
    INDArray gradient = Nd4j.createFromArray(0.5);
    updater.applyUpdater(gradient, 0, 0);
    assertThat(gradient.getDouble(0)).isCloseTo(0.5, within(1e-9));
  }
}
