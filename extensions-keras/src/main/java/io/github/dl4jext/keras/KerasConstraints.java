package io.github.dl4jext.keras;

import io.github.dl4jext.regularization.constraints.MaxNorm;
import io.github.dl4jext.regularization.constraints.MinMaxNorm;
import io.github.dl4jext.regularization.constraints.NonNegative;
import io.github.dl4jext.regularization.constraints.UnitNorm;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.MinMaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.jspecify.annotations.Nullable;

/** Finds the constraint that an object of Keras puts on a parameter. */
final class KerasConstraints {

  private KerasConstraints() {}

  /**
   * Finds a constraint, and says what was done.
   *
   * @return null if it was ignored
   */
  static @Nullable LayerConstraint of(
      KerasObject object, KerasParameter parameter, ReportLines lines) {
    String text = parameter.keras() + "_constraint " + object;
    KerasFields config = object.config();
    String name = object.name().replace("_", "").toLowerCase(java.util.Locale.ROOT);
    LayerConstraint ours =
        switch (name) {
          case "maxnorm" -> new MaxNorm(config.number("max_value", 2));
          case "minmaxnorm" ->
              new MinMaxNorm(
                  config.number("min_value", 0),
                  config.number("max_value", 1),
                  config.number("rate", 1));
          case "unitnorm" -> new UnitNorm();
          case "nonneg" -> new NonNegative();
          default -> null;
        };
    if (ours == null) {
      lines.ignored(text + ": there is no such constraint");
      return null;
    }
    List<Integer> axes = axes(config, parameter.rank());
    if (name.equals("nonneg") || axes.equals(parameter.unitAxes())) {
      ours.setParams(Set.of(parameter.dl4j()));
      lines.taken(text + ": " + ours);
      return ours;
    }
    if (parameter.places().isEmpty() || parameter.isBias()) {
      lines.ignored(text + ": a norm over axis " + axes + " of this parameter is not known here");
      return null;
    }
    int[] dimensions = axes.stream().mapToInt(axis -> parameter.places().get(axis)).toArray();
    LayerConstraint theirs =
        switch (name) {
          case "maxnorm" -> new MaxNormConstraint(config.number("max_value", 2), dimensions);
          case "minmaxnorm" ->
              new MinMaxNormConstraint(
                  config.number("min_value", 0),
                  config.number("max_value", 1),
                  config.number("rate", 1),
                  dimensions);
          default -> new UnitNormConstraint(dimensions);
        };
    theirs.setParams(Set.of(parameter.dl4j()));
    lines.replaced(
        text
            + ": by DL4J's "
            + theirs.getClass().getSimpleName()
            + ", as axis "
            + axes
            + " is not that of the incoming weights of a unit, "
            + parameter.unitAxes());
    return theirs;
  }

  private static List<Integer> axes(KerasFields config, int rank) {
    Stream<Double> axes =
        config.get("axis") instanceof List<?>
            ? config.numbers("axis").stream()
            : Stream.of((double) config.whole("axis", 0));
    return axes.map(axis -> Math.floorMod(axis.intValue(), rank)).sorted().toList();
  }
}
