package io.github.dl4jext.listeners.monitoring;

import static io.github.dl4jext.testkit.fixtures.Trainings.base;
import static io.github.dl4jext.testkit.fixtures.Trainings.batch;
import static io.github.dl4jext.testkit.fixtures.Trainings.fit;
import static io.github.dl4jext.testkit.fixtures.Trainings.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.testkit.PluginContract;
import io.github.dl4jext.testkit.fixtures.Trainings.Type;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

class SkipIfNormAboveTest extends PluginContract<TrainingListener> {

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return "skip_if_norm_above(factor=4, window=30, warmupSteps=5, maxConsecutive=3)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "skip_if_norm_above(factor=5, window=30, warmupSteps=5, maxConsecutive=3)",
        "skip_if_norm_above(factor=4, window=31, warmupSteps=5, maxConsecutive=3)",
        "skip_if_norm_above(factor=4, window=30, warmupSteps=6, maxConsecutive=3)",
        "skip_if_norm_above(factor=4, window=30, warmupSteps=5, maxConsecutive=4)");
  }

  /** Gives the gradient of each step a norm: one number of it, of the mean over the minibatch. */
  private static final class Planted extends BaseTrainingListener {
    private double norm;

    @Override
    public void onGradientCalculation(Model model) {
      Network network = Network.of(model);
      network.gradients().assign(0);
      ParameterSlot first = network.slots().get(0);
      first.in(network.gradients()).putScalar(0, norm * network.gradientDivisor());
    }
  }

  /** Whether the step with each of some norms was skipped, by what was reported and what moved. */
  private static boolean[] skipped(Model model, SkipIfNormAbove skip, double... norms) {
    Planted planted = new Planted();
    model.setListeners(planted, skip);
    boolean[] skipped = new boolean[norms.length];
    for (int i = 0; i < norms.length; i++) {
      planted.norm = norms[i];
      double[] before = model.params().dup().toDoubleVector();
      long count = skip.report(model).skipped();
      fit(model, batch(i));
      skipped[i] = skip.report(model).skipped() > count;
      boolean stands = java.util.Arrays.equals(before, model.params().dup().toDoubleVector());
      assertThat(stands).as("step %s", i).isEqualTo(skipped[i]);
    }
    return skipped;
  }

  @ParameterizedTest
  @EnumSource
  void skipsWhatTheClassCommentSays(Type type) {
    Model model = network(type, base(new Adam(0.01)));
    assertThat(skipped(model, new SkipIfNormAbove(10, 5, 3, 10), 1, 2, 3, 19, 21, 31, 31, 29))
        .containsExactly(false, false, false, false, false, true, false, false);
    // the window is 2 3 19 21 31 at the second 31, whose median is 19
  }

  @Test
  void allOfTheWarmUpIsMade() {
    Model model = network(Type.MULTI_LAYER, base(new Sgd(0.01)));
    assertThat(skipped(model, new SkipIfNormAbove(2, 10, 4, 10), 1, 100, 1, 100, 1000))
        .containsExactly(false, false, false, false, true);
  }

  @Test
  void whatIsNotFiniteIsSkippedAtOnceAndIsNoNorm() {
    Model model = network(Type.GRAPH, base(new Adam(0.01)));
    SkipIfNormAbove skip = new SkipIfNormAbove(10, 5, 3, 10);
    assertThat(skipped(model, skip, Double.NaN, 1, Double.POSITIVE_INFINITY, 1, 1, 11, 9))
        .containsExactly(true, false, true, false, false, true, false);
    assertThat(skip.report(model).skippedShare()).isEqualTo(3.0 / 7);
  }

  @Test
  void gradientsThatHaveGrownForGoodAreTakenAfterHalfAWindow() {
    Model model = network(Type.MULTI_LAYER, base(new Sgd(1e-4)));
    assertThat(
            skipped(model, new SkipIfNormAbove(10, 6, 3, 5), 1, 1, 1, 1, 1, 1, 99, 99, 99, 99, 99))
        .containsExactly(false, false, false, false, false, false, true, true, true, false, false);
  }

  @Test
  void tooManyInARowEndTraining() {
    Model model = network(Type.MULTI_LAYER, base(new Sgd(1e-4)));
    assertThatThrownBy(
            () -> skipped(model, new SkipIfNormAbove(10, 50, 3, 2), 1, 1, 1, 99, 99, 99.5))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageStartingWith(
            "skip_if_norm_above: at most 2 steps in a row are skipped, and this is one more: the"
                + " norm of the gradient was 99.50, and its median 1.000 at iteration 5;");
  }

  /** The norms are the training's: without them the next spike would not be known as one. */
  @Test
  void itsMemoryIsStored() {
    Model model = network(Type.MULTI_LAYER, base(new Sgd(0.01)));
    SkipIfNormAbove skip = new SkipIfNormAbove(10, 5, 3, 10);
    skipped(model, skip, 1, 1, 1, 1, 1, 1, 1);
    Model now = network(Type.MULTI_LAYER, base(new Sgd(0.01)));
    SkipIfNormAbove other = new SkipIfNormAbove(10, 5, 3, 10);
    other.loadState(Network.of(now), skip.state(Network.of(model)));
    assertThat(skipped(now, other, 11)).containsExactly(true);
    assertThat(other.report(now).steps()).isEqualTo(8);
    assertThatThrownBy(
            () -> new SkipIfNormAbove(9).loadState(Network.of(now), skip.state(Network.of(model))))
        .hasMessageContaining("resumeFrom must be given a listener like SkipIfNormAbove");
  }

  @Test
  void aWarmUpLongerThanTheWindowIsRefused() {
    assertThatThrownBy(() -> new SkipIfNormAbove(10, 5, 6, 10))
        .hasMessage("skip_if_norm_above: warmupSteps must be at most window, which is 5, was 6");
  }
}
