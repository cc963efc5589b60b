package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.HostMemory;
import io.github.dl4jext.network.ParameterSlot;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Checks whether arrays hold NaN or infinities. */
public final class FiniteCheck {

  /** So few floats that their sum has six digits. */
  private static final int BLOCK = 1 << 14;

  private FiniteCheck() {}

  /** Checks whether every number is finite. The usual case costs one pass over the array. */
  public static boolean all(INDArray array) {
    Objects.requireNonNull(array, "finite check: array must be given, was null");
    // NaN and infinities survive a sum; finite numbers may overflow it, so that one looks twice.
    return array.isEmpty() || Double.isFinite(sum(array)) || Double.isFinite(firstOddOne(array));
  }

  /** BLAS adds sizes up fourteen times as fast as ND4J's sum does numbers, but has no halves. */
  private static double sum(INDArray array) {
    return HostMemory.isReadable(array)
        ? Nd4j.getBlasWrapper().asum(array.reshape(array.ordering(), new long[] {array.length()}))
        : array.sumNumber().doubleValue();
  }

  /**
   * Adds up the sizes of all numbers, in double from block to block.
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
      // a sum of finite floats may leave their range
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

  /** Finds the slots of an array in which not every number is finite. */
  static List<ParameterSlot> odd(List<ParameterSlot> slots, INDArray array) {
    return slots.stream().filter(slot -> !all(slot.in(array))).toList();
  }
}
