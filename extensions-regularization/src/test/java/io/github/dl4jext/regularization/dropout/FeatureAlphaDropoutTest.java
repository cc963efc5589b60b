package io.github.dl4jext.regularization.dropout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.regularization.dropout.SpatialDropout.Format;
import java.util.List;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.schedule.ISchedule;

class FeatureAlphaDropoutTest extends SeededDropoutContract {

  /** As for alpha dropout: the limit of SELU, and a and b for a rate of 0.1. */
  private static final double SATURATION = -1.7580993408473766;

  private static final double A = 1 / Math.sqrt(0.9 + SATURATION * SATURATION * 0.9 * 0.1);
  private static final double B = -A * 0.1 * SATURATION;

  @Override
  protected String spec() {
    return "feature_alpha_dropout(rate=0.1)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "feature_alpha_dropout(rate=0.2)", "feature_alpha_dropout(rate=0.1, format=channels_last)");
  }

  @Override
  protected IDropout create(ISchedule amount) {
    return FeatureAlphaDropout.dropping(amount);
  }

  @Override
  protected double amount() {
    return 0.1;
  }

  @Override
  protected double variance(double x) {
    return A * A * 0.1 * 0.9 * (x - SATURATION) * (x - SATURATION);
  }

  @Override
  protected double dropped() {
    return 0.1;
  }

  @Override
  protected double droppedValue() {
    return A * SATURATION + B;
  }

  @Override
  protected double mean(double x) {
    return A * (0.9 * x + 0.1 * SATURATION) + B;
  }

  @Override
  protected long[] shape() {
    return new long[] {6, 3, 4, 5};
  }

  @Override
  protected INDArray units(INDArray activations) {
    return activations.get(
        NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(0), NDArrayIndex.point(0));
  }

  @Test
  void agreesWithPyTorch() {
    Outcomes.assertAgrees("feature_alpha_dropout", FeatureAlphaDropout::dropping, 20, 20, 2, 2);
  }

  @Test
  void dropsWholeMapsWhereverTheChannelsAre() {
    INDArray first = disturbed(FeatureAlphaDropout.dropping(0.5), 6, 5, 4, 3);
    INDArray maps = first.reshape('c', 30, 12);
    assertThat(maps.max(1)).isEqualTo(maps.min(1));
    assertThat(maps.maxNumber().doubleValue()).isGreaterThan(maps.minNumber().doubleValue());
    INDArray last =
        disturbed(FeatureAlphaDropout.dropping(0.5).withFormat(Format.CHANNELS_LAST), 6, 4, 3, 5);
    assertThat(last).isEqualTo(first.permute(0, 2, 3, 1));
  }

  @Test
  void theDocumentedNumbersAreRight() {
    INDArray x = disturbed(FeatureAlphaDropout.dropping(0.1), 40, 10, 2);
    assertThat(x.maxNumber().doubleValue()).isCloseTo(1.0832555, within(5e-8));
    assertThat(x.minNumber().doubleValue()).isCloseTo(-1.4577387, within(5e-8));
  }

  private static INDArray disturbed(IDropout dropout, long... shape) {
    Nd4j.getRandom().setSeed(4);
    INDArray x = Nd4j.ones(DataType.DOUBLE, shape);
    return dropout.applyDropout(x, x, 0, 0, LayerWorkspaceMgr.noWorkspaces());
  }

  @Test
  void refusesWhatHasNoMaps() {
    assertThatThrownBy(() -> disturbed(FeatureAlphaDropout.dropping(0.5), 6, 5))
        .hasMessageContaining("feature_alpha_dropout: activations must have 3 to 5 dimensions")
        .hasMessageContaining("[6, 5]; take alpha_dropout for others");
  }
}
