package io.github.dl4jext.uncertainty;

import io.github.dl4jext.regularization.dropout.SeededWeightNoise;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Stands in for the weight noise of a layer, and takes the random numbers of the tile's sample. */
final class SeededWeights implements IWeightNoise {

  private static final long serialVersionUID = 1L;

  private final transient SeededWeightNoise noise;
  private final long place;
  private transient SampleBatch tile;

  SeededWeights(SeededWeightNoise noise, long place) {
    this.noise = noise;
    this.place = place;
  }

  /** To be called before each forward pass. */
  void use(SampleBatch next) {
    tile = next;
  }

  @Override
  public INDArray getParameter(
      Layer layer, String key, int iteration, int epoch, boolean train, LayerWorkspaceMgr ignored) {
    return noise.disturbed(layer, key, tile.weights(place, key), tile.iteration(), tile.epoch());
  }

  @Override
  public IWeightNoise clone() {
    return new SeededWeights(noise, place);
  }
}
