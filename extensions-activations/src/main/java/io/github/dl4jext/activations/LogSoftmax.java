package io.github.dl4jext.activations;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Logarithm of softmax: {@code f(x)_i = x_i - log(sum_j exp(x_j))}, along the last axis.
 *
 * <p>It outputs log-probabilities. For training classes take softmax with {@code MCXENT}, which
 * DL4J computes from the sums themselves.
 *
 * <p>Computed as {@code (x_i - m) - log(1 + sum_{j != k} exp(x_j - m))} with the largest number
 * {@code m = x_k}, so that no exponential overflows, and a probability near 1 keeps its digits.
 *
 * <p><b>Derivative.</b> {@code dL/dx_i = e_i - exp(f_i) sum_j e_j}, with the gradient e from above.
 *
 * <p><b>Shape and type.</b> Features are axis 1: rows of a matrix, {@code [N, C, T]}, {@code [N, C,
 * H, W]}, {@code [N, C, D, H, W]}. Outputs with features last are computed as rows by DL4J. Float
 * or double, computed in double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> Finite numbers have finite values: what would be below the least number of the
 * type is that. f(-inf) = -inf beside finite numbers. With NaN, or inf, among the numbers of a row
 * they are all NaN, as in PyTorch.
 *
 * <p><b>Check.</b> f(0, 0) = (-0.6931471806, -0.6931471806).
 *
 * @see <a href="https://keras.io/api/layers/activations/">Keras's log_softmax</a>
 */
public record LogSoftmax() implements IActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "log_softmax")
          .summary("x minus the logarithm of the sum of exp(x) along the last axis")
          .from("https://keras.io/api/layers/activations/")
          .madeBy(a -> new LogSoftmax());

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    double[][] rows = rows(in);
    double least = -largestOf(in.dataType());
    for (double[] row : rows) {
      logarithms(row, least);
    }
    return assign(in, rows);
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    Dense.checkShapes(this, in, epsilon);
    double[][] rows = rows(in);
    double[][] above = rows(epsilon);
    for (int r = 0; r < rows.length; r++) {
      logarithms(rows[r], -Double.MAX_VALUE);
      double sum = 0;
      for (double e : above[r]) {
        sum += e;
      }
      for (int i = 0; i < rows[r].length; i++) {
        rows[r][i] = above[r][i] - Math.exp(rows[r][i]) * sum;
      }
    }
    return new Pair<>(assign(in, rows), null);
  }

  @Override
  public int numParams(int inputSize) {
    return 0;
  }

  private static double largestOf(DataType type) {
    return switch (type) {
      case DOUBLE -> Double.MAX_VALUE;
      case HALF -> 65504;
      default -> Float.MAX_VALUE;
    };
  }

  private static void logarithms(double[] x, double least) {
    int largest = 0;
    for (int i = 1; i < x.length; i++) {
      largest = x[i] > x[largest] ? i : largest;
    }
    double max = x[largest];
    double others = 0;
    for (int i = 0; i < x.length; i++) {
      double below = x[i] - max; // 0, or NaN, at the largest one
      others += i == largest ? below : Math.exp(below);
    }
    double log = Math.log1p(others);
    for (int i = 0; i < x.length; i++) {
      double value = x[i] - max - log;
      x[i] = x[i] > Double.NEGATIVE_INFINITY && value < least ? least : value;
    }
  }

  private static double[][] rows(INDArray array) {
    return array.isEmpty()
        ? new double[0][]
        : array
            .castTo(DataType.DOUBLE)
            .dup('c')
            .reshape('c', array.length() / array.size(-1), array.size(-1))
            .toDoubleMatrix();
  }

  private static INDArray assign(INDArray in, double[][] rows) {
    return in.isEmpty() ? in : in.assign(Nd4j.createFromArray(rows).reshape('c', in.shape()));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static LogSoftmax read(Arguments json) {
    return (LogSoftmax) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
