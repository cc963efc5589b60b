package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.HostMemory;
import io.github.dl4jext.network.ParameterSlot;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Checks whether arrays contain NaN or infinities. */
public final class FiniteCheck {

  /**
   * The number of floats that are summed at once, few enough that their sum has six exact digits.
   */
  private static final int BLOCK = 1 << 14;

  private FiniteCheck() {}

  /**
   * Returns whether every number is finite. The usual case costs one pass over the array.
   *
   * @param array any array
   * @return true if it contains neither NaN nor an infinity
   */
  public static boolean all(INDArray array) {
    Objects.requireNonNull(array, "finite check: array must be given, was null");
    // NaN and infinities remain in a sum; finite numbers may overflow it, so each is checked
    // then.
    return array.isEmpty() || Double.isFinite(sum(array)) || Double.isFinite(firstOddOne(array));
  }

  /** BLAS sums absolute values fourteen times as fast as ND4J sums numbers, but not of halves. */
  private static double sum(INDArray array) {
    return HostMemory.isReadable(array)
        ? Nd4j.getBlasWrapper().asum(array.reshape(array.ordering(), new long[] {array.length()}))
        : array.sumNumber().doubleValue();
  }

  /**
   * Sums the absolute values of all numbers, in double from block to block.
   *
   * @param array a vector of finite numbers
   * @return the sum
   */
  public static double sumOfSizes(INDArray array) {
    Objects.requireNonNull(array, "finite check: array must be given, was null");
    INDArray flat = array.reshape(array.ordering(), new long[] {array.length()});
    double sum = 0;
    for (long from = 0; from < flat.length(); from += BLOCK) {
      long to = Math.min(from + BLOCK, flat.length());
      INDArray block = flat.get(NDArrayIndex.interval(from, to));
      double part = HostMemory.isReadable(block) ? Nd4j.getBlasWrapper().asum(block) : Double.NaN;
      // a sum of finite floats may overflow
      sum +=
          Double.isFinite(part) ? part : Nd4j.getBlasWrapper().asum(block.castTo(DataType.DOUBLE));
    }
    return sum;
  }

  /** Finds the first number that is NaN or infinite, or 0 if there is none. */
  static double firstOddOne(INDArray array) {
    INDArray flat = array.reshape(array.length());
    double[] numbers = flat.castTo(DataType.DOUBLE).toDoubleVector();
    for (double number : numbers) {
      if (!Double.isFinite(number)) {
        return number;
      }
    }
    return 0;
  }

  /** Finds the slots of an array that contain NaN or an infinity. */
  static List<ParameterSlot> odd(List<ParameterSlot> slots, INDArray array) {
    return slots.stream().filter(slot -> !all(slot.in(array))).toList();
  }
}
