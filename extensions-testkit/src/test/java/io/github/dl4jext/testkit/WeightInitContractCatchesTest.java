package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The contract is worth something only if right initialisers pass it and wrong ones fail it. */
class WeightInitContractCatchesTest {

  @Test
  void nothingIfNothingIsWrong() {
    assertThat(failures(Right.class)).isEmpty();
  }

  @Test
  void aVarianceThreeTimesTooHigh() {
    assertThat(failures(TheHosts.class)).containsExactly("hasMeanZeroAndTheVariancePromised");
  }

  @Test
  void aMeanThatIsNotZero() {
    assertThat(failures(Shifted.class)).contains("hasMeanZeroAndTheVariancePromised");
  }

  @Test
  void weightsThatIgnoreTheNetworksSeed() {
    assertThat(failures(OwnSeed.class))
        .contains("drawsFromTheGlobalGeneratorAlone", "aNetworkOfTheSameSeedHasTheSameWeights");
  }

  @Test
  void weightsReturnedInACopy() {
    assertThat(failures(Copied.class)).containsExactly("writesTheViewGivenAndNothingElse");
  }

  @Test
  void aBoundThatIsPassed() {
    assertThat(failures(Bounded.class)).containsExactly("keepsItsBoundAndUsesTheRoomUpToIt");
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

  abstract static class FaultyContract extends WeightInitContract {

    private final String fault;

    FaultyContract(String fault) {
      this.fault = fault;
    }

    @Override
    protected String spec() {
      return "faulty(fault=" + fault + ")";
    }

    @Override
    protected List<String> otherSpecs() {
      return List.of("faulty(fault=" + (fault.equals("none") ? "copied" : "none") + ")");
    }

    @Override
    protected double variance(double fanIn, double fanOut, long... shape) {
      return 1 / fanIn;
    }
  }

  static class Right extends FaultyContract {
    Right() {
      super("none");
    }
  }

  static class TheHosts extends FaultyContract {
    TheHosts() {
      super("the_hosts");
    }
  }

  static class Shifted extends FaultyContract {
    Shifted() {
      super("shifted");
    }
  }

  static class OwnSeed extends FaultyContract {
    OwnSeed() {
      super("own_seed");
    }
  }

  static class Copied extends FaultyContract {
    Copied() {
      super("copied");
    }
  }

  static class Bounded extends FaultyContract {
    Bounded() {
      super("none");
    }

    @Override
    protected double maxAbs(double fanIn, double fanOut, long... shape) {
      return 2 / Math.sqrt(fanIn);
    }
  }
}
