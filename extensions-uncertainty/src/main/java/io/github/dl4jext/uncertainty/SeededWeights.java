package io.github.dl4jext.uncertainty;

import io.github.dl4jext.regularization.dropout.SeededWeightNoise;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Replaces the weight noise of a layer, and uses the random numbers of the batch's sample. */
final class SeededWeights implements IWeightNoise {

  private static final long serialVersionUID = 1L;

  private final transient SeededWeightNoise noise;
  private final long place;
  private transient @Nullable SampleBatch batch;

  SeededWeights(SeededWeightNoise noise, long place) {
    this.noise = noise;
    this.place = place;
  }

  /** Sets the batch of the next forward pass; null if nothing is random in it. */
  void use(@Nullable SampleBatch next) {
    batch = next;
  }

  boolean actsAt(int iteration, int epoch) {
    return noise.actsAt(iteration, epoch);
  }

  @Override
  public INDArray getParameter(
      Layer layer, String key, int iteration, int epoch, boolean train, LayerWorkspaceMgr ignored) {
    return batch == null
        ? layer.getParam(key)
        : noise.disturbed(layer, key, batch.weights(place, key), batch.iteration(), batch.epoch());
  }

  @Override
  public IWeightNoise clone() {
    return new SeededWeights(noise, place);
  }
}
