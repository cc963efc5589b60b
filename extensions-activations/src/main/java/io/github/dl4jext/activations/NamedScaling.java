package io.github.dl4jext.activations;

import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A {@link VarianceScaling} that has a name of its own. The named ones are classes because the host
 * stores the class of an initialiser in saved models.
 */
abstract class NamedScaling implements IWeightInit {

  private static final long serialVersionUID = 1L;

  /** What the name stands for. */
  abstract VarianceScaling scaling();

  @Override
  public final INDArray init(
      double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    return scaling().init(fanIn, fanOut, shape, order, paramView);
  }

  @Override
  public final boolean equals(Object other) {
    return other != null && other.getClass() == getClass();
  }

  @Override
  public final int hashCode() {
    return getClass().hashCode();
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName();
  }
}
