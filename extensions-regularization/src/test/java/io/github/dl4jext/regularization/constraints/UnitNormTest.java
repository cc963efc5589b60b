package io.github.dl4jext.regularization.constraints;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.testkit.ConstraintContract;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class UnitNormTest extends ConstraintContract {

  @Override
  protected String spec() {
    return "unit_norm";
  }

  @Override
  protected double[] held(double... unit) {
    double norm = ConstraintNorms.of(unit);
    return Arrays.stream(unit).map(w -> norm == 0 ? 0 : w / norm).toArray();
  }

  @Override
  protected double[] kept() {
    return new double[] {0.6, -0.8, 0, 1e-30};
  }

  @Test
  void agreesWithTheClassComment() {
    assertThat(ConstraintNorms.held(new UnitNorm(), 3, 4)).containsExactly(3 * 0.2, 4 * 0.2);
  }
}
