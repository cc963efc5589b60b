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

  /** The other way. */
  private final UnaryOperator<long[]> said;

  private AxisWeights(
      int[] outputs, int input, UnaryOperator<long[]> meant, UnaryOperator<long[]> said) {
    this.outputs = outputs;
    this.input = input;
    this.meant = meant;
    this.said = said;
  }

  static AxisWeights of(int output, int input) {
    return asSaid(input, output);
  }

  /** Says [out, in, width, 1], but DL4J reads the memory as [width, in, out]. */
  static AxisWeights sequence() {
    return new AxisWeights(
        new int[] {2},
        1,
        shape -> new long[] {shape[2], shape[1], shape[0]},
        shape -> new long[] {shape[2], shape[1], shape[0], 1});
  }

  /** [height, width, in, multiplier]: each input has outputs of its own. */
  static AxisWeights depthwise() {
    return asSaid(2, 2, 3);
  }

  private static AxisWeights asSaid(int input, int... outputs) {
    return new AxisWeights(outputs, input, UnaryOperator.identity(), UnaryOperator.identity());
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

  @Override
  boolean canLoseChannels() {
    return outputs.length == 1;
  }

  @Override
  boolean[] zeroOutputs(MutableNode part) {
    return zeroSlices(asMeant(part.parameter(WEIGHTS)), outputs[0]);
  }

  @Override
  boolean[] zeroInputs(MutableNode part) {
    return zeroSlices(asMeant(part.parameter(WEIGHTS)), input);
  }

  @Override
  void takeOutputs(MutableNode part, int... kept) {
    part.reduce(WEIGHTS, weights -> taken(weights, outputs[0], kept));
  }

  @Override
  void takeInputs(MutableNode part, int... kept) {
    part.reduce(WEIGHTS, weights -> taken(weights, input, kept));
  }

  private INDArray taken(INDArray weights, int axis, int... kept) {
    INDArray some = take(asMeant(weights), axis, kept);
    return some.reshape('c', said.apply(some.shape()));
  }

  private INDArray asMeant(INDArray weights) {
    return weights.reshape('c', meant.apply(weights.shape()));
  }

  private static INDArray asStored(INDArray read, INDArray stored) {
    return read.dup('c').reshape('c', stored.shape());
  }
}
