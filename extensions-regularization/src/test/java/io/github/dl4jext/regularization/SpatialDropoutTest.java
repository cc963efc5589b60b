package io.github.dl4jext.regularization;

import io.github.dl4jext.regularization.SpatialDropout.Format;
import java.util.List;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.nd4j.linalg.api.ndarray.INDArray;
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
    return new SpatialDropout(amount, Format.CHANNELS_FIRST);
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
}
