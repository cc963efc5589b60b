package io.github.dl4jext.regularization.constraints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.testkit.ConstraintContract;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MinMaxNormTest extends ConstraintContract {

  @Override
  protected String spec() {
    return "min_max_norm(min=0.5, max=2, rate=0.25)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "min_max_norm(min=1, max=2, rate=0.25)",
        "min_max_norm(min=0.5, max=3, rate=0.25)",
        "min_max_norm(min=0.5, max=2)");
  }

  @Override
  protected double[] held(double... unit) {
    double norm = ConstraintNorms.of(unit);
    double clipped = norm > 2 ? 2 : norm < 0.5 ? 0.5 : norm;
    double factor = norm == 0 ? 0 : (0.25 * clipped + 0.75 * norm) / norm;
    return Arrays.stream(unit).map(w -> w * factor).toArray();
  }

  @Override
  protected double[] kept() {
    return new double[] {0.6, -1e-3, 0, 1e-30};
  }

  @Test
  void agreesWithTheClassComment() {
    double[] held = ConstraintNorms.held(new MinMaxNorm(0.5, 2, 0.1), 0, 4);
    assertThat(held[1]).isCloseTo(3.8, within(1e-15));
  }

  @Test
  void refusesAnEmptyInterval() {
    assertThatThrownBy(() -> new MinMaxNorm(2, 1, 0))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("min_max_norm: max must be at least min, which is 2.0, was 1.0")
        .hasMessageContaining("min_max_norm: rate must be a number in (0, 1], was 0.0");
  }
}
