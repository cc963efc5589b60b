package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.dl4jext.testkit.FaultyDropout.Fault;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;

/** The contract is worth something only if right dropouts pass it and wrong ones fail it. */
class DropoutContractCatchesTest {

  private static final String MOMENTS = "hasTheMeanAndVarianceStated";
  private static final String DERIVATIVE = "theBackwardPassIsTheDerivativeOfTheForwardPass";
  private static final String SHARED = "layersMayShareAnInstance";
  private static final String LAYERS = "aMultiLayerNetworkHasTheRightGradient";
  private static final String GRAPH = "aComputationGraphHasTheRightGradient";

  @Test
  void nothingIfNothingIsWrong() {
    assertThat(failures(Right.class)).isEmpty();
  }

  @Test
  void whatIsLeftIsNotScaledUp() {
    assertThat(failures(Unscaled.class)).contains(MOMENTS);
  }

  @Test
  void anotherMaskOnTheWayBack() {
    assertThat(failures(NewMask.class)).contains(DERIVATIVE, SHARED, LAYERS, GRAPH);
  }

  @Test
  void masksTakenInTheWrongOrder() {
    assertThat(failures(FirstCome.class))
        .contains(SHARED, LAYERS, GRAPH)
        .doesNotContain(DERIVATIVE);
  }

  @Test
  void aSeedOfItsOwn() {
    assertThat(failures(OwnSeed.class))
        .contains("drawsFromTheGlobalGeneratorAlone", "drawsKnowNothingOfEachOther");
  }

  @Test
  void oneMaskForAllExamples() {
    assertThat(failures(OneMask.class)).contains("drawsKnowNothingOfEachOther");
  }

  @Test
  void seededNoiseThatSeesItsNeighbours() {
    assertThat(failures(Neighbours.class)).containsExactly("seededNoiseDependsOnTheRowAlone");
  }

  @Test
  void aResultInAnArrayOfItsOwn() {
    assertThat(failures(Copied.class)).contains("writesTheArrayGivenAndNothingElse");
  }

  @Test
  void aScheduleThatIsNotRead() {
    assertThat(failures(Unscheduled.class)).containsExactly("readsAScheduleAtTheStep");
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
            event ->
                names.add(event.getTestDescriptor().getLegacyReportingName().split("[(\\[]")[0]));
    return names;
  }

  abstract static class FaultyContract extends DropoutContract {

    private final Fault fault;

    FaultyContract(Fault fault) {
      this.fault = fault;
    }

    @Override
    protected String spec() {
      return "faulty_dropout(rate=0.3, fault=" + fault + ")";
    }

    @Override
    protected List<String> otherSpecs() {
      Fault other = fault == Fault.NONE ? Fault.COPIED : Fault.NONE;
      return List.of(
          "faulty_dropout(rate=0.4, fault=" + fault + ")",
          "faulty_dropout(rate=0.3, fault=" + other + ")");
    }

    @Override
    protected IDropout create(ISchedule amount) {
      return new FaultyDropout(amount, fault);
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

    @Override
    protected boolean disturb(IDropout dropout, INDArray activations, long... rowSeeds) {
      ((FaultyDropout) dropout).disturb(activations, rowSeeds);
      return true;
    }
  }

  static class Right extends FaultyContract {
    Right() {
      super(Fault.NONE);
    }
  }

  static class Unscaled extends FaultyContract {
    Unscaled() {
      super(Fault.UNSCALED);
    }
  }

  static class NewMask extends FaultyContract {
    NewMask() {
      super(Fault.NEW_MASK_ON_THE_WAY_BACK);
    }
  }

  static class FirstCome extends FaultyContract {
    FirstCome() {
      super(Fault.FIRST_COME);
    }
  }

  static class OwnSeed extends FaultyContract {
    OwnSeed() {
      super(Fault.OWN_SEED);
    }
  }

  static class OneMask extends FaultyContract {
    OneMask() {
      super(Fault.ONE_MASK_FOR_ALL_EXAMPLES);
    }
  }

  static class Neighbours extends FaultyContract {
    Neighbours() {
      super(Fault.SEES_ITS_NEIGHBOURS);
    }
  }

  static class Copied extends FaultyContract {
    Copied() {
      super(Fault.COPIED);
    }
  }

  static class Unscheduled extends FaultyContract {
    Unscheduled() {
      super(Fault.TRAINS_WITHOUT_SCHEDULE);
    }
  }
}
