package io.github.dl4jext.regularization.constraints;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.testkit.ConstraintContract;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NonNegativeTest extends ConstraintContract {

  @Override
  protected String spec() {
    return "non_negative";
  }

  @Override
  protected double[] held(double... unit) {
    return Arrays.stream(unit).map(w -> Math.max(w, 0)).toArray();
  }

  @Override
  protected double[] kept() {
    return new double[] {0.6, -0.0, 0, 1e-40};
  }

  @Test
  void agreesWithTheClassComment() {
    assertThat(ConstraintNorms.held(new NonNegative(), -1, 0, 2)).containsExactly(0, 0, 2);
    assertThat(ConstraintNorms.held(new NonNegative(), Double.NEGATIVE_INFINITY))
        .containsExactly(0);
  }
}
