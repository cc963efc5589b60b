package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

/**
 * The contract is worth something only if wrong schedules fail it. Three of the host's own are
 * wrong; the day that one of these tests fails, the host has been mended.
 */
class ScheduleContractCatchesTest {

  private static final String VALUES = "hasTheValuesStated";
  private static final String JUMPS = "jumpsWhereDeclaredAndNowhereElse";
  private static final String TREND = "goesWhereDeclared";
  private static final String END = "keepsItsLastValueFromTheEndOn";
  private static final String JSON = "hasTheSameValuesAfterCloneAndJson";
  private static final String THREADS = "mayBeSharedByThreads";
  private static final String NETWORK = "survivesSavingAndResumesInAMultiLayerNetwork";
  private static final String GRAPH = "survivesSavingAndResumesInAComputationGraph";

  @Test
  void nothingInAScheduleThatIsRight() {
    assertThat(failures(Exponential.class))
        .doesNotContain(VALUES, JUMPS, TREND, END, JSON, THREADS, NETWORK, GRAPH)
        .doesNotContain("isFiniteAndNeverNegative", "aNetworkTrainsAtItsValue");
  }

  @Test
  void aOneCycleThatPeaksAgainFallsTenfoldPerStepAndStartsAnew() {
    assertThat(failures(Cycle.class)).contains(VALUES, JUMPS, END);
  }

  @Test
  void aDecayThatRisesAndFallsOffACliff() {
    assertThat(failures(Poly.class)).contains(VALUES, JUMPS, TREND);
  }

  @Test
  void aWarmUpThatCannotBeReadAgain() {
    assertThat(failures(Ramp.class)).contains("survivesJson", JSON, NETWORK, GRAPH);
  }

  @Test
  void aScheduleWithAState() {
    assertThat(failures(Counting.class)).contains(VALUES, JSON, THREADS, NETWORK, GRAPH);
  }

  /** Names of the contract's tests that the class fails. */
  private static Set<String> failures(Class<?> contract) {
    Set<String> names = new TreeSet<>();
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(contract))
        .execute()
        .testEvents()
        .failed()
        .stream()
        .forEach(
            event -> names.add(event.getTestDescriptor().getLegacyReportingName().split("\\(")[0]));
    return names;
  }

  abstract static class HostContract extends ScheduleContract {

    private final String which;
    private final OptionalInt end;
    private final Trend trend;
    private final Map<Integer, Double> points;

    HostContract(String which, OptionalInt end, Trend trend, Map<Integer, Double> points) {
      this.which = which;
      this.end = end;
      this.trend = trend;
      this.points = points;
    }

    @Override
    protected String spec() {
      return "of_the_host(which=" + which + ")";
    }

    @Override
    protected List<String> otherSpecs() {
      return List.of();
    }

    @Override
    protected Map<Integer, Double> points() {
      return points;
    }

    @Override
    protected OptionalInt end() {
      return end;
    }

    @Override
    protected Trend trend() {
      return trend;
    }
  }

  static class Exponential extends HostContract {
    Exponential() {
      super(
          "exponential", OptionalInt.empty(), Trend.FALLS, Map.of(0, 0.1, 1, 0.0999, 2, 0.0998001));
    }
  }

  static class Cycle extends HostContract {
    Cycle() {
      super("cycle", OptionalInt.of(200), Trend.TURNS, Map.of(0, 0.1, 178, 0.1, 200, 1e-4));
    }
  }

  static class Poly extends HostContract {
    Poly() {
      super("poly", OptionalInt.of(200), Trend.FALLS, Map.of(0, 1.0, 100, 0.25, 200, 0.0));
    }
  }

  static class Ramp extends HostContract {
    Ramp() {
      super("ramp", OptionalInt.of(199), Trend.RISES, Map.of(0, 5e-4, 99, 0.05, 199, 0.1));
    }
  }

  static class Counting extends HostContract {
    Counting() {
      super("counting", OptionalInt.empty(), Trend.FALLS, Map.of(0, 1.0, 1, 0.5, 9, 0.1));
    }
  }
}
