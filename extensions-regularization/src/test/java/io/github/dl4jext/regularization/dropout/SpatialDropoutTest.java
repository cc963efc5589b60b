package io.github.dl4jext.regularization.dropout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jext.regularization.dropout.SpatialDropout.Format;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.schedule.ISchedule;

class SpatialDropoutTest extends SeededDropoutContract {

  @Override
  protected String spec() {
    return "spatial_dropout(rate=0.3)";
  }

  @Override
  protected List<String> otherSpecs() {
    return List.of("spatial_dropout(rate=0.4)", "spatial_dropout(rate=0.3, format=channels_last)");
  }

  @Override
  protected IDropout create(ISchedule amount) {
    return SpatialDropout.dropping(amount);
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
  void agreesWithPyTorch() {
    Outcomes.assertAgrees("spatial_dropout", SpatialDropout::dropping, 20, 20, 2, 2);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void dropsWholeMapsWhereverTheChannelsAre(long[] shape) {
    IDropout first = SpatialDropout.dropping(0.5);
    IDropout last = SpatialDropout.dropping(0.5).withFormat(Format.CHANNELS_LAST);
    int[] toLast = new int[shape.length];
    for (int i = 1; i < shape.length; i++) {
      toLast[i] = i + 1;
    }
    toLast[shape.length - 1] = 1;
    INDArray x = disturbed(first, Nd4j.ones(DataType.DOUBLE, shape));
    INDArray turned = disturbed(last, Nd4j.ones(DataType.DOUBLE, shape).permute(toLast).dup('c'));
    assertThat(turned).isEqualTo(x.permute(toLast));
    INDArray maps = x.reshape('c', shape[0] * shape[1], x.length() / (shape[0] * shape[1]));
    assertThat(maps.max(1)).isEqualTo(maps.min(1));
    assertThat(maps.max(1).sumNumber().intValue())
        .isBetween(1, (int) (2 * shape[0] * shape[1]) - 1);
  }

  static Stream<long[]> shapes() {
    return Stream.of(new long[] {6, 5, 4}, new long[] {6, 5, 4, 3}, new long[] {6, 5, 4, 3, 2});
  }

  private static INDArray disturbed(IDropout dropout, INDArray x) {
    Nd4j.getRandom().setSeed(4);
    return dropout.applyDropout(x, x, 0, 0, LayerWorkspaceMgr.noWorkspaces());
  }

  @Test
  void refusesWhatHasNoMaps() {
    for (long[] shape : new long[][] {{6}, {6, 5}, {2, 2, 2, 2, 2, 2}}) {
      INDArray x = Nd4j.ones(shape);
      assertThatThrownBy(() -> disturbed(SpatialDropout.dropping(0.5), x))
          .hasMessageContaining("spatial_dropout: activations must have 3 to 5 dimensions")
          .hasMessageContaining(Arrays.toString(shape));
    }
  }
}
