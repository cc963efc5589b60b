package io.github.dl4jext.network;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes the lengths of the weight vectors of a parameter's units, and scales those that must
 * change.
 *
 * <p>Sums are in double: ND4J's norms of floats are off by 6e-7 for 784 inputs, and by more for
 * more inputs. On the CPU the memory is read in place, once and in its order, since ND4J has no
 * operation that sums floats in double and its cast takes four times as long.
 */
public final class UnitNorms {

  /** Squares of doubles outside of this range lose digits, or overflow. */
  private static final double SAFE_LEAST = 1e-140;

  private static final double SAFE_LARGEST = 1e150;

  private final INDArray weights;
  private final int[] summed;

  /** By how much the number of the unit grows along each dimension; 0 along those summed. */
  private final int[] unitStride;

  private final int units;

  /**
   * Takes the units of a layer's weights.
   *
   * @param units the weights, which {@link #scale} changes, and their axes
   */
  public UnitNorms(UnitAxes units) {
    this(units.weights(), units.summedDimensions());
  }

  /**
   * Takes the units of an array, which its dimensions determine.
   *
   * @param weights the weights, which {@link #scale} changes
   * @param summed the dimensions along which the weights of one unit lie, in ascending order
   */
  public UnitNorms(INDArray weights, int... summed) {
    this.weights = weights;
    this.summed = summed.clone();
    this.unitStride = new int[weights.rank()];
    int count = 1;
    for (int d = weights.rank() - 1; d >= 0; d--) {
      if (Arrays.binarySearch(summed, d) < 0) {
        unitStride[d] = count;
        count *= Math.toIntExact(weights.size(d));
      }
    }
    this.units = count;
  }

  /**
   * Computes the norms.
   *
   * @return the norm of each unit, in 'c' order of the dimensions that are not summed
   */
  public double[] norms() {
    double[] norms = squares(weights);
    boolean lost = false;
    for (int i = 0; i < units; i++) {
      norms[i] = Math.sqrt(norms[i]);
      lost |= !(norms[i] >= SAFE_LEAST && norms[i] <= SAFE_LARGEST);
    }
    if (lost && weights.dataType() == DataType.DOUBLE) {
      return scaledNorms(norms);
    }
    return norms;
  }

  /**
   * Norms whose squares leave the range of a double. Each unit is scaled by its own largest weight.
   */
  private double[] scaledNorms(double[] norms) {
    INDArray largest = weights.amax(summed);
    double[] scales = largest.dup('c').data().asDouble();
    for (int i = 0; i < units; i++) {
      scales[i] =
          scales[i] > 0 && Double.isFinite(scales[i]) ? Math.scalb(1.0, exponent(scales[i])) : 1;
    }
    double[] scaled = squares(weights.div(Nd4j.createFromArray(scales).reshape('c', spread())));
    for (int i = 0; i < units; i++) {
      norms[i] = Math.sqrt(scaled[i]) * scales[i];
    }
    return norms;
  }

  /** A power of two that can be divided by without a loss, even for the least of numbers. */
  private static int exponent(double largest) {
    return Math.max(Math.getExponent(largest), Double.MIN_EXPONENT);
  }

  /**
   * Multiplies the weights of each unit; a factor of exactly 1 changes no bit.
   *
   * @param factors a factor for each unit, in the order of {@link #norms()}
   */
  public void scale(double[] factors) {
    double limit = largestFactor();
    if (Arrays.stream(factors).allMatch(f -> f <= limit && f >= 1 / limit || f == 0)) {
      multiply(factors);
    } else {
      double[] roots = Arrays.stream(factors).map(Math::sqrt).toArray();
      multiply(roots);
      multiply(roots);
    }
  }

  /** Beyond it a factor, or its inverse, may not fit the type of the weights. */
  private double largestFactor() {
    return switch (weights.dataType()) {
      case DOUBLE -> 1e300;
      case HALF -> 1e4;
      default -> 1e35;
    };
  }

  private void multiply(double[] factors) {
    weights.muli(Nd4j.createFromArray(factors).castTo(weights.dataType()).reshape('c', spread()));
  }

  /** The shape that a number per unit must have to be broadcast over the weights. */
  private long[] spread() {
    long[] shape = weights.shape().clone();
    for (int dimension : summed) {
      shape[dimension] = 1;
    }
    return shape;
  }

  private double[] squares(INDArray array) {
    boolean readable = array.dataType() == DataType.FLOAT || array.dataType() == DataType.DOUBLE;
    if (readable && Nd4j.getEnvironment().isCPU()) {
      return UnitSquares.of(array, unitStride, units);
    }
    INDArray exact = array.castTo(DataType.DOUBLE);
    return exact.mul(exact).sum(summed).dup('c').data().asDouble();
  }
}
