package io.github.dl4jext.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CalibrationTest {

  private final INDArray probabilities =
      Nd4j.createFromArray(MonteCarloGolden.of("probabilities")).reshape(500, 3);
  private final INDArray labels = Nd4j.createFromArray(MonteCarloGolden.of("labels"));

  @ParameterizedTest
  @ValueSource(ints = {10, 15})
  void agreesWithPyTorch(int bins) {
    Calibration calibration = Calibration.of(probabilities, labels, bins);
    assertThat(calibration.expectedCalibrationError())
        .isCloseTo(MonteCarloGolden.of("ece" + bins)[0], within(1e-12));
    assertThat(calibration.maximumCalibrationError())
        .isCloseTo(MonteCarloGolden.of("mce" + bins)[0], within(1e-12));
    assertThat(calibration.logLoss()).isCloseTo(MonteCarloGolden.of("logLoss")[0], within(1e-12));
    assertThat(calibration.brierScore()).isCloseTo(MonteCarloGolden.of("brier")[0], within(1e-12));
    for (int b = 0; b < bins; b++) {
      assertThat(calibration.binCounts()[b])
          .isEqualTo((int) MonteCarloGolden.of("counts" + bins)[b]);
      double confidence = MonteCarloGolden.of("confidences" + bins)[b];
      if (Double.isNaN(confidence)) {
        assertThat(calibration.binConfidences()[b]).isNaN();
        assertThat(calibration.binAccuracies()[b]).isNaN();
      } else {
        assertThat(calibration.binConfidences()[b]).isCloseTo(confidence, within(1e-12));
        assertThat(calibration.binAccuracies()[b])
            .isCloseTo(MonteCarloGolden.of("accuracies" + bins)[b], within(1e-12));
      }
    }
  }

  @Test
  void takesLabelsInEitherForm() {
    INDArray oneHot = Nd4j.zeros(DataType.FLOAT, 500, 3);
    for (int i = 0; i < 500; i++) {
      oneHot.putScalar(i, labels.getInt(i), 1);
    }
    Calibration calibration = Calibration.of(probabilities, labels);
    assertThat(Calibration.of(probabilities, oneHot)).hasToString(calibration.toString());
    assertThat(Calibration.of(probabilities, labels.reshape(500, 1)))
        .hasToString(calibration.toString());
    assertThat(calibration.binCounts()).hasSize(Calibration.DEFAULT_BINS);
  }

  @Test
  void theNumbersOfTheDocumentation() {
    Calibration calibration =
        Calibration.of(
            Nd4j.createFromArray(new double[][] {{0.9, 0.1}, {0.6, 0.4}}),
            Nd4j.createFromArray(0, 1));
    assertThat(calibration.expectedCalibrationError()).isCloseTo(0.35, within(1e-12));
    assertThat(calibration.maximumCalibrationError()).isCloseTo(0.6, within(1e-12));
    assertThat(calibration.rootMeanSquareCalibrationError())
        .isCloseTo(Math.sqrt((0.1 * 0.1 + 0.6 * 0.6) / 2), within(1e-12))
        .isCloseTo(0.4301163, within(1e-7));
    assertThat(calibration.logLoss()).isCloseTo(0.5108256238, within(1e-9));
    assertThat(calibration.brierScore()).isCloseTo(0.37, within(1e-12));
    assertThat(calibration.accuracy()).isEqualTo(0.5);
  }

  /** In bins of a half: (0.2, 0.4) with one of two, (0.6, 0.9, 0.9) with two of three. */
  @Test
  void thePositiveClassHasBinsOfItsOwn() {
    INDArray yes = Nd4j.createFromArray(0.2, 0.4, 0.6, 0.9, 0.9).reshape(5, 1);
    INDArray answers = Nd4j.createFromArray(0, 1, 0, 1, 1);
    Calibration calibration = Calibration.ofClass(yes, answers, 1, 2);
    assertThat(calibration.binCounts()).containsExactly(2, 3);
    assertThat(calibration.binConfidences()[0]).isCloseTo(0.3, within(1e-12));
    assertThat(calibration.binAccuracies()).containsExactly(0.5, 2 / 3.0);
    assertThat(calibration.expectedCalibrationError())
        .isCloseTo((2 * 0.2 + 3 * (0.8 - 2 / 3.0)) / 5, within(1e-12));
    assertThat(calibration.accuracy()).as("the share of the class").isEqualTo(0.6);
    assertThat(Calibration.ofClass(yes, answers, 0, 2).binCounts()).containsExactly(3, 2);
    assertThatThrownBy(() -> Calibration.ofClass(yes, answers, 2, 2))
        .hasMessage("calibration: number must be a class from 0 to 1, was 2");
  }

  @Test
  void aSingleColumnIsTheProbabilityOfYes() {
    INDArray yes = Nd4j.createFromArray(new float[][] {{0.9f}, {0.2f}});
    INDArray both = Nd4j.createFromArray(new double[][] {{1 - 0.9f, 0.9f}, {1 - 0.2f, 0.2f}});
    INDArray answers = Nd4j.createFromArray(new float[][] {{1}, {1}});
    assertThat(Calibration.of(yes, answers)).hasToString(Calibration.of(both, answers).toString());
  }

  @Test
  void zeroForWhatHappenedIsAnInfiniteLoss() {
    Calibration calibration =
        Calibration.of(
            Nd4j.createFromArray(new double[][] {{1, 0}, {1, 0}}), Nd4j.createFromArray(0, 1));
    assertThat(calibration.logLoss()).isInfinite();
    assertThat(calibration.expectedCalibrationError()).isEqualTo(0.5);
  }

  @Test
  void refusesWhatAreNoProbabilities() {
    INDArray good = Nd4j.createFromArray(new double[][] {{0.5, 0.5}});
    INDArray label = Nd4j.createFromArray(new int[] {0});
    assertThatThrownBy(
            () -> Calibration.of(Nd4j.createFromArray(new double[][] {{0.5, 0.9}}), label))
        .hasMessageContaining("row 0 must be probabilities that sum to 1");
    assertThatThrownBy(
            () -> Calibration.of(Nd4j.createFromArray(new double[][] {{Double.NaN, 1}}), label))
        .hasMessageContaining("row 0 must be probabilities");
    assertThatThrownBy(() -> Calibration.of(good, Nd4j.createFromArray(2)))
        .hasMessageContaining("label 0 must be a class from 0 to 1");
    assertThatThrownBy(() -> Calibration.of(good, Nd4j.createFromArray(new int[][] {{1, 1}})))
        .hasMessageContaining("zeros and a single 1");
    assertThatThrownBy(() -> Calibration.of(good, Nd4j.createFromArray(0, 1)))
        .hasMessageContaining("labels must be of shape [1, 2] or [1], were [2]");
    assertThatThrownBy(() -> Calibration.of(Nd4j.ones(1, 2, 3), label))
        .hasMessageContaining("[examples, classes]");
    assertThatThrownBy(() -> Calibration.of(good, label, 0))
        .hasMessageContaining("calibration: bins must be 1 to 10000, was 0");
  }
}
