package io.github.dl4jext.regularization.dropout;

import java.util.List;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.nd4j.linalg.schedule.ISchedule;

class GaussianDropoutTest extends SeededDropoutContract {

  @Override
  protected String spec() {
    return "gaussian_dropout(rate=0.3)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("gaussian_dropout(rate=0.4)");
  }

  @Override
  protected IDropout create(ISchedule amount) {
    return GaussianDropout.dropping(amount);
  }

  @Override
  protected double amount() {
    return 0.3;
  }

  @Override
  protected double variance(double x) {
    return x * x * 0.3 / 0.7;
  }

  @Override
  protected double dropped() {
    return 0;
  }
}
