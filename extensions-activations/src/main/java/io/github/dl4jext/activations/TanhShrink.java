package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.each;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.stream.IntStream;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Tanh shrink: {@code f(x) = x - tanh(x)}.
 *
 * <p>Pulls small values towards zero (x^3 / 3 near it) and large ones by 1; used in sparse coding.
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
public record TanhShrink() implements ElementwiseActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "tanh_shrink")
          .summary("x - tanh(x)")
          .from("https://pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html")
          .madeBy(a -> new TanhShrink());

  /** What each coefficient of the series is of the one before: {@code 1 / (2k (2k + 3))}. */
  private static final double[] RATIOS =
      IntStream.rangeClosed(1, 9).mapToDouble(k -> 1 / (2.0 * k * (2 * k + 3))).toArray();

  @Override
  public void value(INDArray x, Scratch scratch) {
    each(x, TanhShrink::shrink);
  }

  @Override
  public void derivative(INDArray x, Scratch scratch) {
    each(
        x,
        y -> {
          double tanh = Math.abs(y) < 1 ? y - shrink(y) : tanhOfLarge(y);
          return tanh * tanh;
        });
  }

  private static double shrink(double x) {
    if (!(Math.abs(x) < 1)) {
      return x - tanhOfLarge(x);
    }
    double square = x * x;
    double sum = 1;
    for (int i = RATIOS.length - 1; i >= 0; i--) {
      sum = 1 + RATIOS[i] * square * sum;
    }
    double exp = Math.exp(x);
    return x * square * sum / (1.5 * (exp + 1 / exp));
  }

  private static double tanhOfLarge(double x) {
    return Math.copySign(1 - 2 / (Math.exp(2 * Math.abs(x)) + 1), x);
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
