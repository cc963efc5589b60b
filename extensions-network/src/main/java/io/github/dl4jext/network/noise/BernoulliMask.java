package io.github.dl4jext.network.noise;

import io.github.dl4jext.network.HostMemory;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multiplies each number of an array by 0 or by a scale, at random.
 *
 * <p>It works on the array's memory, a few thousand numbers at a time through a Java array: a
 * separate mask would have to be written, read and freed as well. Eight factors at a time come from
 * a table, because a branch on a coin is mispredicted every other time.
 */
final class BernoulliMask {

  private static final int CHUNK = 64 * 64;

  /** Below the two gigabytes that a Java buffer can see. */
  private static final long LARGEST = 1L << 28;

  private final CounterRandom draws;
  private final double probability;
  private final double[] doubles = new double[256 * 8];
  private final float[] floats = new float[256 * 8];

  private BernoulliMask(CounterRandom draws, double probability, double scale) {
    this.draws = draws;
    this.probability = probability;
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = (i / 8 >>> i % 8 & 1) * scale;
      floats[i] = (float) doubles[i];
    }
  }

  static void apply(INDArray array, CounterRandom draws, double probability, double scale) {
    if (array.isEmpty()) {
      return;
    }
    draws.checkRows(array.size(0));
    if (probability >= 1 && scale == 1) {
      return;
    }
    new BernoulliMask(draws, probability, scale).apply(array);
  }

  private void apply(INDArray array) {
    boolean supported = HostMemory.isReadable(array);
    if (supported && liesInOrder(array) && array.length() <= LARGEST) {
      inPlace(array);
      HostMemory.written(array);
    } else if (array.length() <= LARGEST) {
      INDArray copy = supported ? array.dup('c') : array.castTo(DataType.FLOAT).dup('c');
      apply(copy);
      array.assign(copy);
    } else {
      for (int row = 0; row < draws.rows(); row++) {
        INDArray one =
            array.slice(row).reshape('c', new long[] {1, array.length() / draws.rows()}).dup('c');
        new BernoulliMask(draws.only(row), probability, doubles[doubles.length - 1]).apply(one);
        array.slice(row).assign(one.reshape('c', array.slice(row).shape()));
      }
    }
  }

  /** Whether the numbers of a row lie one after another in memory, and so do the rows. */
  private static boolean liesInOrder(INDArray array) {
    long step = 1;
    for (int i = array.rank() - 1; i >= 0; i--) {
      if (array.size(i) != 1 && array.stride(i) != step) {
        return false;
      }
      step *= array.size(i);
    }
    return true;
  }

  private void inPlace(INDArray array) {
    int columns = (int) (array.length() / draws.rows());
    if (array.dataType() == DataType.FLOAT) {
      FloatBuffer memory = HostMemory.floats(array);
      float[] chunk = new float[padded(columns)];
      for (int row = 0; row < draws.rows(); row++) {
        int begin = memory.position() + row * columns;
        for (int from = 0; from < columns; from += CHUNK) {
          int length = Math.min(CHUNK, columns - from);
          memory.get(begin + from, chunk, 0, length);
          multiply(chunk, length, row, from / Long.SIZE);
          memory.put(begin + from, chunk, 0, length);
        }
      }
    } else {
      DoubleBuffer memory = HostMemory.doubles(array);
      double[] chunk = new double[padded(columns)];
      for (int row = 0; row < draws.rows(); row++) {
        int begin = memory.position() + row * columns;
        for (int from = 0; from < columns; from += CHUNK) {
          int length = Math.min(CHUNK, columns - from);
          memory.get(begin + from, chunk, 0, length);
          multiply(chunk, length, row, from / Long.SIZE);
          memory.put(begin + from, chunk, 0, length);
        }
      }
    }
  }

  /** Whole groups of eight, so that no loop has a remainder. */
  private static int padded(int columns) {
    return Math.min(CHUNK, (columns + 7) / 8 * 8);
  }

  private void multiply(float[] x, int length, int row, long firstBlock) {
    long coins = 0;
    for (int i = 0; i < length; i += 8) {
      coins =
          i % Long.SIZE == 0
              ? draws.coins(row, firstBlock + i / Long.SIZE, probability)
              : coins >>> 8;
      int at = (int) (coins & 255) * 8;
      x[i] *= floats[at];
      x[i + 1] *= floats[at + 1];
      x[i + 2] *= floats[at + 2];
      x[i + 3] *= floats[at + 3];
      x[i + 4] *= floats[at + 4];
      x[i + 5] *= floats[at + 5];
      x[i + 6] *= floats[at + 6];
      x[i + 7] *= floats[at + 7];
    }
  }

  private void multiply(double[] x, int length, int row, long firstBlock) {
    long coins = 0;
    for (int i = 0; i < length; i += 8) {
      coins =
          i % Long.SIZE == 0
              ? draws.coins(row, firstBlock + i / Long.SIZE, probability)
              : coins >>> 8;
      int at = (int) (coins & 255) * 8;
      for (int k = 0; k < 8; k++) {
        x[i + k] *= doubles[at + k];
      }
    }
  }
}
