package io.github.dl4jext.schedules;

import io.github.dl4jext.testkit.ScheduleContract;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

class OneCycleMomentumTest extends ScheduleContract {

  private static final String ALL =
      "one_cycle_momentum(totalSteps=%s, maxMomentum=%s, minMomentum=%s, shape=%s, style=%s,"
          + " warmupFraction=%s, threePhase=%s)";

  @Override
  protected String spec() {
    return String.format(ALL, 200, 0.9, 0.5, "linear", "geron", 0.4, true);
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        String.format(ALL, 300, 0.9, 0.5, "linear", "geron", 0.4, true),
        String.format(ALL, 200, 0.99, 0.5, "linear", "geron", 0.4, true),
        String.format(ALL, 200, 0.9, 0.6, "linear", "geron", 0.4, true),
        String.format(ALL, 200, 0.9, 0.5, "cosine", "geron", 0.4, true),
        String.format(ALL, 200, 0.9, 0.5, "linear", "torch", 0.4, true),
        String.format(ALL, 200, 0.9, 0.5, "linear", "geron", 0.3, true),
        String.format(ALL, 200, 0.9, 0.5, "linear", "geron", 0.4, false));
  }

  @Override
  protected Map<Integer, Double> points() {
    return Map.of(0, 0.9, 40, 0.7, 80, 0.5, 120, 0.7, 160, 0.9, 180, 0.9, 200, 0.9);
  }

  @Override
  protected OptionalInt end() {
    return OptionalInt.of(160);
  }

  @Override
  protected Trend trend() {
    return Trend.TURNS;
  }
}
