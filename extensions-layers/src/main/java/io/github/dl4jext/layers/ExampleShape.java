package io.github.dl4jext.layers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.jspecify.annotations.Nullable;

/**
 * The shape of one example in memory. Its axes are named by how many there are: features alone,
 * with time, with height and width, or with depth, height and width.
 *
 * @param axes the axes in memory, null for time
 * @param sizes how long each of them is
 */
record ExampleShape(List<@Nullable InputAxis> axes, int[] sizes) {

  private static final int MOST_AXES = 4;

  /**
   * Reads the shape of a minibatch.
   *
   * @param shape the shape, with the number of examples first
   * @param featuresLast whether the features are the last axis
   */
  static ExampleShape of(long[] shape, boolean featuresLast) {
    int rank = shape.length - 1;
    if (rank < 1 || rank > MOST_AXES) {
      throw new IllegalArgumentException(
          "an input must have 2 to 5 dimensions, had " + Arrays.toString(shape));
    }
    List<@Nullable InputAxis> axes = new ArrayList<>();
    switch (rank) {
      case 1 -> {}
      case 2 -> axes.add(null);
      case 3 -> axes.addAll(List.of(InputAxis.HEIGHT, InputAxis.WIDTH));
      default -> axes.addAll(List.of(InputAxis.DEPTH, InputAxis.HEIGHT, InputAxis.WIDTH));
    }
    axes.add(featuresLast ? axes.size() : 0, InputAxis.FEATURES);
    int[] sizes = IntStream.rangeClosed(1, rank).map(i -> Math.toIntExact(shape[i])).toArray();
    return new ExampleShape(axes, sizes);
  }

  /** Reads an input type, of which time counts as one step; empty if it has no features. */
  static Optional<ExampleShape> of(@Nullable InputType type) {
    if (type instanceof InputType.InputTypeFeedForward dense) {
      return Optional.of(of(new long[] {1, dense.getSize()}, false));
    }
    if (type instanceof InputType.InputTypeRecurrent series) {
      boolean last = series.getFormat() == RNNFormat.NWC;
      return Optional.of(of(shape(last, series.getSize(), 1), last));
    }
    if (type instanceof InputType.InputTypeConvolutional image) {
      boolean last = image.getFormat() == CNN2DFormat.NHWC;
      return Optional.of(
          of(shape(last, image.getChannels(), image.getHeight(), image.getWidth()), last));
    }
    if (type instanceof InputType.InputTypeConvolutional3D volume) {
      boolean last = volume.getDataFormat() == Convolution3D.DataFormat.NDHWC;
      return Optional.of(
          of(
              shape(
                  last,
                  volume.getChannels(),
                  volume.getDepth(),
                  volume.getHeight(),
                  volume.getWidth()),
              last));
    }
    return Optional.empty();
  }

  private static long[] shape(boolean featuresLast, long features, long... positions) {
    LongStream.Builder shape = LongStream.builder().add(1);
    if (!featuresLast) {
      shape.add(features);
    }
    LongStream.of(positions).forEach(shape::add);
    if (featuresLast) {
      shape.add(features);
    }
    return shape.build().toArray();
  }

  boolean isFeaturesLast() {
    return sizes.length > 1 && axes.get(sizes.length - 1) == InputAxis.FEATURES;
  }

  /** How long an axis is; empty if there is none of the name. */
  OptionalInt size(InputAxis axis) {
    int place = axes.indexOf(axis);
    return place < 0 ? OptionalInt.empty() : OptionalInt.of(sizes[place]);
  }

  /** How many numbers an example has. */
  int length() {
    return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
  }

  /** How many positions, or time steps, an example has. */
  int positions() {
    return length() / features();
  }

  int features() {
    return sizes[axes.indexOf(InputAxis.FEATURES)];
  }

  /** The axes but for the features, in memory. */
  int[] positionAxes() {
    return IntStream.range(0, sizes.length)
        .filter(i -> axes.get(i) != InputAxis.FEATURES)
        .toArray();
  }

  /**
   * Numbers the elements by some of their coordinates, of which features come first and width last.
   *
   * @param counted whether an axis of memory counts
   * @return for each element in memory the place among all that differ in these axes
   */
  int[] numbered(boolean[] counted) {
    int[] strides = new int[sizes.length];
    int stride = 1;
    int features = axes.indexOf(InputAxis.FEATURES);
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      if (counted[axis] && axis != features) {
        strides[axis] = stride;
        stride *= sizes[axis];
      }
    }
    if (counted[features]) {
      strides[features] = stride;
    }
    return strided(strides);
  }

  /** The sum of coordinates times strides, for each element in memory. */
  int[] strided(int[] strides) {
    int[] places = new int[length()];
    int[] at = new int[sizes.length];
    int place = 0;
    for (int i = 0; i < places.length; i++) {
      places[i] = place;
      for (int axis = sizes.length - 1; axis >= 0; axis--) {
        place += strides[axis];
        if (++at[axis] < sizes[axis]) {
          break;
        }
        place -= strides[axis] * sizes[axis];
        at[axis] = 0;
      }
    }
    return places;
  }

  boolean[] among(List<InputAxis> chosen) {
    boolean[] counted = new boolean[sizes.length];
    for (int axis = 0; axis < counted.length; axis++) {
      counted[axis] = axes.get(axis) != null && chosen.contains(axes.get(axis));
    }
    return counted;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ExampleShape that
        && that.axes.equals(axes)
        && Arrays.equals(that.sizes, sizes);
  }

  @Override
  public int hashCode() {
    return 31 * axes.hashCode() + Arrays.hashCode(sizes);
  }

  @Override
  public String toString() {
    return axes + Arrays.toString(sizes);
  }
}
