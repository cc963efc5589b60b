package io.github.dl4jext.transfer.pretraining;

import io.github.dl4jext.network.noise.CounterRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Replaces a share of the inputs with 0, and only these must be reconstructed, so that the network
 * must learn to infer them from the other inputs, and gains nothing by copying.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>share</td><td>(0, 1)</td><td>required</td><td>share of the inputs</td></tr></table>
 *
 * <p>The loss counts only the hidden inputs, by a mask of the labels' shape. DL4J still divides the
 * score by the number of all outputs, so it is about {@code share} times that of {@link
 * MaskingNoise}.
 *
 * @param share the share of the inputs that is hidden, in {@code (0, 1)}
 * @see <a href="https://arxiv.org/abs/2111.06377">He et al. (2021), who hide patches</a>
 */
public record MaskedReconstruction(double share) implements Corruption {

  /**
   * Checks the share.
   *
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is out of range
   */
  public MaskedReconstruction {
    RandomMask.checked("masked_reconstruction", share);
  }

  @Override
  public DataSet task(INDArray inputs, CounterRandom draws) {
    INDArray hidden = RandomMask.draw(inputs, share, draws);
    return new DataSet(inputs.mul(hidden.rsub(1)), inputs, null, hidden);
  }
}
