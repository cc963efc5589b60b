package io.github.dl4jext.regularization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jext.testkit.ConstraintContract;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaxNormTest extends ConstraintContract {

  @Override
  protected String spec() {
    return "max_norm(maxNorm=1.5)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("max_norm(maxNorm=0.25)");
  }

  @Override
  protected double[] held(double... unit) {
    double norm = Norms.of(unit);
    return Arrays.stream(unit).map(w -> norm > 1.5 ? w * 1.5 / norm : w).toArray();
  }

  @Override
  protected double[] kept() {
    return new double[] {0.6, -1e-3, 0, 1e-30};
  }

  @Test
  void agreesWithTheClassComment() {
    assertThat(Norms.held(new MaxNorm(1), 3, 4)).containsExactly(3 * 0.2, 4 * 0.2);
  }
}
