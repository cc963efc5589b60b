package io.github.dl4jext.activations;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Arrays for intermediate results, made once per call and used for every chunk. They lie in the
 * open workspace if there is one; otherwise they are freed at the end of the call and not left to
 * the garbage collector.
 */
public final class Scratch implements AutoCloseable {

  /**
   * Bytes of a chunk: with two intermediate arrays it stays within a typical second-level cache.
   */
  static final long CHUNK_BYTES = 1 << 18;

  private final DataType type;
  private final long capacity;
  private final List<INDArray> arrays = new ArrayList<>();
  private final List<INDArray> views = new ArrayList<>();
  private long length;

  /** Arrays of doubles, for narrower types. */
  private @Nullable Scratch wide;

  Scratch(DataType type, long capacity) {
    this.type = type;
    this.capacity = capacity;
    this.length = capacity;
  }

  /** From now on the arrays have this length. */
  void resize(long newLength) {
    if (newLength != length) {
      length = newLength;
      views.replaceAll(view -> null);
    }
  }

  /**
   * An array of the length and type of the current chunk. Its content is undefined at first; what
   * is written to it is kept until the call for this chunk returns.
   *
   * @param index which array, from 0; use the lowest numbers first
   * @return the same array for the same index
   */
  public INDArray array(int index) {
    while (arrays.size() <= index) {
      arrays.add(Nd4j.createUninitialized(type, capacity));
      views.add(null);
    }
    if (views.get(index) == null) {
      INDArray whole = arrays.get(index);
      views.set(index, length == capacity ? whole : whole.get(NDArrayIndex.interval(0, length)));
    }
    return views.get(index);
  }

  /**
   * Computes a formula in double whatever the type of the chunk is. It is for formulas that enlarge
   * the error of a rounded intermediate result: in float {@code exp(beta x)} is off by 5e-6 of its
   * size at {@code beta x = -88}, though the product is right to the last digit.
   *
   * @param x the chunk; to be overwritten
   * @param formula overwrites the array that it is given, with intermediate arrays of doubles
   */
  public void inDouble(INDArray x, BiConsumer<INDArray, Scratch> formula) {
    if (type == DataType.DOUBLE) {
      formula.accept(x, this);
      return;
    }
    Scratch copy = widened(this);
    INDArray doubles = copy.array(0).assign(x);
    formula.accept(doubles, widened(copy));
    x.assign(doubles);
  }

  private static Scratch widened(Scratch from) {
    if (from.wide == null) {
      from.wide = new Scratch(DataType.DOUBLE, from.capacity);
    }
    from.wide.resize(from.length);
    return from.wide;
  }

  @Override
  public void close() {
    if (wide != null) {
      wide.close();
    }
    for (INDArray array : arrays) {
      if (!array.isAttached() && array.closeable()) {
        array.close();
      }
    }
  }
}
