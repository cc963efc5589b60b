package io.github.dl4jext.regularization.constraints;

import io.github.dl4jext.network.UnitAxes;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Norms as a loop would add them up, and constraints on a column of a dense layer. */
final class ConstraintNorms {

  private ConstraintNorms() {}

  static double of(double... unit) {
    double sum = 0;
    for (double weight : unit) {
      sum += weight * weight;
    }
    return Math.sqrt(sum);
  }

  /** What a constraint makes of the weights of one unit. */
  static double[] held(WeightConstraint constraint, double... unit) {
    INDArray column = Nd4j.createFromArray(unit).reshape(unit.length, 1);
    hold(constraint, column);
    return column.toDoubleVector();
  }

  /** Holds a constraint on the weights of a dense layer. */
  static void hold(WeightConstraint constraint, INDArray dense) {
    constraint.hold(UnitAxes.of(new DenseLayer.Builder().build(), "W", dense));
  }
}
