package io.github.dl4jext.regularization.dropout;

import java.util.List;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ISchedule;

class DropoutTest extends SeededDropoutContract {

  @Override
  protected String spec() {
    return "dropout(rate=0.3)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("dropout(rate=0.4)");
  }

  @Override
  protected IDropout create(ISchedule amount) {
    return Dropout.dropping(amount);
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
    return 0.3;
  }

  @Test
  void agreesWithPyTorch() {
    Outcomes.assertAgrees("dropout", Dropout::dropping, 500);
  }
}
