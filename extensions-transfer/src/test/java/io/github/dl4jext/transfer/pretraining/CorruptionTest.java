package io.github.dl4jext.transfer.pretraining;

import static io.github.dl4jext.transfer.pretraining.StackedAutoencoderTest.draws;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** What is hidden or disturbed, and how much of it. */
class CorruptionTest {

  @Test
  void corruptionsDoWhatTheySay() {
    INDArray ones = Nd4j.ones(DataType.FLOAT, 200, 50);

    DataSet masked = new MaskingNoise(0.3).task(ones, draws(200));
    // four standard deviations of the share of 10,000
    assertThat(masked.getFeatures().meanNumber().doubleValue())
        .isCloseTo(0.7, within(4 * Math.sqrt(0.3 * 0.7 / 10_000)));
    assertThat(masked.getLabels()).isEqualTo(ones);
    assertThat(masked.getLabelsMaskArray()).isNull();

    DataSet hidden = new MaskedReconstruction(0.3).task(ones, draws(200));
    assertThat(hidden.getFeatures().add(hidden.getLabelsMaskArray())).isEqualTo(ones);

    INDArray noise = new GaussianCorruption(2).task(ones, draws(200)).getFeatures().sub(ones);
    assertThat(noise.meanNumber().doubleValue()).isCloseTo(0, within(4 * 2 / 100.0));
    assertThat(noise.stdNumber().doubleValue()).isCloseTo(2, within(4 * 2 / Math.sqrt(2 * 10_000)));
    assertThat(ones.minNumber().doubleValue()).as("the inputs are not written to").isEqualTo(1);
    for (double bad : new double[] {0, 1, Double.NaN, -0.1}) {
      assertThatThrownBy(() -> new MaskingNoise(bad))
          .hasMessageContaining("masking_noise: share must be");
      assertThatThrownBy(() -> new MaskedReconstruction(bad))
          .hasMessageContaining("masked_reconstruction: share must be");
    }
    assertThatThrownBy(() -> new GaussianCorruption(0))
        .hasMessageContaining("gaussian_corruption: stddev must be a number in (0, inf), was 0");
  }
}
