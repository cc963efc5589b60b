package io.github.dl4jext.transfer.folding;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.jspecify.annotations.Nullable;

/**
 * The positions of one layer's units in an array that is computed from them, channel by channel.
 *
 * @param unit the number of the unit that a channel comes from alone; {@link #OTHER} if from none
 * @param constant what the channel always is; NaN if that depends on the network's input
 * @param axis the axis of the channels
 */
record UnitTrace(int[] unit, double[] constant, int axis) {

  static final int OTHER = -1;

  int channels() {
    return unit.length;
  }

  UnitTrace along(int otherAxis) {
    return new UnitTrace(unit, constant, otherAxis);
  }

  /** After something that computes each channel from itself; NaN stays NaN. */
  UnitTrace map(DoubleUnaryOperator channel) {
    return new UnitTrace(
        unit,
        Arrays.stream(constant).map(c -> Double.isNaN(c) ? c : channel.applyAsDouble(c)).toArray(),
        axis);
  }

  /** After something that computes all channels at once, each from itself. */
  UnitTrace mapAll(UnaryOperator<double[]> channels) {
    double[] after =
        channels.apply(Arrays.stream(constant).map(c -> Double.isNaN(c) ? 0 : c).toArray());
    for (int i = 0; i < after.length; i++) {
      after[i] = Double.isNaN(constant[i]) || !Double.isFinite(after[i]) ? Double.NaN : after[i];
    }
    return new UnitTrace(unit, after, axis);
  }

  /** After something that leaves zeros zeros, and makes of other numbers several. */
  UnitTrace onlyZeros() {
    return map(c -> c == 0 ? 0 : Double.NaN);
  }

  /** After a preprocessor that only reorders; empty if it does more. */
  Optional<UnitTrace> through(
      @Nullable InputPreProcessor preProcessor,
      long[] shape,
      IntUnaryOperator axisByRank,
      int examples) {
    double[] units = Arrays.stream(unit).asDoubleStream().toArray();
    int[] newAxis = {axis};
    IntUnaryOperator seen = rank -> newAxis[0] = axisByRank.applyAsInt(rank);
    double[] known = Arrays.stream(constant).map(c -> Double.isNaN(c) ? 0 : c).toArray();
    double[] unknown = Arrays.stream(constant).map(c -> Double.isNaN(c) ? 1 : 0).toArray();
    Optional<ChannelAffine> places =
        PreProcessorAffine.forward(
            preProcessor, new ChannelAffine(units, known), shape, axis, seen, examples);
    Optional<ChannelAffine> unknowns =
        PreProcessorAffine.forward(
            preProcessor, new ChannelAffine(unknown, unknown), shape, axis, seen, examples);
    if (places.isEmpty() || unknowns.isEmpty()) {
      return Optional.empty();
    }
    double[] after = places.get().shift();
    for (int i = 0; i < after.length; i++) {
      after[i] = unknowns.get().scale()[i] == 1 ? Double.NaN : after[i];
    }
    return Optional.of(
        new UnitTrace(
            Arrays.stream(places.get().scale()).mapToInt(u -> (int) u).toArray(),
            after,
            newAxis[0]));
  }

  /** The channels that stay when some units go. */
  int[] kept(Set<Integer> removed) {
    return IntStream.range(0, channels()).filter(i -> !removed.contains(unit[i])).toArray();
  }

  /** What remains when some units go. */
  UnitTrace without(Set<Integer> removed) {
    int[] kept = kept(removed);
    return new UnitTrace(
        Arrays.stream(kept).map(i -> unit[i]).toArray(),
        Arrays.stream(kept).mapToDouble(i -> constant[i]).toArray(),
        axis);
  }

  /** The constants of the channels that go, and 0 for the others. */
  double[] constantsOf(Set<Integer> removed) {
    return IntStream.range(0, channels())
        .mapToDouble(i -> removed.contains(unit[i]) && !Double.isNaN(constant[i]) ? constant[i] : 0)
        .toArray();
  }
}
