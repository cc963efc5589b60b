package io.github.dl4jext.transfer.folding;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How far the outputs of two networks are apart; NaN if one of them has a NaN. */
record OutputDifference(double largest, double largestOutput) {

  static OutputDifference between(double[] before, double[] after) {
    return new OutputDifference(
        largest(IntStream.range(0, before.length).mapToDouble(i -> after[i] - before[i])),
        largest(Arrays.stream(before)));
  }

  /** From a forward pass to all layers: DL4J's own output fails where a batch norm is an output. */
  static double[] outputs(MutableNetwork<?> parts, Map<String, INDArray> activations) {
    return parts.outputs().stream()
        .map(activations::get)
        .flatMapToDouble(
            output -> Arrays.stream(output.castTo(DataType.DOUBLE).dup('c').data().asDouble()))
        .toArray();
  }

  private static double largest(DoubleStream numbers) {
    return numbers.map(Math::abs).reduce(0, Math::max);
  }
}
