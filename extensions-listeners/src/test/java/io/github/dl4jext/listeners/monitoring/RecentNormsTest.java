package io.github.dl4jext.listeners.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RecentNormsTest {

  /** By {@code numpy.percentile([3, 1, 4, 1.5, 9], [0, 10, 50, 90, 100])}. */
  @Test
  void quantilesAreNumpys() {
    RecentNorms norms = RecentNorms.of(8, new double[] {3, 1, 4, 1.5, 9});
    assertThat(norms.quantile(0)).isEqualTo(1);
    assertThat(norms.quantile(0.1)).isCloseTo(1.2, within(1e-15));
    assertThat(norms.quantile(0.5)).isEqualTo(3);
    assertThat(norms.quantile(0.9)).isCloseTo(7, within(1e-14));
    assertThat(norms.quantile(1)).isEqualTo(9);
    assertThat(new RecentNorms(3).quantile(0.5)).isNaN();
  }

  @Test
  void theOldestGoesFirst() {
    RecentNorms norms = new RecentNorms(3);
    for (int i = 1; i <= 5; i++) {
      norms.add(i);
    }
    assertThat(norms.toArray()).containsExactly(3, 4, 5);
    assertThat(norms.size()).isEqualTo(3);
    RecentNorms copy = norms.copy();
    copy.add(6);
    norms.add(7);
    assertThat(copy.toArray()).containsExactly(4, 5, 6);
    assertThat(norms.toArray()).containsExactly(4, 5, 7);
    assertThat(RecentNorms.of(3, norms.toArray()).toArray()).containsExactly(4, 5, 7);
  }

  @Test
  void aWindowHoldsOneNumberAtLeast() {
    assertThatThrownBy(() -> new RecentNorms(0))
        .hasMessageContaining("recent norms: window must be at least 1, was 0");
  }
}
