package io.github.dl4jext.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.nd4j.linalg.activations.IActivation;

/** A kind that is saved with the model cannot be tested by the lesser contract by mistake. */
class ContractOfStoredKindsTest {

  @Test
  void activationsMustExtendTheStoredContract() {
    assertThat(failures(LesserActivation.class)).isEqualTo(1);
    assertThat(failures(StoredActivation.class)).isZero();
  }

  @Test
  void listenersAreNotStored() {
    assertThat(failures(Listener.class)).isZero();
  }

  private static long failures(Class<?> suite) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectMethod(suite, "isHeldToTheContractOfItsKind"))
        .execute()
        .testEvents()
        .assertStatistics(events -> events.started(1))
        .failed()
        .count();
  }

  /** Run by the engine above, not by Surefire: not named like a test. */
  static final class LesserActivation extends PluginContract<IActivation> {
    @Override
    protected Class<IActivation> kind() {
      return IActivation.class;
    }

    @Override
    protected String spec() {
      return "any";
    }
  }

  static final class StoredActivation extends StoredPluginContract<IActivation> {
    @Override
    protected Class<IActivation> kind() {
      return IActivation.class;
    }

    @Override
    protected String spec() {
      return "any";
    }
  }

  static final class Listener extends PluginContract<TrainingListener> {
    @Override
    protected Class<TrainingListener> kind() {
      return TrainingListener.class;
    }

    @Override
    protected String spec() {
      return "any";
    }
  }
}
