package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.InPlace.atLeast;
import static io.github.dl4jext.activations.InPlace.clip;
import static io.github.dl4jext.activations.InPlace.sigmoid;

import org.nd4j.linalg.api.ndarray.INDArray;

/** {@code x sigmoid(beta x)}, which is Swish, and GELU's approximation with beta 1.702. */
final class SigmoidWeighted {

  /** Beyond it the sigmoid is exactly 0 or 1 in double and narrower types. */
  private static final double SATURATED = 800;

  private SigmoidWeighted() {}

  static void value(INDArray x, double beta, Scratch scratch) {
    INDArray gate = x.muli(beta, scratch.array(0));
    sigmoid(gate, gate);
    atLeast(x, -SATURATED / beta, x).muli(gate);
  }

  static void derivative(INDArray x, double beta, Scratch scratch) {
    INDArray u = x.muli(beta);
    clip(u, -SATURATED, SATURATED, u);
    INDArray gate = sigmoid(u, scratch.array(0));
    INDArray rest = scratch.array(1);
    sigmoid(u.muli(-1, rest), rest);
    u.muli(rest).muli(gate).addi(gate);
  }
}
