package io.github.dl4jext.network;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads and writes the memory of an array directly. No other class does so, since a backend with a
 * memory of its own must be told what is read and written.
 *
 * <p>Numbers are counted in the order of memory, from where the array begins. The array must be
 * dense, so that its numbers lie side by side.
 */
public final class HostMemory {

  /** The most floats that one buffer shows: 1 GB of them. */
  private static final long WINDOW = 1 << 28;

  private final INDArray array;

  /** A pointer of our own, since its position is moved. */
  private final Pointer memory;

  private final long start;
  private final float[] floats;

  /** The stretch of the floats that was read or written last, and where it begins. */
  private @Nullable FloatBuffer window;

  private long windowStart;

  /**
   * Opens the memory of an array.
   *
   * @param array floats or doubles
   * @param chunk the most numbers that are read or written at a time as doubles
   * @throws IllegalArgumentException if the array is of another type
   */
  public HostMemory(INDArray array, int chunk) {
    if (!isReadable(array)) {
      throw new IllegalArgumentException(
          "only floats and doubles are read from memory, was " + array.dataType());
    }
    fetch(array);
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
   * Returns where the memory of an array is: arrays with the same address share it, and differ in
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
   * @param from the place of the first number, from 0
   * @param into gets the numbers, from its index 0 on
   * @param count how many
   */
  public void read(long from, double[] into, int count) {
    if (memory instanceof FloatPointer) {
      read(from, floats, count);
      for (int i = 0; i < count; i++) {
        into[i] = floats[i];
      }
    } else {
      ((DoublePointer) memory.position(start + from)).get(into, 0, count);
    }
  }

  /**
   * Reads floats as they are.
   *
   * @param from the place of the first number, from 0, in an array of floats
   * @param into gets the numbers, from its index 0 on
   * @param count how many
   */
  public void read(long from, float[] into, int count) {
    FloatBuffer numbers = window(from, count);
    numbers.get((int) (from - windowStart), into, 0, count);
  }

  /**
   * Writes floats as they are.
   *
   * @param from the place of the first number, from 0, in an array of floats
   * @param numbers the numbers to write, from index 0 on
   * @param count how many
   */
  public void write(long from, float[] numbers, int count) {
    FloatBuffer target = window(from, count);
    target.put((int) (from - windowStart), numbers, 0, count);
    written(array);
  }

  /**
   * A buffer that contains these floats. Java copies out of a buffer by vector instructions,
   * without the native call that JavaCPP's pointers need.
   */
  private FloatBuffer window(long from, int count) {
    FloatBuffer known = window;
    if (known != null && from >= windowStart && from + count <= windowStart + known.capacity()) {
      return known;
    }
    windowStart = array.length() <= WINDOW ? 0 : from;
    long end = Math.min(array.length(), windowStart + WINDOW);
    FloatBuffer opened =
        ((FloatPointer) memory).position(start + windowStart).limit(start + end).asBuffer();
    window = opened;
    return opened;
  }

  /**
   * Writes numbers.
   *
   * @param from the place of the first number, from 0
   * @param numbers the numbers to write, from index 0 on
   * @param count how many
   */
  public void write(long from, double[] numbers, int count) {
    if (memory instanceof FloatPointer) {
      for (int i = 0; i < count; i++) {
        floats[i] = (float) numbers[i];
      }
      write(from, floats, count);
    } else {
      ((DoublePointer) memory.position(start + from)).put(numbers, 0, count);
      written(array);
    }
  }

  /**
   * Opens the memory of an array of any type. After writing to it, call {@link #written}.
   *
   * @param array not empty, of at most 2,147,483,647 bytes
   * @return its bytes, in the order of the machine
   */
  public static ByteBuffer bytes(INDArray array) {
    fetch(array);
    return array.data().asNio().order(ByteOrder.nativeOrder());
  }

  /**
   * Opens the memory of an array of floats. After writing to it, call {@link #written}.
   *
   * @param array floats, not empty, of at most 2,147,483,647 bytes
   * @return its numbers; the array begins at the position
   */
  public static FloatBuffer floats(INDArray array) {
    fetch(array);
    return array.data().asNioFloat();
  }

  /**
   * Opens the memory of an array of doubles. After writing to it, call {@link #written}.
   *
   * @param array doubles, not empty, of at most 2,147,483,647 bytes
   * @return its numbers; the array begins at the position
   */
  public static DoubleBuffer doubles(INDArray array) {
    fetch(array);
    return array.data().asNioDouble();
  }

  /**
   * Notifies the backend that the memory of an array was written to.
   *
   * @param array the array
   */
  public static void written(INDArray array) {
    if (!array.isEmpty()) {
      Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
    }
  }

  private static void fetch(INDArray array) {
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
  }
}
