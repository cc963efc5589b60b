package io.github.dl4jext.optimizers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;

/** The mean square less the squared mean is below zero by rounding where gradients are constant. */
class CenteredRMSpropTest {

  private static final int LENGTH = 5000;

  @ParameterizedTest
  @EnumSource(StepConvention.class)
  void constantGradientsGiveFiniteSteps(StepConvention convention) {
    RMSprop rule =
        new RMSprop(1e-3).with(RMSprop.CENTERED, true).with(RMSprop.CONVENTION, convention);
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      Nd4j.getRandom().setSeed(3);
      INDArray constant = Nd4j.rand(DataType.DOUBLE, LENGTH).muli(10).castTo(type);
      GradientUpdater<?> updater =
          rule.instantiate(Nd4j.create(type, 1, rule.stateSize(LENGTH)), true);
      for (int step = 0; step < 400; step++) {
        INDArray gradient = constant.dup();
        updater.applyUpdater(gradient, step, 0);
        double[] steps = gradient.toDoubleVector();
        assertThat(Arrays.stream(steps).allMatch(Double::isFinite))
            .as("%s, step %s", type, step)
            .isTrue();
      }
    }
  }
}
