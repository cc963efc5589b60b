package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

/**
 * The contract is worth something only if wrong activations fail it. The host's own are the wrong
 * ones; the day that one of these tests fails, the host has been mended.
 */
class ActivationContractCatchesTest {

  private static final String FINITE = "isFiniteForEveryFiniteInput";
  private static final String GOLDEN = "agreesWithGoldenValues";
  private static final String DIGITS = "floatKeepsTheDigitsThatDoubleHas";
  private static final String DIFFERENCES = "gradientMatchesFiniteDifferences";

  @Test
  void mishWhoseGradientIsNanForLargeInputs() {
    assertThat(failures(HostMish.class)).contains(FINITE, GOLDEN);
  }

  @Test
  void swishWhoseGradientIsNanForLargeInputs() {
    assertThat(failures(HostSwish.class)).contains(FINITE, GOLDEN);
  }

  @Test
  void geluThatIsAnApproximationWithNanGradients() {
    assertThat(failures(HostGelu.class)).contains(FINITE, GOLDEN);
  }

  @Test
  void geluWhosePreciseFormCubesTheWrongTerm() {
    assertThat(failures(HostPreciseGelu.class)).contains(GOLDEN);
  }

  @Test
  void rreluWhoseGradientIsOneEverywhere() {
    assertThat(failures(HostRRelu.class)).contains(DIFFERENCES);
  }

  @Test
  void eluWhoseGradientIgnoresAlpha() {
    assertThat(failures(HostElu.class)).contains(DIFFERENCES);
  }

  @Test
  void softplusThatOverflows() {
    assertThat(failures(HostSoftplus.class)).contains(FINITE, GOLDEN);
  }

  @Test
  void tanhThatHasNoDigitsNearZero() {
    assertThat(failures(HostTanh.class)).contains(GOLDEN, DIGITS).doesNotContain(FINITE);
  }

  @Test
  void anActivationThatDoesNotWriteInPlace() {
    assertThat(failures(CopyingCube.class))
        .contains("overwritesItsInput")
        .doesNotContain(DIFFERENCES);
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

  abstract static class HostContract extends ActivationContract {

    private final String which;
    private final String golden;

    HostContract(String which, String golden) {
      this.which = which;
      this.golden = golden;
    }

    @Override
    protected String spec() {
      return "of_the_host(which='" + which + "')";
    }

    @Override
    protected List<Golden> golden() {
      return Golden.read("/golden/activations.json", golden);
    }

    @Override
    protected double[] kinks() {
      return new double[] {0};
    }
  }

  static class HostMish extends HostContract {
    HostMish() {
      super("mish", "mish");
    }
  }

  static class HostSwish extends HostContract {
    HostSwish() {
      super("swish", "swish");
    }
  }

  static class HostGelu extends HostContract {
    HostGelu() {
      super("gelu", "gelu");
    }
  }

  static class HostPreciseGelu extends HostContract {
    HostPreciseGelu() {
      super("precise gelu", "gelu_tanh");
    }
  }

  static class HostRRelu extends HostContract {
    HostRRelu() {
      super("rrelu", "leaky_relu(alpha=0.2)");
    }
  }

  static class HostElu extends HostContract {
    HostElu() {
      super("elu(0.5)", "elu");
    }
  }

  static class HostSoftplus extends HostContract {
    HostSoftplus() {
      super("softplus", "softplus");
    }
  }

  static class HostTanh extends HostContract {
    HostTanh() {
      super("tanh", "tanh");
    }
  }

  static class CopyingCube extends HostContract {
    CopyingCube() {
      super("copying cube", "mish");
    }
  }
}
