package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.nd4j.linalg.activations.impl.ActivationELU;

/** The contract finds the fault of a layer with DL4J's ELU, whose gradient ignores alpha. */
class LayerContractCatchesTest {

  @Test
  void aGradientThatIsWrongAndJsonThatIsNotChecked() {
    Set<String> failures = new TreeSet<>();
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(OfTheHost.class))
        .execute()
        .testEvents()
        .failed()
        .stream()
        .forEach(event -> failures.add(event.getTestDescriptor().getDisplayName()));
    assertThat(failures).containsExactly("hasTheGradientOfFiniteDifferences()", "refusesBadJson()");
  }

  /** Run by the engine above, not by Surefire: not named like a test. */
  static final class OfTheHost extends LayerContract {

    @Override
    protected String spec() {
      return "host_elu_layer";
    }
  }

  private static final Technique<Layer> TECHNIQUE =
      Technique.of(Layer.class, "host_elu_layer")
          .summary("a layer with DL4J's ELU")
          .from("https://github.com/deeplearning4j/deeplearning4j")
          .madeBy(a -> new ActivationLayer(new ActivationELU(0.5)));

  /** DL4J's layer. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Layer> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
