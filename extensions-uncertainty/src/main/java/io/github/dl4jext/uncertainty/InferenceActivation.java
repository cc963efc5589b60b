package io.github.dl4jext.uncertainty;

import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes an activation as outside of training, in a layer that runs as in training. */
final class InferenceActivation implements IActivation {

  private static final long serialVersionUID = 1L;

  private final IActivation activation;

  private InferenceActivation(IActivation activation) {
    this.activation = activation;
  }

  /**
   * Wraps an activation that may be random in training. DL4J's own activations are not wrapped,
   * because layers may have fast paths for them; all except RReLU are deterministic.
   */
  static @Nullable IActivation atInference(@Nullable IActivation activation) {
    if (activation == null
        || activation.getClass().getPackage() == ActivationRReLU.class.getPackage()
            && !(activation instanceof ActivationRReLU)) {
      return activation;
    }
    return new InferenceActivation(activation);
  }

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    return activation.getActivation(in, false);
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    return activation.backprop(in, epsilon);
  }

  @Override
  public int numParams(int inputSize) {
    return activation.numParams(inputSize);
  }
}
