package io.github.dl4jext.activations.initializers;

import io.github.dl4jext.spi.Parameter;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A {@link VarianceScaling} that has its own name. The named ones are classes because DL4J stores
 * the class of an initialiser in saved models.
 */
interface NamedScaling extends IWeightInit {

  /** The slope of He's initialisers. */
  Parameter<Double> SLOPE_BELOW_ZERO =
      Parameter.number("slope")
          .in("[0, 1]")
          .orElse(0)
          .doc("slope below zero of the activation, such as a leaky ReLU's");

  /** He's variance, {@code 2 / ((1 + slope^2) fan_in)}. */
  static VarianceScaling he(double slope, VarianceScaling.Distribution distribution) {
    return new VarianceScaling(2 / (1 + slope * slope), VarianceScaling.Mode.FAN_IN, distribution);
  }

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
