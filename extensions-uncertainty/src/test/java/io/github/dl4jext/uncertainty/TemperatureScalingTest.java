package io.github.dl4jext.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TemperatureScalingTest {

  @Test
  void givesTheNumbersOfTheClassComment() {
    INDArray p = Nd4j.create(DataType.DOUBLE, 10, 2);
    INDArray labels = Nd4j.create(DataType.DOUBLE, 10, 2);
    for (int i = 0; i < 10; i++) {
      p.putScalar(i, i % 2, 0.99).putScalar(i, 1 - i % 2, 0.01);
      labels.putScalar(i, i == 7 ? 1 - i % 2 : i % 2, 1);
    }
    TemperatureScaling scaling = TemperatureScaling.fit(p, labels);
    assertThat(scaling.temperature()).isCloseTo(Math.log(99) / Math.log(9), within(1e-12));
    INDArray scaled = scaling.apply(p);
    assertThat(scaled.getDouble(0, 0)).isCloseTo(0.9, within(1e-12));
    assertThat(scaled.getDouble(1, 0)).isCloseTo(0.1, within(1e-12));
  }

  /** Labels that are drawn from softmax(z), probabilities that are softmax(3 z): T is near 3. */
  @Test
  void findsHowMuchTooSureANetworkIs() {
    Random random = new Random(4);
    int examples = 8000;
    double[][] sure = new double[examples][];
    double[] labels = new double[examples];
    for (int i = 0; i < examples; i++) {
      double[] z = random.doubles(4).map(u -> 4 * u - 2).toArray();
      sure[i] = softmax(z, 3);
      double[] honest = softmax(z, 1);
      double at = random.nextDouble();
      int label = 0;
      for (; label < 3 && at > honest[label]; label++) {
        at -= honest[label];
      }
      labels[i] = label;
    }
    INDArray p = Nd4j.createFromArray(sure).castTo(DataType.FLOAT);
    INDArray classes = Nd4j.createFromArray(labels);
    TemperatureScaling scaling = TemperatureScaling.fit(p, classes);
    // its standard error is about 0.05
    assertThat(scaling.temperature()).isCloseTo(3, within(0.25));
    INDArray scaled = scaling.apply(p);
    assertThat(scaled.dataType()).isEqualTo(DataType.FLOAT);
    Calibration before = Calibration.of(p, classes);
    Calibration after = Calibration.of(scaled, classes);
    assertThat(before.expectedCalibrationError()).isGreaterThan(0.15);
    assertThat(after.expectedCalibrationError()).isLessThan(0.03);
    assertThat(after.logLoss()).isLessThan(before.logLoss());
    assertThat(after.accuracy()).isEqualTo(before.accuracy());
    for (double factor : new double[] {0.99, 1.01}) {
      INDArray beside = new TemperatureScaling(factor * scaling.temperature()).apply(p);
      assertThat(Calibration.of(beside, classes).logLoss()).isGreaterThan(after.logLoss());
    }
  }

  private static double[] softmax(double[] z, double factor) {
    double sum = 0;
    double[] p = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      p[i] = Math.exp(factor * z[i]);
      sum += p[i];
    }
    for (int i = 0; i < z.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  @Test
  void oneColumnIsTheProbabilityOfClassOne() {
    INDArray one = Nd4j.createFromArray(new double[][] {{0.99}, {0.01}, {0.99}, {0.99}});
    INDArray two =
        Nd4j.createFromArray(
            new double[][] {{0.01, 0.99}, {0.99, 0.01}, {0.01, 0.99}, {0.01, 0.99}});
    INDArray labels = Nd4j.createFromArray(1.0, 0, 1, 0);
    TemperatureScaling scaling = TemperatureScaling.fit(one, labels);
    assertThat(scaling).isEqualTo(TemperatureScaling.fit(two, labels));
    assertThat(scaling.temperature()).isCloseTo(Math.log(99) / Math.log(3), within(1e-12));
    assertThat(scaling.apply(one).shape()).isEqualTo(new long[] {4, 1});
    assertThat(scaling.apply(one).getDouble(0)).isCloseTo(0.75, within(1e-12));
  }

  @Test
  void extremesEndAtTheEndsOfTheRange() {
    INDArray p = Nd4j.createFromArray(new double[][] {{0.9, 0.1}, {0.3, 0.7}});
    assertThat(TemperatureScaling.fit(p, Nd4j.createFromArray(0.0, 1)).temperature())
        .isCloseTo(1e-3, within(1e-9));
    assertThat(TemperatureScaling.fit(p, Nd4j.createFromArray(1.0, 0)).temperature())
        .isCloseTo(1e3, within(1e-6));
    INDArray even = Nd4j.valueArrayOf(new long[] {3, 2}, 0.5, DataType.DOUBLE);
    assertThat(TemperatureScaling.fit(even, Nd4j.createFromArray(0.0, 1, 1)).temperature())
        .isEqualTo(1);
    INDArray certain = Nd4j.createFromArray(new double[][] {{1, 0}, {1, 0}, {0, 1}});
    double found = TemperatureScaling.fit(certain, Nd4j.createFromArray(0.0, 1, 1)).temperature();
    assertThat(found).isCloseTo(-Math.log(Float.MIN_NORMAL) / Math.log(2), within(1e-9));
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> new TemperatureScaling(0))
        .hasMessage("temperature_scaling: temperature must be a number in (0, inf), was 0.0");
    assertThatThrownBy(() -> new TemperatureScaling(Double.NaN)).hasMessageContaining("was NaN");
    assertThatThrownBy(
            () ->
                TemperatureScaling.fit(
                    Nd4j.createFromArray(new double[][] {{2, 3}}), Nd4j.createFromArray(0.0)))
        .hasMessageContaining("does the network end in softmax?");
    assertThatThrownBy(
            () ->
                TemperatureScaling.fit(
                    Nd4j.createFromArray(new double[][] {{0.5, 0.5}}),
                    Nd4j.createFromArray(0.0, 1)))
        .hasMessageContaining("labels must be of shape [1, 2] or [1]");
  }
}
