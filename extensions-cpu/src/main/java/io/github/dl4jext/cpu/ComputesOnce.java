package io.github.dl4jext.cpu;

/** What the configurations of layers that compute each thing once have in common. */
sealed interface ComputesOnce permits FastDense, FastConvolution {

  /**
   * Sets whether the gradient with respect to the layer's input is computed.
   *
   * @param computed whether it is computed; false if nobody reads it
   */
  void setInputGradient(boolean computed);
}
