package io.github.dl4jext.transfer.pretraining;

import io.github.dl4jext.network.noise.CounterRandom;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Adds normal noise to the inputs, of which the clean values must be reconstructed: a denoising
 * autoencoder.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>sigma</td><td>stddev</td><td>(0, inf)</td><td>required</td><td>that of the inputs
 *   </td></tr></table>
 *
 * @param stddev standard deviation of the noise, in {@code (0, inf)}
 * @see <a href="https://www.jmlr.org/papers/v11/vincent10a.html">Vincent et al. (2010)</a>
 */
public record GaussianCorruption(double stddev) implements Corruption {

  private static final Parameter<Double> STDDEV = Parameter.number("stddev").in("(0, inf)");

  /**
   * Checks the standard deviation.
   *
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is out of range
   */
  public GaussianCorruption {
    Checks.of("gaussian_corruption").check(STDDEV, stddev).done();
  }

  @Override
  public DataSet task(INDArray inputs, CounterRandom draws) {
    int columns = inputs.columns();
    double[] noise = new double[draws.rows() * columns];
    for (int row = 0; row < draws.rows(); row++) {
      for (int column = 0; column < columns; column++) {
        noise[row * columns + column] = stddev * draws.gaussian(row, column);
      }
    }
    INDArray added =
        Nd4j.createFromArray(noise).reshape('c', draws.rows(), columns).castTo(inputs.dataType());
    return new DataSet(added.addi(inputs), inputs);
  }
}
