package io.github.dl4jext.activations;

import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A {@link VarianceScaling} that has a name of its own. The named ones are classes because DL4J
 * stores the class of an initialiser in saved models.
 */
interface NamedScaling extends IWeightInit {

  /**
   * What the name stands for.
   *
   * @return the scaling, with the arguments that the name fixes
   */
  VarianceScaling scaling();

  @Override
  default INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    return scaling().init(fanIn, fanOut, shape, order, paramView);
  }
}
