package io.github.dl4jext.layers;

import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.layers.Layer;

/** The axes of {@link LayerNorm} and {@link RMSNorm}, and how long they are. */
final class NormalizedAxes {

  private static final List<InputAxis> FEATURES = List.of(InputAxis.FEATURES);

  static final Parameter<List<InputAxis>> AXES =
      Parameter.choices("axes", InputAxis.class)
          .orElse(FEATURES)
          .doc("the axes over which each example is normalized");

  static final Parameter<Optional<List<Integer>>> SIZES =
      Parameter.integers("sizes")
          .in("[1, inf)")
          .doc("how long each of the axes is; the network's input type says so, if it has one")
          .optional();

  private NormalizedAxes() {}

  static void check(
      Technique<Layer> technique, List<InputAxis> axes, Optional<List<Integer>> sizes) {
    technique
        .checks()
        .that(new HashSet<>(axes).size() == axes.size(), "axes", "each there once", axes)
        .that(
            sizes.isEmpty() || sizes.get().size() == axes.size(),
            "sizes",
            "as many as axes",
            sizes.orElse(null))
        .done();
  }

  /** How many places the axes have; 0 if that is not known. Of features nIn says it. */
  static long places(List<InputAxis> axes, Optional<List<Integer>> sizes, long nIn) {
    if (axes.equals(FEATURES)) {
      return nIn;
    }
    return sizes.isEmpty()
        ? 0
        : sizes.get().stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /** The sizes that an input has; empty if features are the only axis. */
  static Optional<List<Integer>> sizes(
      ShapeKeepingLayer layer,
      List<InputAxis> axes,
      Optional<List<Integer>> before,
      ExampleShape shape,
      boolean override) {
    List<Integer> found = found(layer, axes, before, shape, override);
    return axes.equals(FEATURES) ? Optional.empty() : Optional.of(found);
  }

  /** The sizes that an input has along axes. */
  static List<Integer> found(
      ShapeKeepingLayer layer,
      List<InputAxis> axes,
      Optional<List<Integer>> before,
      ExampleShape shape,
      boolean override) {
    List<Integer> found = new ArrayList<>();
    for (InputAxis axis : axes) {
      found.add(
          shape
              .size(axis)
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          layer + " must have axes of its input " + shape + " only, had " + axis)));
    }
    if (before.isPresent() && !override && !before.get().equals(found)) {
      throw new IllegalStateException(
          layer + " must have sizes " + found + ", as its input has, were " + before.get());
    }
    return List.copyOf(found);
  }

  static Grouping grouping(
      ShapeKeepingLayer layer,
      List<InputAxis> axes,
      Optional<List<Integer>> sizes,
      ExampleShape shape) {
    return grouping(layer, axes, sizes, places(axes, sizes, layer.getNIn()), shape);
  }

  /** Groups elements that differ in the axes only, each with its place in these. */
  static Grouping grouping(
      ShapeKeepingLayer layer,
      List<InputAxis> axes,
      Optional<List<Integer>> sizes,
      long places,
      ExampleShape shape) {
    for (int i = 0; i < axes.size() && sizes.isPresent(); i++) {
      if (shape.size(axes.get(i)).orElse(0) != sizes.get().get(i)) {
        throw new DL4JInvalidInputException(
            layer + " must get examples of its sizes, was given " + shape);
      }
    }
    boolean[] normalized = shape.among(axes);
    boolean[] others = new boolean[normalized.length];
    boolean[] positions = new boolean[normalized.length];
    for (int axis = 0; axis < normalized.length; axis++) {
      others[axis] = !normalized[axis];
      positions[axis] = shape.axes().get(axis) != InputAxis.FEATURES;
    }
    return new Grouping(
        shape.length() / Math.toIntExact(places),
        shape.numbered(others),
        shape.numbered(normalized),
        shape.positions(),
        shape.numbered(positions));
  }
}
