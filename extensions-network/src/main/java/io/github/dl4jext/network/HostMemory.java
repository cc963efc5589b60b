package io.github.dl4jext.network;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads and writes the memory of an array directly. It is the only place that does: a backend with
 * a memory of its own is told what is read and written here.
 *
 * <p>Numbers are counted in the order of memory, from where the array begins. The array must be
 * dense, so that its numbers lie side by side.
 */
public final class HostMemory {

  private final INDArray array;

  /** A pointer of our own, since its position is moved. */
  private final Pointer memory;

  private final long start;
  private final float[] floats;

  /**
   * Opens the memory of an array.
   *
   * @param array floats or doubles
   * @param chunk the most numbers that are read or written at a time as doubles
   */
  public HostMemory(INDArray array, int chunk) {
    if (!isReadable(array)) {
      throw new IllegalArgumentException(
          "only floats and doubles are read from memory, was " + array.dataType());
    }
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    this.array = array;
    Pointer shared = array.data().addressPointer();
    boolean single = array.dataType() == DataType.FLOAT;
    memory = single ? new FloatPointer(shared) : new DoublePointer(shared);
    start = shared.position();
    floats = single ? new float[chunk] : new float[0];
  }

  /**
   * Whether the memory of an array of this type can be opened.
   *
   * @param array the array
   * @return true for floats and doubles
   */
  public static boolean isReadable(INDArray array) {
    return array.dataType() == DataType.FLOAT || array.dataType() == DataType.DOUBLE;
  }

  /**
   * Tells where the memory of an array is: arrays with the same address share it, and differ in
   * their offset.
   *
   * @param array the array, or null
   * @return the address; 0 if there is none
   */
  public static long address(@Nullable INDArray array) {
    return array == null || array.isEmpty() ? 0 : array.data().address();
  }

  /**
   * Reads numbers.
   *
   * @param from the first one's place
   * @param into where they go, from 0
   * @param count how many
   */
  public void read(long from, double[] into, int count) {
    memory.position(start + from);
    if (memory instanceof FloatPointer numbers) {
      numbers.get(floats, 0, count);
      for (int i = 0; i < count; i++) {
        into[i] = floats[i];
      }
    } else {
      ((DoublePointer) memory).get(into, 0, count);
    }
  }

  /**
   * Reads floats as they are.
   *
   * @param from the first one's place, in an array of floats
   * @param into where they go, from 0
   * @param count how many
   */
  public void read(long from, float[] into, int count) {
    ((FloatPointer) memory.position(start + from)).get(into, 0, count);
  }

  /**
   * Writes floats as they are.
   *
   * @param from the first one's place, in an array of floats
   * @param numbers what is written, from 0
   * @param count how many
   */
  public void write(long from, float[] numbers, int count) {
    ((FloatPointer) memory.position(start + from)).put(numbers, 0, count);
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
  }

  /**
   * Writes numbers.
   *
   * @param from the first one's place
   * @param numbers what is written, from 0
   * @param count how many
   */
  public void write(long from, double[] numbers, int count) {
    memory.position(start + from);
    if (memory instanceof FloatPointer target) {
      for (int i = 0; i < count; i++) {
        floats[i] = (float) numbers[i];
      }
      target.put(floats, 0, count);
    } else {
      ((DoublePointer) memory).put(numbers, 0, count);
    }
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
  }
}
