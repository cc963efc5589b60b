package io.github.dl4jext.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugins;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;

/** The loop over floats against ND4J's operations on doubles, over several blocks and chunks. */
class FloatLoopTest {

  private static final int LENGTH = (1 << 15) + 2049;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adamax(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-3)",
        "nadam(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-3)",
        "adamax(learningRate=0.002, epsilon=1e-3, convention=keras)",
        "nadam(learningRate=0.002, form=paper)"
      })
  void agreesWithTheOperationsOnDoubles(String spec) {
    GradientUpdater<?> floats = updater(spec, DataType.FLOAT);
    GradientUpdater<?> doubles = updater(spec, DataType.DOUBLE);
    for (int step = 0; step < 20; step++) {
      INDArray gradient = Nd4j.createUninitialized(DataType.FLOAT, LENGTH);
      for (int i = 0; i < LENGTH; i++) {
        gradient.putScalar(i, i % 7 == 0 ? 0 : Math.sin(i * (step + 1.0)));
      }
      INDArray expected = gradient.castTo(DataType.DOUBLE);
      floats.applyUpdater(gradient, step, 0);
      doubles.applyUpdater(expected, step, 0);
      for (int i = 0; i < LENGTH; i += 13) {
        double bound = 2e-6 * Math.max(0.002, Math.abs(expected.getDouble(i)));
        assertThat(gradient.getDouble(i))
            .as("%s in step %s", i, step)
            .isCloseTo(expected.getDouble(i), within(bound));
      }
    }
  }

  private static GradientUpdater<?> updater(String spec, DataType type) {
    UpdateRule<?> rule = (UpdateRule<?>) Plugins.installed().create(Optimizer.class, spec);
    return rule.instantiate(Nd4j.create(type, 1, rule.stateSize(LENGTH)), true);
  }
}
