package io.github.dl4jext.transfer.folding;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One array of weights, with output channels along one or two axes and inputs along another. */
final class AxisWeights extends WeightLayout {

  private final int[] outputs;
  private final int input;
  private final UnaryOperator<long[]> meant;

  private AxisWeights(int[] outputs, int input, UnaryOperator<long[]> meant) {
    this.outputs = outputs;
    this.input = input;
    this.meant = meant;
  }

  static AxisWeights of(int output, int input) {
    return new AxisWeights(new int[] {output}, input, UnaryOperator.identity());
  }

  /** Says [out, in, width, 1], but DL4J reads the memory as [width, in, out]. */
  static AxisWeights sequence() {
    return new AxisWeights(new int[] {2}, 1, shape -> new long[] {shape[2], shape[1], shape[0]});
  }

  /** [height, width, in, multiplier]: each input has outputs of its own. */
  static AxisWeights depthwise() {
    return new AxisWeights(new int[] {2, 3}, 2, UnaryOperator.identity());
  }

  @Override
  void scaleOutputs(MutableNode part, INDArray scale) {
    INDArray weights = part.parameter(WEIGHTS);
    part.parameter(WEIGHTS, asStored(times(asMeant(weights), scale, outputs), weights));
  }

  @Override
  INDArray scaleInputs(MutableNode part, INDArray scale, INDArray shift) {
    INDArray weights = part.parameter(WEIGHTS);
    INDArray read = asMeant(weights);
    part.parameter(WEIGHTS, asStored(times(read, scale, input), weights));
    int[] summed =
        IntStream.range(0, read.rank())
            .filter(axis -> Arrays.stream(outputs).noneMatch(output -> output == axis))
            .toArray();
    return times(read, shift, input).sum(summed).dup('c').reshape(-1);
  }

  private INDArray asMeant(INDArray weights) {
    return weights.reshape('c', meant.apply(weights.shape()));
  }

  private static INDArray asStored(INDArray read, INDArray stored) {
    return read.dup('c').reshape('c', stored.shape());
  }
}
