package io.github.dl4jext.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugins;
import java.util.List;
import org.junit.jupiter.api.Test;
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
        "nadam(learningRate=0.002, form=paper)",
        "momentum(learningRate=0.002, momentum=0.8)",
        "momentum(learningRate=0.002, momentum=0.8, convention=keras)",
        "nesterov(learningRate=0.002, momentum=0.8)",
        "nesterov(learningRate=0.002, momentum=0.8, convention=keras)",
        "adam(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-3)",
        "adam(learningRate=0.002, epsilon=1e-3, convention=keras)",
        "amsgrad(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-3)",
        "radam(learningRate=0.002, beta1=0.8, beta2=0.99, epsilon=1e-3)",
        "rmsprop(learningRate=0.002, rho=0.8, epsilon=1e-3)",
        "rmsprop(learningRate=0.002, rho=0.8, epsilon=1e-3, convention=keras)",
        "lion(learningRate=0.002, beta1=0.8, beta2=0.9)",
        "adagrad(learningRate=0.002, epsilon=1e-3)",
        "adagrad(learningRate=0.002, epsilon=1e-3, convention=keras)",
        "adadelta(learningRate=0.5, rho=0.8, epsilon=1e-3)"
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adam",
        "amsgrad",
        "radam",
        "nadam",
        "adamax",
        "rmsprop",
        "momentum(learningRate=0.1)",
        "nesterov(learningRate=0.1)",
        "adagrad(learningRate=0.1)",
        "adadelta",
        "lion"
      })
  void whatIsNoFiniteNumberStaysSoAndNothingElseIsHarmed(String spec) {
    float[] numbers = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      3e38f,
      -3e38f,
      1e-40f,
      -Float.MIN_NORMAL,
      0,
      -0f,
      1,
      1e-20f,
      1e15f
    };
    GradientUpdater<?> floats = updater(spec, DataType.FLOAT, numbers.length);
    GradientUpdater<?> doubles = updater(spec, DataType.DOUBLE, numbers.length);
    INDArray gradient = Nd4j.createFromArray(numbers);
    INDArray expected = gradient.castTo(DataType.DOUBLE);
    floats.applyUpdater(gradient, 0, 0);
    doubles.applyUpdater(expected, 0, 0);
    for (int i = 0; i < numbers.length; i++) {
      double right = expected.getDouble(i);
      float actual = gradient.getFloat(i);
      if (Math.abs(numbers[i]) == 3e38f) {
        // its square is no float: nothing or all of a step, or what overflows further
        assertThat(actual).as("%s", numbers[i]).isNotNaN();
      } else if (Double.isFinite(right)) {
        // a mean of the least floats has lost its digits
        double digits = Math.abs(numbers[i]) <= Float.MIN_NORMAL ? 2e-3 : 2e-6;
        double bound = Math.max(digits * Math.abs(right), Float.MIN_NORMAL);
        assertThat(actual).as("%s", numbers[i]).isCloseTo((float) right, within((float) bound));
      } else {
        assertThat(actual).as("%s", numbers[i]).isEqualTo(Float.valueOf((float) right));
      }
    }
  }

  @Test
  void aStepIsTheSameToTheBitHoweverManyThreadsMakeIt() {
    int length = (1 << 19) + 12345;
    INDArray source = Nd4j.linspace(DataType.FLOAT, -3, 6.0 / length, length);
    FloatLoop.Step step =
        (gradient, state, count) -> {
          for (int i = 0; i < count; i++) {
            state[0][i] += gradient[i] * gradient[i];
            gradient[i] *= state[0][i] + 1;
          }
        };
    INDArray one = source.dup();
    INDArray four = source.dup();
    INDArray stateOfOne = Nd4j.zeros(DataType.FLOAT, length);
    INDArray stateOfFour = Nd4j.zeros(DataType.FLOAT, length);
    FloatLoop.run(one, List.of(stateOfOne), step, 1);
    FloatLoop.run(four, List.of(stateOfFour), step, 4);
    assertThat(four.data().asFloat()).isEqualTo(one.data().asFloat());
    assertThat(stateOfFour.data().asFloat()).isEqualTo(stateOfOne.data().asFloat());
    assertThat(one.getFloat(length - 1)).isNotEqualTo(source.getFloat(length - 1));
  }

  private static GradientUpdater<?> updater(String spec, DataType type) {
    return updater(spec, type, LENGTH);
  }

  private static GradientUpdater<?> updater(String spec, DataType type, int length) {
    Optimizer made = Plugins.installed().create(Optimizer.class, spec);
    UpdateRule<?> rule = (UpdateRule<?>) made.updater();
    return rule.instantiate(Nd4j.create(type, 1, rule.stateSize(length)), true);
  }
}
