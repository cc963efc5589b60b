package io.github.dl4jext.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.noise.RandomState;
import io.github.dl4jext.testkit.fixtures.Trainings;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Threads are set, measured, and put back. */
class CpuThreadsTest {

  private final int blas = CpuState.current().blasThreads();
  private final int openMp = CpuState.current().openMpThreads();

  @AfterEach
  void asBefore() {
    assertThat(CpuState.current().blasThreads()).isEqualTo(blas);
    assertThat(CpuState.current().openMpThreads()).isEqualTo(openMp);
  }

  @Test
  void areSetAndPutBack() {
    try (CpuThreads two = CpuThreads.set(2, 1)) {
      assertThat(CpuState.current().blasThreads()).isEqualTo(2);
      assertThat(CpuState.current().openMpThreads()).isEqualTo(1);
      assertThat(two.measured()).isEmpty();
      assertThat(two.toString()).contains("   2       1  not measured  <- set");
      try (CpuThreads one = CpuThreads.set(1, 1)) {
        assertThat(one.chosen().blas()).isEqualTo(1);
        assertThat(CpuState.current().blasThreads()).isEqualTo(1);
      }
      assertThat(CpuState.current().blasThreads()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void areMeasuredOnACopy(Type type) {
    Model model = Trainings.network(type, Trainings.base(new Adam(0.01)).dropOut(0.8));
    TrainingListener listener =
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model any, int iteration, int epoch) {
            throw new AssertionError("the network was trained");
          }
        };
    model.setListeners(listener);
    INDArray before = model.params().dup();
    RandomState random = RandomState.current();
    try (CpuThreads best = CpuThreads.calibrate(model, Trainings.batch(0))) {
      assertThat(best.measured()).hasSizeBetween(1, 4);
      assertThat(best.measured().get(0).ratio()).isEqualTo(1);
      assertThat(best.measured())
          .allSatisfy(
              each -> assertThat(each.ratio()).isGreaterThanOrEqualTo(best.chosen().ratio()));
      assertThat(CpuState.current().blasThreads()).isEqualTo(best.chosen().blas());
      assertThat(CpuState.current().openMpThreads()).isEqualTo(best.chosen().openMp());
      assertThat(best.toString()).contains("100 %").containsOnlyOnce("<- set");
    }
    assertThat(model.params().toDoubleVector()).isEqualTo(before.ravel().toDoubleVector());
    assertThat(RandomState.current()).isEqualTo(random);
    assertThat(Network.of(model).listeners()).isEqualTo(List.of(listener));
    assertThat(Network.of(model).progress().iterations()).isZero();
  }

  @Test
  void refusesNoThreads() {
    assertThatThrownBy(() -> CpuThreads.set(0, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cpu_threads: blas must be at least 1, was 0")
        .hasMessageContaining("cpu_threads: openMp must be in [1, ")
        .hasMessageContaining("was -1");
    int most = Nd4j.getEnvironment().maxThreads();
    assertThatThrownBy(() -> CpuThreads.set(1, most + 1))
        .hasMessage(
            "cpu_threads: openMp must be in [1, %s], as ND4J was loaded with OMP_NUM_THREADS=%s, was %s"
                .formatted(most, most, most + 1));
  }
}
