package io.github.dl4jext.regularization.dropout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;

class AlphaDropoutTest extends SeededDropoutContract {

  /** From the paper: the limit of SELU, and a and b for a rate of 0.1. */
  private static final double SATURATION = -1.7580993408473766;

  private static final double A = 1 / Math.sqrt(0.9 + SATURATION * SATURATION * 0.9 * 0.1);
  private static final double B = -A * 0.1 * SATURATION;

  @Override
  protected String spec() {
    return "alpha_dropout(rate=0.1)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("alpha_dropout(rate=0.2)");
  }

  @Override
  protected IDropout create(ISchedule amount) {
    return AlphaDropout.dropping(amount);
  }

  @Override
  protected double amount() {
    return 0.1;
  }

  @Override
  protected double variance(double x) {
    return A * A * 0.1 * 0.9 * (x - SATURATION) * (x - SATURATION);
  }

  @Override
  protected double dropped() {
    return 0.1;
  }

  @Override
  protected double droppedValue() {
    return A * SATURATION + B;
  }

  @Override
  protected double mean(double x) {
    return A * (0.9 * x + 0.1 * SATURATION) + B;
  }

  @Test
  void agreesWithPyTorch() {
    Outcomes.assertAgrees("alpha_dropout", AlphaDropout::dropping, 500);
  }

  @Test
  void keepsMeanZeroAndVarianceOne() {
    for (double rate : new double[] {0.05, 0.1, 0.5}) {
      Nd4j.getRandom().setSeed(8);
      INDArray x = Nd4j.randn(DataType.DOUBLE, 100_000);
      AlphaDropout.dropping(rate).applyDropout(x, x, 0, 0, LayerWorkspaceMgr.noWorkspaces());
      double fourth = x.mul(x).muli(x).muli(x).meanNumber().doubleValue();
      // 4.89 standard errors: one failure in a million runs
      assertThat(x.meanNumber().doubleValue()).isCloseTo(0, within(4.89 / Math.sqrt(100_000)));
      assertThat(x.mul(x).meanNumber().doubleValue())
          .isCloseTo(1, within(4.89 * Math.sqrt((fourth - 1) / 100_000)));
    }
  }

  @Test
  void theDocumentedNumbersAreRight() {
    assertThat(A).isCloseTo(0.9212845, within(5e-8));
    assertThat(B).isCloseTo(0.1619710, within(5e-8));
    assertThat(A + B).isCloseTo(1.0832555, within(5e-8));
    assertThat(A * SATURATION + B).isCloseTo(-1.4577387, within(5e-8));
  }
}
