package io.github.dl4jext.textbook.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What many seeds came to elsewhere. */
class DistributionTest {

  @Test
  void allowsThreeStandardErrorsOfTheDifferenceOfTwoMeans() {
    Distribution many = new Distribution("PyTorch", 0.86, 0.004, 16);
    assertThat(many.allowance(9)).isCloseTo(3 * 0.004 * 5 / 12, within(1e-15));
    assertThat(many.allowance(1)).isGreaterThan(3 * 0.004);
  }

  @Test
  void withoutASpreadThereIsNone() {
    for (double deviation : new double[] {0, -1, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Distribution("PyTorch", 0.9, deviation, 5))
          .withMessageContaining("a standard deviation above 0 and at least 2 seeds, was");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReferenceFigure.accuracy(0.9).amongSeeds("PyTorch", 0.9, 0.01, 1));
  }
}
