package io.github.dl4jext.regularization;

import java.util.List;
import org.deeplearning4j.nn.conf.dropout.IDropout;
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
    return new AlphaDropout(amount);
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
}
