package io.github.dl4jext.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** The paper's product of momenta, by hand, and a product that is kept where beta1 is scheduled. */
class NAdamFormTest {

  private static double[] path(NAdam rule, double... gradients) {
    INDArray state = Nd4j.create(DataType.DOUBLE, 1, rule.stateSize(1));
    GradientUpdater<?> updater = rule.instantiate(state, true);
    double weight = 1;
    double[] path = new double[gradients.length];
    for (int i = 0; i < path.length; i++) {
      INDArray gradient = Nd4j.createFromArray(gradients[i]);
      updater.applyUpdater(gradient, i, 0);
      weight -= gradient.getDouble(0);
      path[i] = weight;
    }
    return path;
  }

  @Test
  void thePapersFormTakesEachMomentumOnce() {
    double[] path = path(new NAdam().with(NAdam.FORM, NAdam.Form.PAPER), 0.1, 0.2);
    assertThat(path[0]).isCloseTo(0.998943548, within(6e-10));
    assertThat(path[1]).isCloseTo(0.997980601, within(6e-10));
  }

  @Test
  void withAMomentumDecayOfOneItIsKerass() {
    NAdam keras = new NAdam().with(NAdam.MOMENTUM_DECAY, 1.0).with(NAdam.FORM, NAdam.Form.PAPER);
    double[] path = path(keras, 0.1, 0.2);
    assertThat(path[0]).isCloseTo(0.998937212, within(6e-10));
    assertThat(path[1]).isCloseTo(0.997991073, within(6e-10));
  }

  @Test
  void aScheduleThatNeverChangesIsANumber() {
    double[] gradients = {0.1, 0.2, -0.4, 0.3, 0.05, 0.7};
    for (NAdam.Form form : NAdam.Form.values()) {
      NAdam number = new NAdam().with(NAdam.BETA1, 0.85).with(NAdam.FORM, form);
      NAdam schedule =
          number.with(
              NAdam.BETA1, new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 0.85).build());
      assertThat(schedule.stateSize(5)).isEqualTo(15);
      assertThat(path(schedule, gradients)).isEqualTo(path(number, gradients));
    }
  }
}
