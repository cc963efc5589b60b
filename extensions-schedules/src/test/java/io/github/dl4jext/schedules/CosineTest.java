package io.github.dl4jext.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CosineTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "cosine(initialRate=0.1, finalRate=0.02, totalSteps=400)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "cosine(initialRate=0.2, finalRate=0.02, totalSteps=400)",
        "cosine(initialRate=0.1, totalSteps=400)",
        "cosine(initialRate=0.1, finalRate=0.02, totalSteps=401)",
        "cosine(initialRate=0.1, finalRate=0.02, totalSteps=400, exponent=2)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.1, 100, 0.08828427124746190098, 200, 0.06, 400, 0.02);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.of(400);
  }

  @Override
  protected Trend trend() {
    return Trend.FALLS;
  }

  @Test
  void isAsTheClassCommentSays() {
    Cosine cosine = new Cosine(0.1, 4300);
    assertThat(cosine.valueAt(1075, 0)).isCloseTo(0.0853553391, within(1e-10));
    assertThat(cosine.valueAt(2150, 0)).isCloseTo(0.05, within(1e-16));
    assertThat(cosine.valueAt(4300, 0)).isZero();
    assertThat(new Cosine(0.1, 0, 4300, 2).valueAt(2150, 0)).isCloseTo(0.025, within(1e-16));
  }
}
