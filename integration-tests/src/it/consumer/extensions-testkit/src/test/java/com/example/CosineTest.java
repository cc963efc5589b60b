package com.example;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Runs a whole suite, as the author of a plugin does. */
class CosineTest extends ScheduleContract {

  @Override
  protected String spec() {
    return "cosine(initialRate=0.2, totalSteps=400)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "cosine(initialRate=0.3, totalSteps=400)",
        "cosine(initialRate=0.2, finalRate=0.1, totalSteps=400)",
        "cosine(initialRate=0.2, totalSteps=500)",
        "cosine(initialRate=0.2, totalSteps=400, exponent=2)");
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.2, 200, 0.1, 400, 0.0);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.of(400);
  }

  @Override
  protected Trend trend() {
    return Trend.FALLS;
  }
}
