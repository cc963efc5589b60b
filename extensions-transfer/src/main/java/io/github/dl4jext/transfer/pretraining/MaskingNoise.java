package io.github.dl4jext.transfer.pretraining;

import io.github.dl4jext.network.noise.CounterRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Replaces a share of the inputs with 0, and all inputs must be reconstructed: a denoising
 * autoencoder.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>nu</td><td>share</td><td>(0, 1)</td><td>required</td><td>share of the inputs</td></tr>
 * </table>
 *
 * <p>Unlike in dropout, the remaining inputs are not scaled up, since the task is to reconstruct
 * the inputs as they are.
 *
 * @param share the share of the inputs that is hidden, in {@code (0, 1)}
 * @see <a href="https://www.jmlr.org/papers/v11/vincent10a.html">Vincent et al. (2010)</a>
 */
public record MaskingNoise(double share) implements Corruption {

  /**
   * Checks the share.
   *
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is out of range
   */
  public MaskingNoise {
    RandomMask.checked("masking_noise", share);
  }

  @Override
  public DataSet task(INDArray inputs, CounterRandom draws) {
    return new DataSet(inputs.mul(RandomMask.draw(inputs, share, draws).rsubi(1)), inputs);
  }
}
