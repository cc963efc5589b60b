package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.ParameterSlot;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Checks whether arrays hold NaN or infinities. */
public final class FiniteCheck {

  private FiniteCheck() {}

  /** Checks whether every number is finite. The usual case costs one pass over the array. */
  public static boolean all(INDArray array) {
    // NaN and infinities survive a sum; finite numbers may overflow it, so that one looks twice.
    return array.isEmpty()
        || Double.isFinite(array.sumNumber().doubleValue())
        || Double.isFinite(firstOddOne(array));
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
