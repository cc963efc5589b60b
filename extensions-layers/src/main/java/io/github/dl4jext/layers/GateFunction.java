package io.github.dl4jext.layers;

import static org.nd4j.linalg.ops.transforms.Transforms.exp;
import static org.nd4j.linalg.ops.transforms.Transforms.sigmoid;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erfc;
import org.nd4j.linalg.factory.Nd4j;

/** A function of each element, with its slope. */
interface GateFunction {

  /** The value and the slope at the same elements. */
  record Point(INDArray value, INDArray slope) {}

  /**
   * Computes both.
   *
   * @param z the elements, which are left as they are
   */
  Point at(INDArray z);

  /** {@code 1 / (1 + exp(-z))}. */
  GateFunction SIGMOID =
      z -> {
        INDArray s = sigmoid(z, true);
        return new Point(s, s.rsub(1).muli(s));
      };

  /** {@code max(z, 0)}; NaN stays. */
  GateFunction RELU =
      z -> {
        INDArray positive = z.gt(0).castTo(z.dataType());
        return new Point(z.mul(positive), positive);
      };

  /** {@code z P(Z <= z)} for a standard normal Z. */
  GateFunction GELU =
      z -> {
        INDArray p = Nd4j.getExecutioner().exec(new Erfc(z.mul(-Math.sqrt(0.5)))).muli(0.5);
        INDArray density = exp(z.mul(z).muli(-0.5), false).divi(Math.sqrt(2 * Math.PI));
        return new Point(z.mul(p), density.muli(z).addi(p));
      };

  /** {@code z / (1 + exp(-beta z))}. */
  static GateFunction swish(double beta) {
    return z -> {
      INDArray s = sigmoid(z.mul(beta), false);
      INDArray value = z.mul(s);
      return new Point(value, s.rsub(1).muli(value).muli(beta).addi(s));
    };
  }
}
