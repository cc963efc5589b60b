package io.github.dl4jext.regularization.constraints;

import io.github.dl4jext.network.UnitAxes;
import io.github.dl4jext.network.UnitNorms;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Technique;
import java.util.function.DoubleUnaryOperator;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.nd4j.linalg.api.buffer.DataType;

/** Constrains the norm of the incoming weights of each unit. */
abstract class NormConstraint extends WeightConstraint {

  private static final long serialVersionUID = 1L;

  NormConstraint(Technique<LayerConstraint> technique, Arguments given) {
    super(technique, given);
  }

  /** Returns a function from a unit's norm to the norm that it is to have; 0 stays 0. */
  abstract DoubleUnaryOperator wanted();

  @Override
  final void hold(UnitAxes units) {
    UnitNorms vectors = new UnitNorms(units.weights(), units.summedDimensions());
    double rounding = rounding(units.weights().dataType());
    DoubleUnaryOperator wantedOf = wanted();
    double[] factors = vectors.norms();
    boolean any = false;
    for (int i = 0; i < factors.length; i++) {
      double norm = factors[i];
      double wanted = wantedOf.applyAsDouble(norm);
      // false for NaN and infinity, which no factor could mend
      boolean off = Math.abs(wanted - norm) > rounding * norm;
      factors[i] = off ? wanted / norm : 1;
      any |= off;
    }
    if (any) {
      vectors.scale(factors);
    }
  }

  /**
   * Returns a bound of the relative error that a scaled norm has, and would have if scaled again.
   */
  private static double rounding(DataType type) {
    return switch (type) {
      case DOUBLE -> 0x1p-46; // of the sum, of up to millions of squares
      case FLOAT -> 0x1p-23; // of the factor and of the product, half a unit in the last place each
      case HALF -> 0x1p-10;
      default -> 0x1p-7; // bfloat16
    };
  }
}
