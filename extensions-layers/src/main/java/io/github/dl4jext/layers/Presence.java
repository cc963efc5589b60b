package io.github.dl4jext.layers;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A mask, read once: which positions or time steps of each example exist. */
final class Presence {

  private final boolean[] present;
  private final int positions;

  private Presence(boolean[] present, int positions) {
    this.present = present;
    this.positions = positions;
  }

  /**
   * Reads a mask as DL4J hands it down: {@code [N, 1]} of examples, {@code [N, T]} of time steps,
   * or {@code [N, 1, H, W]} of an image's positions, also with sizes of 1.
   *
   * @param mask the mask, in which 0 stands for what is not there
   * @param examples how many examples there are
   * @param shape the shape of each of them
   * @throws IllegalArgumentException if the mask is of another shape
   */
  static Presence of(INDArray mask, long examples, ExampleShape shape) {
    int[] sizes = Arrays.stream(shape.positionAxes()).map(axis -> shape.sizes()[axis]).toArray();
    int[] masked = maskedSizes(mask.shape(), sizes.length);
    boolean fits = mask.size(0) == examples && masked.length == sizes.length;
    for (int axis = 0; fits && axis < sizes.length; axis++) {
      fits = masked[axis] == 1 || masked[axis] == sizes[axis];
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "a mask for "
              + examples
              + " examples of "
              + shape
              + " must have one number for each example, or for each of its positions, was "
              + Arrays.toString(mask.shape()));
    }
    double[] values = mask.castTo(DataType.DOUBLE).dup('c').data().asDouble();
    int positions = shape.positions();
    boolean[] present = new boolean[Math.toIntExact(examples * positions)];
    int[] places = places(sizes, masked);
    int stored = values.length / Math.toIntExact(examples);
    for (int i = 0; i < present.length; i++) {
      present[i] = values[i / positions * stored + places[i % positions]] != 0;
    }
    return new Presence(present, positions);
  }

  /** The sizes of a mask's axes of positions; as many ones if it tells of examples only. */
  private static int[] maskedSizes(long[] mask, int axes) {
    int[] ones = new int[axes];
    Arrays.fill(ones, 1);
    long each = Arrays.stream(mask).skip(1).reduce(1, (a, b) -> a * b);
    if (each == 1) {
      return ones;
    }
    boolean hasFeatures = mask.length == axes + 2 && mask[1] == 1;
    return Arrays.stream(mask).skip(hasFeatures ? 2 : 1).mapToInt(Math::toIntExact).toArray();
  }

  /** Where the mask's number for each position is. */
  private static int[] places(int[] sizes, int[] masked) {
    int[] places = {0};
    for (int axis = 0; axis < sizes.length; axis++) {
      int[] outer = places;
      int size = sizes[axis];
      int step = masked[axis];
      places =
          IntStream.range(0, outer.length * size)
              .map(i -> outer[i / size] * step + (step == 1 ? 0 : i % size))
              .toArray();
    }
    return places;
  }

  boolean has(long example, int position) {
    return present[(int) example * positions + position];
  }
}
