package io.github.dl4jext.listeners.clipping;

import static io.github.dl4jext.listeners.clipping.AroundTheStep.base;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.dense;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.fit;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.flatGradient;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.graph;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.listen;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.network;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.onGradient;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.output;
import static io.github.dl4jext.listeners.clipping.AroundTheStep.serialized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm.ClippingReport;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.testkit.PluginContract;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class AutoClipTest extends PluginContract<TrainingListener> {

  private static final int EXAMPLES = 3;

  @Override
  protected Class<TrainingListener> kind() {
    return TrainingListener.class;
  }

  @Override
  protected String spec() {
    return "auto_clip(percentile=20, window=50)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "auto_clip(percentile=30, window=50)",
        "auto_clip(percentile=20, window=60)",
        "auto_clip(percentile=20, window=50, perTimeStep=true)");
  }

  private static Model model(boolean asGraph) {
    Layer[] layers = {dense(2, 2, Activation.TANH), output(2, 2)};
    return asGraph ? graph(base(new Sgd(1)), layers) : network(base(new Sgd(1)), layers);
  }

  /** The norms of mean gradients after clipping, where others were planted. */
  private static double[] clipped(Model model, AutoClip clip, double... norms) {
    double[] after = new double[norms.length];
    for (int i = 0; i < norms.length; i++) {
      double norm = norms[i];
      double[] seen = new double[1];
      listen(
          model,
          onGradient(m -> flatGradient(m).assign(0).putScalar(1, norm * EXAMPLES)),
          clip,
          onGradient(m -> seen[0] = flatGradient(m).getDouble(1) / EXAMPLES));
      fit(
          model,
          new DataSet(
              Nd4j.ones(DataType.DOUBLE, EXAMPLES, 2), Nd4j.ones(DataType.DOUBLE, EXAMPLES, 2)));
      after[i] = seen[0];
    }
    return after;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givesTheNumbersOfTheClassComment(boolean asGraph) {
    AutoClip clip = new AutoClip(50);
    Model model = model(asGraph);
    assertThat(clipped(model, clip, 4, 2, 9))
        .containsExactly(new double[] {4, 2, 4}, within(1e-12));
    ClippingReport report = clip.report(model);
    assertThat(report.norm()).isCloseTo(9, within(1e-12));
    assertThat(report.clipped()).isTrue();
    assertThat(report.clippedShare()).isCloseTo(1.0 / 3, within(1e-12));
  }

  /** By {@code numpy.percentile(norms[:t], 10)}, as the paper's program has it. */
  @Test
  void theDefaultIsThePapers() {
    assertThat(clipped(model(false), new AutoClip(), 1, 2, 3, 0.5, 5))
        .containsExactly(new double[] {1, 1.1, 1.2, 0.5, 0.7}, within(1e-12));
  }

  @Test
  void aWindowForgets() {
    assertThat(clipped(model(false), new AutoClip(100, 2), 1, 8, 2, 3))
        .containsExactly(new double[] {1, 8, 2, 3}, within(1e-12));
    assertThat(clipped(model(false), new AutoClip(0, 2), 1, 8, 9, 3))
        .containsExactly(new double[] {1, 1, 8, 3}, within(1e-12));
  }

  @Test
  void whatIsNotFiniteIsLeftAndForgotten() {
    AutoClip clip = new AutoClip(100);
    assertThat(clipped(model(false), clip, 1, Double.NaN, Double.POSITIVE_INFINITY, 0, 1))
        .containsExactly(1, Double.NaN, Double.POSITIVE_INFINITY, 0, 1);
  }

  @Test
  void itsMemoryIsStoredAndFollows() {
    AutoClip clip = new AutoClip(0, 9);
    Model before = model(true);
    clipped(before, clip, 3, 4);
    Model now = model(true);
    AutoClip other = serialized(new AutoClip(0, 9));
    other.loadState(Network.of(now), clip.state(Network.of(before)));
    assertThat(other.report(now)).isEqualTo(clip.report(before));
    assertThat(clipped(now, other, 7)).containsExactly(new double[] {3}, within(1e-12));
    Model last = model(false);
    clip.follow(Network.of(before), Network.of(last));
    assertThat(clipped(last, clip, 7)).containsExactly(new double[] {3}, within(1e-12));
    assertThatThrownBy(
            () -> new AutoClip(5).loadState(Network.of(now), clip.state(Network.of(before))))
        .hasMessageContaining("resumeFrom must be given a listener like AutoClip");
  }
}
