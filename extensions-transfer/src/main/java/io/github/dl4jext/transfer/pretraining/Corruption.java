package io.github.dl4jext.transfer.pretraining;

import io.github.dl4jext.network.noise.CounterRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A task without labels: which part of its inputs an autoencoder sees, and which part it must
 * reconstruct.
 *
 * <p>With {@link #NONE}, the autoencoder sees all inputs and must reconstruct all of them. {@link
 * MaskingNoise} and {@link GaussianCorruption} make a denoising autoencoder. With {@link
 * MaskedReconstruction}, only the hidden inputs must be reconstructed. To write another task,
 * implement the one method.
 */
@FunctionalInterface
public interface Corruption {

  /** Corrupts nothing, which makes a plain autoencoder. */
  Corruption NONE = (inputs, draws) -> new DataSet(inputs, inputs);

  /**
   * Makes the task for a batch.
   *
   * @param inputs the clean inputs, [examples, inputs]; must not be changed
   * @param draws random numbers, a row for each example
   * @return the corrupted inputs as features, the numbers to be reconstructed as labels, and
   *     optionally a mask of the labels, of the same shape as these, with 1 where the loss counts
   *     and 0 elsewhere
   */
  DataSet task(INDArray inputs, CounterRandom draws);
}
