package io.github.dl4jext.uncertainty;

import io.github.dl4jext.network.noise.CounterRandom;
import io.github.dl4jext.regularization.dropout.SeededNoise;
import java.util.Objects;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Replaces the dropout of a layer that applies it deep inside, as in either direction of a
 * bidirectional layer. The layer calls it as in training, and it uses the random numbers of the
 * batch.
 */
final class SeededDropout implements IDropout {

  private static final long serialVersionUID = 1L;

  private final transient SeededNoise noise;
  private final long place;
  private transient @Nullable SampleBatch batch;

  SeededDropout(SeededNoise noise, long place) {
    this.noise = noise;
    this.place = place;
  }

  /** Sets the batch of the next forward pass; call it before each. */
  void use(@Nullable SampleBatch next) {
    batch = next;
  }

  boolean actsAt(int iteration, int epoch) {
    return noise.actsAt(iteration, epoch);
  }

  @Override
  public INDArray applyDropout(
      INDArray input, INDArray result, int iteration, int epoch, LayerWorkspaceMgr workspaces) {
    if (result != input) {
      result.assign(input);
    }
    SampleBatch drawn = Objects.requireNonNull(batch, "the batch of this pass");
    CounterRandom draws = drawn.draws(place, result.size(0));
    noise.disturb(result, draws, drawn.iteration(), drawn.epoch());
    return result;
  }

  @Override
  public INDArray backprop(INDArray above, INDArray below, int iteration, int epoch) {
    throw new UnsupportedOperationException("only for prediction");
  }

  @Override
  public void clear() {
    // nothing is kept from one pass to the next
  }

  @Override
  public IDropout clone() {
    return new SeededDropout(noise, place);
  }
}
