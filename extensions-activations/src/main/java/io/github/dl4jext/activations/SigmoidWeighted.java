package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.InPlace.atLeast;
import static io.github.dl4jext.activations.InPlace.atMost;
import static io.github.dl4jext.activations.InPlace.exp;
import static io.github.dl4jext.activations.InPlace.sqrt;
import static io.github.dl4jext.activations.InPlace.square;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code x sigmoid(u)} and its slope, for u that is proportional to x or another function of it.
 *
 * <p>With {@code g = exp(u / 2)}, the root of sigmoid(u) is {@code s = g / sqrt(1 + g^2)}. Where
 * exp(u) is too small for the type, g and s are not, so that {@code x s s} has all its digits as
 * long as it is a normal number itself. For large u it is x exactly.
 */
final class SigmoidWeighted {

  /** From here on up the sigmoid is 1 in double and narrower types. */
  private static final double ONE = 80;

  /** From here on down x times the sigmoid of x is 0 in double and narrower types. */
  private static final double NOTHING = -1600;

  private SigmoidWeighted() {}

  /** {@code x <- x sigmoid(beta x)}. */
  static void value(INDArray x, double beta, Scratch scratch) {
    scratch.inDoubleUnless(
        beta == 1,
        x,
        (y, spare) -> {
          atLeast(y, NOTHING / beta, y);
          value(y, y.muli(beta, spare.array(0)), spare.array(1));
        });
  }

  /** {@code x <- the slope of x sigmoid(beta x)}. */
  static void derivative(INDArray x, double beta, Scratch scratch) {
    scratch.inDoubleUnless(
        beta == 1,
        x,
        (y, spare) -> {
          InPlace.clip(beta == 1 ? y : y.muli(beta), NOTHING, ONE, y);
          derivative(y, spare.array(0).assign(y), spare.array(1));
        });
  }

  /** {@code x <- x sigmoid(u)} for x that is not -inf; u is overwritten. */
  static void value(INDArray x, INDArray u, INDArray spare) {
    INDArray g = exp(atMost(u, ONE, u).muli(0.5));
    INDArray root = g.divi(sqrt(square(g, spare).addi(1)));
    x.muli(root).muli(root);
  }

  /**
   * {@code t <- sigmoid(u) (1 + t sigmoid(-u))}, which is the slope of {@code x sigmoid(u)} if t is
   * {@code x u'(x)}; t is finite, and u is overwritten.
   */
  static void derivative(INDArray t, INDArray u, INDArray spare) {
    INDArray g = exp(atMost(u, ONE, u).muli(0.5));
    INDArray squareAnd1 = square(g, spare).addi(1);
    t.divi(squareAnd1).addi(1);
    INDArray root = g.divi(sqrt(squareAnd1));
    t.muli(root).muli(root);
  }
}
