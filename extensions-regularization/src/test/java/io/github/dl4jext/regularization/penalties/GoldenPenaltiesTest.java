package io.github.dl4jext.regularization.penalties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.regularization.GoldenFile;
import io.github.dl4jext.spi.Plugins;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.Regularization.ApplyStep;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** L1, L2 and weight decay against PyTorch, and with a schedule. */
class GoldenPenaltiesTest {

  @Test
  void stepsAndScoresAreThoseOfPyTorch() {
    assertSteps(new L1(0.3), "l1");
    assertSteps(new L2(0.3), "l2");
    assertSteps(new WeightDecay(0.3), "weight_decay");
    INDArray w = Nd4j.createFromArray(GoldenFile.numbers("w"));
    assertThat(new L1(0.3).score(w, 0, 0)).isCloseTo(GoldenFile.number("l1.score"), within(1e-15));
    assertThat(new L2(0.3).score(w, 0, 0)).isCloseTo(GoldenFile.number("l2.score"), within(1e-15));
    assertThat(new WeightDecay(0.3).score(w, 0, 0)).isZero();
  }

  private static void assertSteps(Regularization term, String name) {
    INDArray w = Nd4j.createFromArray(GoldenFile.numbers("w"));
    double rate = 0.1;
    for (int i = 0; i < 5; i++) {
      INDArray update = w.like();
      term.apply(w, update, rate, i, 0);
      w.subi(term.applyStep() == ApplyStep.BEFORE_UPDATER ? update.muli(rate) : update);
    }
    double[] expected = GoldenFile.numbers(name + ".after5");
    for (int i = 0; i < expected.length; i++) {
      assertThat(w.getDouble(i)).as(name).isCloseTo(expected[i], within(1e-14));
    }
  }

  @Test
  void theCoefficientFollowsItsScheduleAndIsSavedWithIt() throws Exception {
    Map<Integer, Double> values = new HashMap<>();
    values.put(0, 0.5);
    values.put(10, 0.25);
    MapSchedule schedule = new MapSchedule(ScheduleType.ITERATION, values);
    INDArray w = Nd4j.createFromArray(3.0, -4.0);
    for (Regularization term :
        new Regularization[] {new L1(schedule), new L2(schedule), new WeightDecay(schedule)}) {
      var mapper = NeuralNetConfiguration.mapper();
      Regularization read = mapper.readValue(mapper.writeValueAsString(term), Regularization.class);
      assertThat(read).isEqualTo(term);
      INDArray early = Nd4j.zeros(DataType.DOUBLE, 2);
      INDArray late = Nd4j.zeros(DataType.DOUBLE, 2);
      read.apply(w, early, 1, 9, 0);
      read.apply(w, late, 1, 10, 0);
      assertThat(early.getDouble(0)).isEqualTo(2 * late.getDouble(0));
      assertThat(read.score(w, 9, 0)).isEqualTo(2 * read.score(w, 10, 0));
    }
    assertThat(
            Plugins.installed().create(Regularization.class, "l2", Map.of("coefficient", schedule)))
        .isEqualTo(new L2(schedule));
  }

  @Test
  void aScheduleThatLeavesTheRangeIsNamed() {
    MapSchedule below = new MapSchedule(ScheduleType.ITERATION, Map.of(0, -1.0));
    INDArray w = Nd4j.createFromArray(3.0, -4.0);
    assertThatThrownBy(() -> new L2(below).apply(w, w.dup(), 1, 0, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("coefficient must be")
        .hasMessageContaining("-1.0 at iteration 0");
  }

  /** ND4J's sums of floats, by which DL4J scores, lose digits with every million weights. */
  @Test
  void scoresOfMillionsOfFloatsAreRight() {
    int length = 4_000_000;
    INDArray weights = Nd4j.createUninitialized(DataType.FLOAT, length);
    Random random = new Random(1);
    double squares = 0;
    double absolutes = 0;
    for (int i = 0; i < length; i++) {
      float weight = 1 + random.nextFloat();
      weights.data().put(i, weight);
      squares += (double) weight * weight;
      absolutes += weight;
    }
    // how far BLAS alone is off depends on the processor: 1.3e-6 was seen
    assertThat(new L2(2).score(weights, 0, 0) / squares).isCloseTo(1, within(2e-7));
    assertThat(new L1(1).score(weights, 0, 0) / absolutes).isCloseTo(1, within(2e-7));
  }
}
