package io.github.dl4jext.activations.initializers;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.spi.InvalidArgumentException;
import io.github.dl4jext.testkit.WeightInitContract;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VarianceScalingTest extends WeightInitContract {

  @Override
  protected String spec() {
    return "variance_scaling(scale=1.5, mode=fan_out, distribution=untruncated_normal)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "variance_scaling(scale=1.6, mode=fan_out, distribution=untruncated_normal)",
        "variance_scaling(scale=1.5, mode=fan_avg, distribution=untruncated_normal)",
        "variance_scaling(scale=1.5, mode=fan_in, distribution=untruncated_normal)",
        "variance_scaling(scale=1.5, mode=fan_out, distribution=truncated_normal)",
        "variance_scaling(scale=1.5, mode=fan_out, distribution=uniform)");
  }

  @Override
  protected double variance(double fanIn, double fanOut, long... shape) {
    return 1.5 / fanOut;
  }

  @Test
  void namesEveryMissingArgument() {
    assertThatThrownBy(() -> new VarianceScaling(-1, null, null))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("variance_scaling: scale must be ")
        .hasMessageContaining("variance_scaling: mode must be ")
        .hasMessageContaining("variance_scaling: distribution must be ");
  }
}
