package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.exp;
import static io.github.dl4jext.activations.ExactFormulas.polynomial;
import static io.github.dl4jext.activations.ExactFormulas.step;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ExactFormulas.Formula;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Tanh shrink: {@code f(x) = x - tanh(x)}.
 *
 * <p>It turns a small x into about x^3 / 3, and moves a large one towards zero by 1. It is used in
 * sparse coding.
 *
 * <p><b>Derivative.</b> {@code f'(x) = tanh(x)^2}.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = -inf, f(inf) = inf. NaN gives NaN. Between -1 and 1, where x and
 * tanh(x) are nearly equal, it is computed as {@code (x cosh(x) - sinh(x)) / cosh(x)} by the series
 * of the numerator, {@code x^3 / 3 + x^5 / 30 + ... + 2 k x^(2k+1) / (2k+1)! + ...}, which loses no
 * digits.
 *
 * <p><b>Check.</b> f(1) = 0.2384058440, f'(1) = 0.5800256584.
 *
 * @see <a href="https://pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html">PyTorch's
 *     Tanhshrink</a>
 */
public record TanhShrink() implements VectorizedActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "tanh_shrink")
          .summary("x - tanh(x)")
          .from("https://pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html")
          .madeBy(a -> new TanhShrink());

  /** The coefficients of the series by x^2, that of x^3 being 1; highest power first. */
  private static final double[] SERIES = series();

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      prepare(x, spare, count);
      double[] small = spare[0];
      double[] tanh = spare[1];
      for (int i = 0; i < count; i++) {
        double large = step(Math.abs(x[i]) - 1);
        double sign = step(x[i]) - step(-x[i]);
        x[i] = (1 - large) * small[i] + large * (x[i] - sign * tanh[i]);
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      prepare(x, spare, count);
      double[] small = spare[0];
      double[] tanh = spare[1];
      for (int i = 0; i < count; i++) {
        double large = step(Math.abs(x[i]) - 1);
        double either = (1 - large) * (bounded(x[i]) - small[i]) + large * tanh[i];
        x[i] = either * either;
      }
    };
  }

  /**
   * Puts f(x) for small x into {@code spare[0]}, and tanh(|x|) for large x into {@code spare[1]}.
   */
  private static void prepare(double[] x, double[][] spare, int count) {
    double[] exp = spare[0];
    double[] square = spare[1];
    double[] sum = spare[2];
    for (int i = 0; i < count; i++) {
      exp[i] = -Math.abs(x[i]);
    }
    exp(exp, sum, count);
    for (int i = 0; i < count; i++) {
      square[i] = bounded(x[i]) * bounded(x[i]);
    }
    polynomial(SERIES, square, sum, count);
    for (int i = 0; i < count; i++) {
      double e = exp[i];
      exp[i] = bounded(x[i]) * square[i] * sum[i] / (1.5 * (e + 1 / e));
      square[i] = (1 - e * e) / (1 + e * e);
    }
  }

  private static double bounded(double x) {
    return Math.min(Math.max(x, -1), 1);
  }

  private static double[] series() {
    double[] coefficients = new double[10];
    double coefficient = 1;
    for (int k = 1; k <= coefficients.length; k++) {
      coefficients[coefficients.length - k] = coefficient;
      coefficient /= 2.0 * k * (2 * k + 3);
    }
    return coefficients;
  }

  @Override
  public String recommendedWeightInit() {
    return "glorot_uniform";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static TanhShrink read(Arguments json) {
    return (TanhShrink) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
