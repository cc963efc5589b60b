package io.github.dl4jext.regularization.dropout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.schedule.ISchedule;

/** With axes along which all elements share their mask, as by Keras's noise shape. */
class SharedDropoutTest extends SeededDropoutContract {

  @Override
  protected String spec() {
    return "shared_dropout(rate=0.3, sharedAxes=[2, 3])";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of(
        "shared_dropout(rate=0.4, sharedAxes=[2, 3])", "shared_dropout(rate=0.3, sharedAxes=[2])");
  }

  @Override
  protected IDropout create(ISchedule amount) {
    return SharedDropout.dropping(amount, List.of(2, 3));
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
  protected long[] shape() {
    return new long[] {6, 3, 4, 5};
  }

  @Override
  protected INDArray units(INDArray activations) {
    return activations.get(
        NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(0), NDArrayIndex.point(0));
  }

  @Test
  void alongTheAxesOfMapsItIsSpatialDropout() {
    INDArray ours = disturbed(SharedDropout.dropping(0.5, List.of(2, 3)), 6, 5, 4, 3);
    INDArray spatial = disturbed(SpatialDropout.dropping(0.5), 6, 5, 4, 3);
    assertThat(ours).isEqualTo(spatial);
  }

  /**
   * Keras's {@code noise_shape=(batch, 1, features)} of [batch, steps, features], here [n, c, t].
   */
  @Test
  void aFeatureIsDroppedAtAllTimeSteps() {
    INDArray x = disturbed(SharedDropout.dropping(0.5, List.of(2)), 8, 6, 7);
    assertThat(x.max(2)).isEqualTo(x.min(2));
    assertThat(x.max(2).sumNumber().intValue()).isBetween(20, 76);
  }

  private static INDArray disturbed(IDropout dropout, long... shape) {
    Nd4j.getRandom().setSeed(4);
    INDArray x = Nd4j.ones(DataType.DOUBLE, shape);
    return dropout.applyDropout(x, x, 0, 0, LayerWorkspaceMgr.noWorkspaces());
  }

  @Test
  void anAxisThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> disturbed(SharedDropout.dropping(0.5, List.of(1, 2)), 3, 4))
        .hasMessage(
            "shared_dropout: sharedAxes must be axes of the activations, which have the shape [3, 4], were"
                + " [1, 2]");
    assertThatThrownBy(() -> SharedDropout.dropping(0.5, List.of(0)))
        .hasMessageContaining("shared_dropout: sharedAxes must be");
  }
}
