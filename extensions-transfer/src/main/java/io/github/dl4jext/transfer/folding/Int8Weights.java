package io.github.dl4jext.transfer.folding;

import io.github.dl4jext.network.Learner;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.network.UnitAxes;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Weights in 8 bits: an integer from -127 to 127 for each, in c order, and a scale for each unit.
 *
 * @param values {@code rint(w / s)}
 * @param scales s, the largest absolute weight of a unit divided by 127; 0 for a unit of zeros
 * @param unitOf the unit of each weight
 */
record Int8Weights(byte[] values, float[] scales, int[] unitOf) {

  static final int LARGEST = 127;

  /** Quantizes a parameter; empty for one that does not consist of the weights of units. */
  static Optional<Int8Weights> of(ParameterSlot slot) {
    return unitOf(slot).map(units -> of(slot, units));
  }

  private static Int8Weights of(ParameterSlot slot, int... unitOf) {
    double[] numbers = numbers(slot.value());
    double[] largest = new double[units(unitOf)];
    for (int i = 0; i < numbers.length; i++) {
      if (!(Math.abs(numbers[i]) / LARGEST <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "int8 cannot hold "
                + numbers[i]
                + ", an element of "
                + slot.parameter()
                + " of "
                + slot.node()
                + ": find out why training let it grow");
      }
      largest[unitOf[i]] = Math.max(largest[unitOf[i]], Math.abs(numbers[i]));
    }
    float[] scales = new float[largest.length];
    for (int unit = 0; unit < scales.length; unit++) {
      scales[unit] = (float) (largest[unit] / LARGEST);
    }
    byte[] values = new byte[numbers.length];
    for (int i = 0; i < values.length; i++) {
      float scale = scales[unitOf[i]];
      double rounded = scale == 0 ? 0 : Math.rint(numbers[i] / scale);
      values[i] = (byte) Math.max(-LARGEST, Math.min(LARGEST, rounded));
    }
    return new Int8Weights(values, scales, unitOf);
  }

  /** The elements in c order, as doubles. */
  static double[] numbers(INDArray array) {
    return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
  }

  static int units(int... unitOf) {
    return Arrays.stream(unitOf).max().orElse(-1) + 1;
  }

  /** The unit of each weight; empty for biases, gains, statistics, and weights with peepholes. */
  static Optional<int[]> unitOf(ParameterSlot slot) {
    if (slot.value().rank() < 2) {
      return Optional.empty();
    }
    String name = slot.parameter();
    boolean twoWays = slot.node().layer().filter(Bidirectional.class::isInstance).isPresent();
    String key = twoWays ? name.substring(1) : name;
    return layers(slot.node())
        .filter(layer -> Learner.of(layer).kernels().contains(key))
        .findFirst()
        .map(layer -> UnitAxes.unitOf(layer, key, slot.value().shape()))
        .filter(units -> Arrays.stream(units).noneMatch(unit -> unit < 0));
  }

  private static Stream<Layer> layers(LiveNode node) {
    return node.learners().stream().filter(Layer.class::isInstance).map(Layer.class::cast);
  }

  /** The weights that this stands for. */
  double[] restored() {
    return IntStream.range(0, values.length)
        .mapToDouble(i -> values[i] * (double) scales[unitOf[i]])
        .toArray();
  }

  /** What it takes to store them. */
  long bytes() {
    return values.length + (long) Float.BYTES * scales.length;
  }
}
