package io.github.dl4jext.transfer.pretraining;

import io.github.dl4jext.network.noise.CounterRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * A task without labels: which part of its inputs an autoencoder sees, and which part it must
 * reconstruct.
 *
 * <p>{@link #NONE} shows everything and asks for everything, {@link MaskingNoise} and {@link
 * GaussianCorruption} make a denoising autoencoder, {@link MaskedReconstruction} asks for the
 * hidden inputs alone. Others are written by implementing the one method.
 */
@FunctionalInterface
public interface Corruption {

  /** A plain autoencoder. */
  Corruption NONE = (inputs, draws) -> new DataSet(inputs, inputs);

  /**
   * The task for a batch.
   *
   * @param inputs the clean inputs, one example per row; not to be written to
   * @param draws random numbers, a row for each example
   * @return what is shown (features), what is asked for (labels), and optionally a mask of the
   *     labels, of their shape, with 1 for what counts
   */
  DataSet task(INDArray inputs, CounterRandom draws);
}
