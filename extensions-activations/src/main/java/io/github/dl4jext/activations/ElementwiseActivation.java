package io.github.dl4jext.activations;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * An activation that treats every element alike: it gives the function and its derivative on a flat
 * array, and this interface takes care of shapes, orders, strided views, scalars, empty arrays and
 * of writing in place, as DL4J requires.
 *
 * <p>The array is processed in chunks that fit a core's cache, so that a formula of several ND4J
 * operations reads main memory once and needs little memory for intermediate results.
 *
 * <p>Both passes overwrite their input and return it, as DL4J's own activations do; {@code epsilon}
 * is left as it is.
 */
public interface ElementwiseActivation extends IActivation, RecommendsWeightInit {

  /**
   * The function, {@code x <- f(x)}.
   *
   * @param x a flat array of a floating type, contiguous, at least one element; to be overwritten
   * @param scratch arrays for intermediate results
   */
  void value(INDArray x, Scratch scratch);

  /**
   * The derivative, {@code x <- f'(x)}.
   *
   * @param x a flat array of a floating type, contiguous, at least one element; to be overwritten
   * @param scratch arrays for intermediate results
   */
  void derivative(INDArray x, Scratch scratch);

  @Override
  default INDArray getActivation(INDArray in, boolean training) {
    walk(in, null, this::value);
    return in;
  }

  @Override
  default Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    Dense.checkShapes(this, in, epsilon);
    walk(in, epsilon, this::derivative);
    return new Pair<>(in, null);
  }

  @Override
  default int numParams(int inputSize) {
    return 0;
  }

  /** Applies the function chunk by chunk, then multiplies by the factor if there is one. */
  private static void walk(
      INDArray in, @Nullable INDArray factor, BiConsumer<INDArray, Scratch> function) {
    if (in.isEmpty()) {
      return;
    }
    INDArray target = Dense.of(in);
    INDArray flat = flatten(target);
    INDArray flatFactor = factor == null ? null : flatten(Dense.like(target, factor));
    long length = flat.length();
    long chunk = Math.min(length, Scratch.CHUNK_BYTES / flat.dataType().width());
    try (Scratch scratch = new Scratch(flat.dataType(), chunk)) {
      for (long from = 0; from < length; from += chunk) {
        long to = Math.min(length, from + chunk);
        scratch.resize(to - from);
        INDArray x = part(flat, from, to);
        function.accept(x, scratch);
        if (flatFactor != null) {
          x.muli(part(flatFactor, from, to));
        }
      }
    }
    if (target != in) {
      in.assign(target);
    }
  }

  private static INDArray part(INDArray flat, long from, long to) {
    return to - from == flat.length() ? flat : flat.get(NDArrayIndex.interval(from, to));
  }

  private static INDArray flatten(INDArray array) {
    return array.rank() == 1 ? array : array.reshape(array.ordering(), new long[] {array.length()});
  }
}
