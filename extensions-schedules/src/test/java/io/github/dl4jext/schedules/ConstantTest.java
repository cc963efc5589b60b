package io.github.dl4jext.schedules;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

class ConstantTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "constant(rate=0.1)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("constant(rate=0.2)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.1, 1, 0.1, 1000000, 0.1);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.of(0);
  }

  @Override
  protected Trend trend() {
    return Trend.FALLS;
  }
}
