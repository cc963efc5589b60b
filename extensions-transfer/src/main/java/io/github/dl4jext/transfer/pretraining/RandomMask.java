package io.github.dl4jext.transfer.pretraining;

import io.github.dl4jext.network.noise.CounterRandom;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Which inputs are hidden: each by itself, with the same probability. */
final class RandomMask {

  private static final Parameter<Double> SHARE = Parameter.number("share").in("(0, 1)");

  private RandomMask() {}

  static double checked(String name, double share) {
    Checks.of(name).check(SHARE, share).done();
    return share;
  }

  /** 1 where an input is hidden, else 0. */
  static INDArray draw(INDArray inputs, double share, CounterRandom draws) {
    int columns = inputs.columns();
    double[] hidden = new double[draws.rows() * columns];
    for (int row = 0; row < draws.rows(); row++) {
      for (int column = 0; column < columns; column++) {
        hidden[row * columns + column] = draws.uniform(row, column) < share ? 1 : 0;
      }
    }
    return Nd4j.createFromArray(hidden)
        .reshape('c', draws.rows(), columns)
        .castTo(inputs.dataType());
  }
}
