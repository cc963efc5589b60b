package io.github.dl4jext.regularization.constraints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jext.network.UnitAxes;
import io.github.dl4jext.regularization.GoldenFile;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Against PyTorch, whose norms have 1e-7 added; against Keras's formula in mpmath exactly. */
class GoldenConstraintsTest {

  private static final double TORCH_EPSILON = 1e-6;

  @Test
  void maxNormOfADenseLayerIsRenorm() {
    assertDense(new MaxNorm(1.5), "max_norm", TORCH_EPSILON);
  }

  @Test
  void unitNormOfADenseLayerIsNormalize() {
    assertDense(new UnitNorm(), "unit_norm", 1e-15);
  }

  @Test
  void minMaxNormOfADenseLayerIsThatOfKeras() {
    assertDense(new MinMaxNorm(0.5, 2, 0.25), "min_max_norm", 1e-15);
  }

  private static void assertDense(WeightConstraint constraint, String expected, double tolerance) {
    INDArray weights = GoldenFile.matrix("rows").transpose().dup('f'); // [in, out]
    ConstraintNorms.hold(constraint, weights);
    assertClose(weights.transpose().dup('c'), GoldenFile.matrix(expected).dup('c'), tolerance);
  }

  @Test
  void maxNormOfAConvolutionIsRenorm() {
    INDArray kernel = Nd4j.createFromArray(GoldenFile.numbers("kernel")).reshape(3, 2, 2, 3);
    new MaxNorm(1.5).hold(UnitAxes.of(new ConvolutionLayer.Builder(2, 3).build(), "W", kernel));
    assertClose(kernel, Nd4j.createFromArray(GoldenFile.numbers("max_norm_kernel")), TORCH_EPSILON);
  }

  @Test
  void maxNormOfAnEmbeddingIsThatOfItsVectors() {
    INDArray vectors = GoldenFile.matrix("embedding").dup('f');
    new MaxNorm(0.7).hold(UnitAxes.of(new EmbeddingLayer.Builder().build(), "W", vectors));
    assertClose(vectors.dup('c'), GoldenFile.matrix("max_norm_embedding").dup('c'), TORCH_EPSILON);
  }

  private static void assertClose(INDArray actual, INDArray expected, double tolerance) {
    double[] values = expected.data().asDouble();
    for (int i = 0; i < values.length; i++) {
      assertThat(actual.data().getDouble(i))
          .isCloseTo(values[i], within(tolerance * Math.max(1, Math.abs(values[i]))));
    }
  }
}
