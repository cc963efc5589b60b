package io.github.dl4jext.transfer.folding;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A separable convolution: [multiplier, in, height, width] by input, then [out, in * multiplier, 1,
 * 1] across them. Inputs belong to the first, outputs to the second.
 */
final class SeparableWeights extends WeightLayout {

  private static final String POINTWISE =
      SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY;

  @Override
  void scaleOutputs(MutableNode part, INDArray scale) {
    part.parameter(POINTWISE, times(part.parameter(POINTWISE), scale, 0));
  }

  @Override
  INDArray scaleInputs(MutableNode part, INDArray scale, INDArray shift) {
    INDArray byInput = part.parameter(WEIGHTS);
    part.parameter(WEIGHTS, times(byInput, scale, 1));
    // what reaches the second convolution: input by input, the multiplier running fastest
    INDArray between = times(byInput, shift, 1).sum(2, 3).permute(1, 0).dup('c').reshape(-1);
    return times(part.parameter(POINTWISE), between, 1).sum(1, 2, 3);
  }

  @Override
  boolean canLoseChannels() {
    return true;
  }

  @Override
  boolean[] zeroOutputs(MutableNode part) {
    return zeroSlices(part.parameter(POINTWISE), 0);
  }

  @Override
  boolean[] zeroInputs(MutableNode part) {
    return zeroSlices(part.parameter(WEIGHTS), 1);
  }

  @Override
  void takeOutputs(MutableNode part, int... kept) {
    part.reduce(POINTWISE, weights -> take(weights, 0, kept));
  }

  @Override
  void takeInputs(MutableNode part, int... kept) {
    int multiplier = (int) part.parameter(WEIGHTS).size(0);
    int[] between =
        Arrays.stream(kept)
            .flatMap(i -> IntStream.range(i * multiplier, (i + 1) * multiplier))
            .toArray();
    part.reduce(WEIGHTS, weights -> take(weights, 1, kept));
    part.reduce(POINTWISE, weights -> take(weights, 1, between));
  }
}
