package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sums squares by unit, in double in one pass over the memory of an array of floats or doubles on
 * the CPU, in the order in which the numbers lie there.
 */
final class UnitSquares {

  /** Numbers that are copied at a time; they stay in the processor's first cache. */
  private static final int CHUNK = 4096;

  /**
   * One level of nested runs of memory.
   *
   * @param size how many blocks
   * @param block numbers in each
   * @param unitStride by how much the number of the unit grows from block to block; 0 if it does
   *     not
   */
  private record Run(long size, long block, int unitStride) {

    /** Whether the inner run, which is one block of this one, continues in the same way. */
    boolean continues(Run inner) {
      return unitStride == inner.unitStride * inner.size;
    }

    Run joined(Run inner) {
      return new Run(size * inner.size, inner.block, inner.unitStride);
    }
  }

  private final HostMemory memory;
  private final List<Run> runs;
  private final double[] sums;

  /** The chunk that was read last, in the array of its type; the other array is empty. */
  private final float[] floats;

  private final double[] doubles;

  private UnitSquares(INDArray array, int[] unitStride, int units) {
    boolean single = array.dataType() == DataType.FLOAT;
    this.memory = new HostMemory(array, 0);
    this.floats = new float[single ? CHUNK : 0];
    this.doubles = new double[single ? 0 : CHUNK];
    this.runs = runs(array, unitStride);
    this.sums = new double[units];
  }

  /**
   * Computes the sums.
   *
   * @param array floats or doubles
   * @param unitStride by how much the number of the unit grows along each dimension
   * @param units how many there are
   */
  static double[] of(INDArray array, int[] unitStride, int units) {
    INDArray dense = isDense(array) ? array : array.dup('c');
    UnitSquares scan = new UnitSquares(dense, unitStride, units);
    scan.scan(0, 0, 0);
    return scan.sums;
  }

  /** Whether the numbers lie side by side, in whatever order. */
  private static boolean isDense(INDArray array) {
    long block = 1;
    List<Integer> dimensions = slowestFirst(array);
    for (int i = dimensions.size() - 1; i >= 0; i--) {
      int d = dimensions.get(i);
      if (array.stride(d) != block) {
        return false;
      }
      block *= array.size(d);
    }
    return true;
  }

  private static List<Integer> slowestFirst(INDArray array) {
    return IntStream.range(0, array.rank())
        .filter(d -> array.size(d) > 1)
        .boxed()
        .sorted(Comparator.comparing((Integer d) -> -array.stride(d)))
        .toList();
  }

  private static List<Run> runs(INDArray array, int[] unitStride) {
    List<Run> runs = new ArrayList<>();
    for (int d : slowestFirst(array)) {
      Run run = new Run(array.size(d), array.stride(d), unitStride[d]);
      int last = runs.size() - 1;
      if (last >= 0 && runs.get(last).continues(run)) {
        runs.set(last, runs.get(last).joined(run));
      } else {
        runs.add(run);
      }
    }
    if (runs.isEmpty()) {
      runs.add(new Run(1, 1, 0));
    }
    return runs;
  }

  /** Cuts runs into pieces of a chunk. */
  private void scan(int level, long from, int unit) {
    Run run = runs.get(level);
    if (run.block > CHUNK) {
      for (long i = 0; i < run.size; i++) {
        scan(level + 1, from + i * run.block, (int) (unit + i * run.unitStride));
      }
      return;
    }
    long blocks = CHUNK / run.block;
    for (long i = 0; i < run.size; i += blocks) {
      int piece = (int) Math.min(blocks, run.size - i);
      read(from + i * run.block, (int) (piece * run.block));
      add(level, piece, 0, (int) (unit + i * run.unitStride));
    }
  }

  private void read(long from, int count) {
    if (floats.length > 0) {
      memory.read(from, floats, count);
    } else {
      memory.read(from, doubles, count);
    }
  }

  private void add(int level, int size, int at, int unit) {
    Run run = runs.get(level);
    if (level < runs.size() - 1) {
      int inner = (int) runs.get(level + 1).size;
      for (int i = 0; i < size; i++) {
        add(level + 1, inner, at + i * (int) run.block, unit + i * run.unitStride);
      }
    } else if (run.unitStride == 0) {
      sums[unit] += floats.length > 0 ? sum(floats, at, at + size) : sum(doubles, at, at + size);
    } else if (floats.length > 0) {
      for (int i = 0; i < size; i++) {
        sums[unit + i * run.unitStride] += square(floats[at + i]);
      }
    } else {
      for (int i = 0; i < size; i++) {
        sums[unit + i * run.unitStride] += square(doubles[at + i]);
      }
    }
  }

  /** Several sums at a time, since an addition has to wait for the one before. */
  private static double sum(float[] x, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    double e = 0;
    double f = 0;
    double g = 0;
    double h = 0;
    int i = from;
    for (; i + 7 < to; i += 8) {
      a += square(x[i]);
      b += square(x[i + 1]);
      c += square(x[i + 2]);
      d += square(x[i + 3]);
      e += square(x[i + 4]);
      f += square(x[i + 5]);
      g += square(x[i + 6]);
      h += square(x[i + 7]);
    }
    for (; i < to; i++) {
      a += square(x[i]);
    }
    return a + b + (c + d) + (e + f + (g + h));
  }

  private static double sum(double[] x, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += square(x[i]);
      b += square(x[i + 1]);
      c += square(x[i + 2]);
      d += square(x[i + 3]);
    }
    for (; i < to; i++) {
      a += square(x[i]);
    }
    return a + b + (c + d);
  }

  private static double square(double number) {
    return number * number;
  }
}
