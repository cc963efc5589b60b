package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.each;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Mish: {@code f(x) = x tanh(ln(1 + exp(x)))}.
 *
 * <p>Smooth where ReLU has a corner, and lets a little gradient through for negative inputs; it
 * often beats ReLU and Swish in deep networks, at some more cost.
 *
 * <p><b>Derivative.</b> With {@code e = exp(x)} and {@code n = e (e + 2)}, tanh(softplus(x)) is
 * {@code w = n / (n + 2)}: {@code f = x w} and {@code f' = w + 4 x e (e + 1) / (n + 2)^2}. There is
 * one exponential, nothing overflows, and no digits are lost on either side.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = inf, f'(-inf) = 0, f'(inf) = 1. NaN gives NaN. The least
 * value is -0.30884 at x = -1.19241.
 *
 * <p><b>Check.</b> f(1) = 0.8650983883, f'(1) = 1.0490362200.
 *
 * <p><b>Departs from DL4J.</b> The gradient of {@code ActivationMish} is NaN from x = 22.2 on in
 * float.
 *
 * @see <a href="https://arxiv.org/abs/1908.08681">Misra (2019)</a>
 */
public record Mish() implements ElementwiseActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "mish")
          .summary("x tanh(softplus(x)): smooth, a small dip below zero, no upper bound")
          .from("https://arxiv.org/abs/1908.08681")
          .madeBy(a -> new Mish());

  /** From here on up tanh(softplus(x)) is 1 in double and narrower types. */
  private static final double ONE = 30;

  /** From here on down the function and its slope are 0 in double and narrower types. */
  private static final double NOTHING = -1000;

  @Override
  public void value(INDArray x, Scratch scratch) {
    each(x, Mish::value);
  }

  @Override
  public void derivative(INDArray x, Scratch scratch) {
    each(x, Mish::slope);
  }

  private static double value(double x) {
    if (x > ONE || x < NOTHING) {
      return x > ONE ? x : 0;
    }
    double e = Math.exp(x);
    double n = e * (e + 2);
    return x * (n / (n + 2));
  }

  private static double slope(double x) {
    if (x > ONE || x < NOTHING) {
      return x > ONE ? 1 : 0;
    }
    double e = Math.exp(x);
    double n = e * (e + 2);
    double inverse = 1 / (n + 2);
    return (n + 4 * x * e * (e + 1) * inverse) * inverse;
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Mish read(Arguments json) {
    return (Mish) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
