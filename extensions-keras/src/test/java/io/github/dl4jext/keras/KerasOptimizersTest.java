package io.github.dl4jext.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.listeners.averaging.ExponentialMovingAverage;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.listeners.clipping.ClipByNorm;
import io.github.dl4jext.listeners.clipping.ClipByValue;
import io.github.dl4jext.optimizers.GradientAccumulation;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Optimizers and schedules of a file step as numpy does by Keras's formulas. */
class KerasOptimizersTest {

  private static final double[] START = {1.0, -0.5, 0.25, 2.0};

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> golden(String part) throws IOException {
    try (InputStream in = KerasOptimizersTest.class.getResourceAsStream("/optimizers.json")) {
      Map<String, Object> all =
          new ObjectMapper().readValue(Objects.requireNonNull(in), HashMap.class);
      return (List<Map<String, Object>>) all.get(part);
    }
  }

  static Stream<Map<String, Object>> optimizers() throws IOException {
    return golden("optimizers").stream();
  }

  static Stream<Map<String, Object>> schedules() throws IOException {
    return golden("schedules").stream();
  }

  private static KerasOptimizer optimizer(Object spec) {
    return KerasOptimizer.of(KerasObject.of("the optimizer", spec), new ReportLines("training"));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aHundredStepsAreKerass(Map<String, Object> golden) {
    Map<?, ?> weights = (Map<?, ?>) golden.get("weights");
    steps(optimizer(golden.get("optimizer")), weights, DataType.DOUBLE, 1e-9);
    steps(optimizer(golden.get("optimizer")), weights, DataType.FLOAT, 1e-6);
  }

  private static void steps(
      KerasOptimizer optimizer, Map<?, ?> golden, DataType type, double tolerance) {
    IUpdater updater = optimizer.rule().updater();
    long size = updater.stateSize(START.length);
    GradientUpdater<?> live =
        updater.instantiate(size == 0 ? null : Nd4j.zeros(type, 1, size), true);
    INDArray weights = Nd4j.createFromArray(START).reshape(1, 4);
    for (int t = 1; t <= 100; t++) {
      double[] gradient = new double[4];
      for (int i = 0; i < 4; i++) {
        gradient[i] = Math.sin(0.1 * t * (i + 1)) + 0.05 * i;
      }
      INDArray update = Nd4j.createFromArray(gradient).reshape(1, 4).castTo(type);
      live.applyUpdater(update, t - 1, 0);
      weights.subi(update.castTo(DataType.DOUBLE));
      List<?> wanted = (List<?>) golden.get(String.valueOf(t));
      for (int i = 0; wanted != null && i < 4; i++) {
        double want = ((Number) wanted.get(i)).doubleValue();
        assertThat(weights.getDouble(i))
            .as("weight " + i + " after " + t + " steps in " + type)
            .isCloseTo(want, within(tolerance * Math.max(1, Math.abs(want))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void schedulesAreKerass(Map<String, Object> golden) {
    ISchedule schedule = KerasSchedules.of("learning_rate", golden.get("schedule"));
    List<?> rates = (List<?>) golden.get("rates");
    for (int step = 0; step < rates.size(); step++) {
      assertThat(schedule.valueAt(step, 0))
          .as("at step " + step)
          .isCloseTo(((Number) rates.get(step)).doubleValue(), within(1e-9));
    }
  }

  private static Map<String, Object> spec(Object... fields) {
    Map<String, Object> config = new HashMap<>(Map.of("learning_rate", 0.1));
    for (int i = 0; i < fields.length; i += 2) {
      config.put((String) fields[i], fields[i + 1]);
    }
    return Map.of("class_name", "SGD", "config", config);
  }

  @Test
  void whatKerasDoesBesideItsStepsComesAsListeners() {
    List<TrainingListener> listeners = new ArrayList<>();
    KerasOptimizer optimizer =
        optimizer(
            spec(
                "clipvalue",
                0.5,
                "clipnorm",
                1.5,
                "global_clipnorm",
                2,
                "use_ema",
                true,
                "ema_momentum",
                0.9));
    optimizer.listeners().forEach(listener -> listeners.add(listener.get()));
    assertThat(listeners.toString())
        .isEqualTo(
            List.of(
                    new ClipByValue(0.5),
                    new ClipByGlobalNorm(2),
                    new ClipByNorm(1.5),
                    new ExponentialMovingAverage(0.9))
                .toString());
    MultiLayerNetwork net = KerasImport.sequential(KerasFiles.path("dense_3_5_0")).network();
    optimizer.configure(net);
    assertThat(net.getListeners()).hasSize(4);
    assertThat(optimizer(spec("gradient_accumulation_steps", 4)).rule())
        .isInstanceOf(GradientAccumulation.class);
  }

  /** One step with and without decay differ by rate times decay times weight, biases too. */
  @Test
  void weightsAndBiasesDecayBesideTheStep() {
    INDArray x = KerasFiles.inputs("dense_3_5_0")[0];
    INDArray labels = Nd4j.eye(3).getRows(0, 1, 2, 0, 1, 2, 0);
    KerasModel<MultiLayerNetwork> model = KerasImport.sequential(KerasFiles.path("dense_3_5_0"));
    MultiLayerNetwork plain = model.trainable();
    MultiLayerNetwork decaying = model.trainable();
    INDArray before = plain.params().dup();
    optimizer(spec()).configure(plain);
    optimizer(spec("weight_decay", 0.2)).configure(decaying);
    plain.fit(x, labels);
    decaying.fit(x, labels);
    assertThat(plain.params().sub(decaying.params()).sub(before.mul(0.1 * 0.2)).amaxNumber())
        .satisfies(difference -> assertThat(difference.doubleValue()).isLessThan(1e-6));
    assertThat(model.trainable().getLayer(0).conf().getLayer()).isNotNull();
  }

  @Test
  void whatIsWrongIsSaidWithItsPlace() {
    assertThatThrownBy(() -> optimizer(spec("momentum", "much")))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("the optimizer SGD: momentum must be a number, was much");
    assertThatThrownBy(
            () ->
                optimizer(spec("learning_rate", Map.of("class_name", "Mine", "config", Map.of()))))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("the optimizer SGD: learning_rate: Mine is not known; known are");
  }
}
