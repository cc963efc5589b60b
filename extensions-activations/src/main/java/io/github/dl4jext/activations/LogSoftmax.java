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
 * <p>It outputs log-probabilities. To train a classifier, use softmax with {@code MCXENT}, whose
 * gradient DL4J computes from the weighted sums directly.
 *
 * <p>Computed as {@code (x_i - m) - log(1 + sum_{j != k} exp(x_j - m))} with the largest number
 * {@code m = x_k}, so that no exponential overflows, and a probability near 1 keeps its digits.
 *
 * <p><b>Derivative.</b> {@code dL/dx_i = e_i - exp(f_i) sum_j e_j}, where e is the gradient from
 * the layer above.
 *
 * <p><b>Shape and type.</b> Any shape; each row of numbers along the last axis is computed by
 * itself. DL4J computes the outputs of sequences and images as rows of features. In a hidden layer
 * of rank 3 to 5, where DL4J has the features in axis 1, the last axis is that of time or of
 * columns. Float or double, computed in double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> Finite inputs give finite values: a value below the type's lowest number is
 * raised to that number. f(-inf) = -inf beside finite numbers. A row that contains NaN or inf
 * becomes NaN throughout, as in PyTorch.
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
