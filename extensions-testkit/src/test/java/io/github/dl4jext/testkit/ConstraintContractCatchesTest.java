package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The contract finds the faults of DL4J's own max-norm. */
class ConstraintContractCatchesTest {

  @Test
  void whatIsWrongWithDl4jsMaxNorm() {
    Set<String> failures = new TreeSet<>();
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(OfTheHost.class))
        .execute()
        .testEvents()
        .failed()
        .stream()
        .forEach(event -> failures.add(event.getTestDescriptor().getDisplayName()));
    assertThat(failures)
        .contains(
            "holdsOnTheIncomingWeightsOfEachUnitOfEveryLayer()",
            "changesNoBitOfWhatKeepsIt()",
            "holdsOnTheWeightsWhenNoParameterIsNamed()",
            "leavesGainsAndSlopesAloneIfDl4jsBuilderNamesThem()",
            "holdsOncePerStep()");
    assertThat(failures)
        .as("what is right with it")
        .doesNotContain("isFoundByNameInAnySpelling()", "theParametersNamedAreKept()");
  }

  /** Run by the engine above, not by Surefire: not named like a test. */
  static final class OfTheHost extends ConstraintContract {

    @Override
    protected String spec() {
      return "host_max_norm";
    }

    @Override
    protected double[] held(double... unit) {
      double norm = Math.sqrt(Arrays.stream(unit).map(w -> w * w).sum());
      return Arrays.stream(unit).map(w -> norm > 1 ? w / norm : w).toArray();
    }

    @Override
    protected double[] kept() {
      return new double[] {0.6, -1e-3, 0, 1e-30};
    }
  }

  private static final Technique<LayerConstraint> TECHNIQUE =
      Technique.of(LayerConstraint.class, "host_max_norm")
          .summary("DL4J's max-norm")
          .from("https://github.com/deeplearning4j/deeplearning4j")
          .madeBy(a -> new MaxNormConstraint(1, 0));

  /** DL4J's constraint, with the axis that is right for a dense layer. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<LayerConstraint> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
