package io.github.dl4jext.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.plots.ReliabilityDiagram.Bins;
import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.uncertainty.Calibration;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;
import org.w3c.dom.Element;

class ReliabilityDiagramTest {

  private static final double[] CONFIDENCE = {Double.NaN, 0.3, Double.NaN, 0.7, 0.9};
  private static final double[] ACCURACY = {Double.NaN, 0.25, Double.NaN, 0.5, 1};

  @Test
  void joinsTheBinsThatHaveExamples(@TempDir Path folder) {
    LineChart chart = ReliabilityDiagram.of(CONFIDENCE, ACCURACY);
    assertThat(chart.names()).containsExactly("calibrated", "accuracy");
    assertThat(chart.lines().get(0).x()).containsExactly(0, 1);
    assertThat(chart.lines().get(0).y()).containsExactly(0, 1);
    assertThat(chart.lines().get(1).x()).containsExactly(0.3, 0.7, 0.9);
    assertThat(chart.lines().get(1).y()).containsExactly(0.25, 0.5, 1);
    chart.writeSvg(folder.resolve("reliability.svg"));
    chart.writePng(folder.resolve("reliability.png"), 500, 500);
    assertThat(folder.resolve("reliability.svg")).isNotEmptyFile();
    assertThat(folder.resolve("reliability.png")).isNotEmptyFile();
  }

  @Test
  void aCalibrationIsShownWithTheShareOfExamplesInEachBin() {
    double[][] p = {{0.9, 0.1}, {0.88, 0.12}, {0.6, 0.4}, {0.45, 0.55}};
    Calibration calibration =
        Calibration.of(Nd4j.createFromArray(p), Nd4j.createFromArray(new double[] {0, 1, 0, 1}), 5);
    LineChart chart = ReliabilityDiagram.of(calibration);
    assertThat(chart.names()).containsExactly("calibrated", "accuracy", "share of examples");
    assertThat(chart.xLabel()).isEqualTo("confidence (4 examples)");
    assertThat(chart.lines().get(1).x()).containsExactly(new double[] {0.575, 0.89}, within(1e-12));
    assertThat(chart.lines().get(1).y()).containsExactly(1, 0.5);
    assertThat(chart.lines().get(2).x()).isEqualTo(chart.lines().get(1).x());
    assertThat(chart.lines().get(2).y()).containsExactly(0.5, 0.5);
    assertThat(Bins.of(calibration))
        .isEqualTo(new Bins(calibration.binConfidences(), calibration.binAccuracies()));
  }

  @Test
  void namesPredictorsInTheirOrder() {
    Map<String, Bins> both = new LinkedHashMap<>();
    both.put("plain", new Bins(CONFIDENCE, ACCURACY));
    both.put("Monte Carlo", new Bins(new double[] {0.2, 0.5}, new double[] {0.3, 0.5}));
    Svg svg = Svg.of(ReliabilityDiagram.titled("Two", both).build().toSvg());
    assertThat(svg.texts()).contains("Two", "confidence", "accuracy");
    assertThat(svg.lines())
        .extracting(Element::getTextContent)
        .contains("calibrated", "plain", "Monte Carlo");
  }

  @Test
  void binsDoNotChange() {
    double[] confidence = {0.5};
    Bins bins = new Bins(confidence, new double[] {0.4});
    confidence[0] = 9;
    bins.accuracy()[0] = 9;
    assertThat(bins)
        .isEqualTo(new Bins(new double[] {0.5}, new double[] {0.4}))
        .hasSameHashCodeAs(new Bins(new double[] {0.5}, new double[] {0.4}))
        .isNotEqualTo(new Bins(new double[] {0.5}, new double[] {0.3}))
        .hasToString("Bins(confidence=[0.5], accuracy=[0.4])");
  }

  @Test
  void refusesWhatIsNoShare() {
    assertThatThrownBy(() -> ReliabilityDiagram.of(new double[] {1.5}, new double[] {-1, 0}))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("reliability diagram: confidence must be in [0, 1] or NaN")
        .hasMessageContaining("reliability diagram: accuracy must be in [0, 1] or NaN");
    assertThatThrownBy(() -> ReliabilityDiagram.of(new double[] {0.5}, new double[] {1, 0}))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessage(
            "reliability diagram: accuracy must be as many numbers as there are confidences, which"
                + " is 1, was 2");
  }
}
