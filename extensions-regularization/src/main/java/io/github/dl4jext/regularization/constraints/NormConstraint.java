package io.github.dl4jext.regularization.constraints;

import io.github.dl4jext.network.UnitAxes;
import io.github.dl4jext.network.UnitNorms;
import java.util.Collection;
import org.nd4j.linalg.api.buffer.DataType;

/** A constraint on the length of the vector of incoming weights of each unit. */
abstract class NormConstraint extends WeightConstraint {

  private static final long serialVersionUID = 1L;

  NormConstraint(Collection<String> params) {
    super(params);
  }

  /** The norm that a unit is to have, which has this one; 0 stays 0. */
  abstract double wanted(double norm);

  @Override
  final void hold(UnitAxes units) {
    UnitNorms vectors = new UnitNorms(units.weights(), units.summedDimensions());
    double rounding = rounding(units.weights().dataType());
    double[] factors = vectors.norms();
    boolean any = false;
    for (int i = 0; i < factors.length; i++) {
      double norm = factors[i];
      double wanted = wanted(norm);
      // false for NaN and infinity: there is no factor that would mend them
      boolean off = Math.abs(wanted - norm) > rounding * norm;
      factors[i] = off ? wanted / norm : 1;
      any |= off;
    }
    if (any) {
      vectors.scale(factors);
    }
  }

  /** What a vector that was scaled may be off by; to scale it again would not bring it nearer. */
  private static double rounding(DataType type) {
    return switch (type) {
      case DOUBLE -> 0x1p-46; // of the sum, of up to millions of squares
      case FLOAT -> 0x1p-23; // of the factor and of the product, half a unit in the last place each
      case HALF -> 0x1p-10;
      default -> 0x1p-7; // bfloat16
    };
  }
}
