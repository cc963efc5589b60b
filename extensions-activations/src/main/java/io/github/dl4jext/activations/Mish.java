package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.InPlace.atLeast;
import static io.github.dl4jext.activations.InPlace.atMost;
import static io.github.dl4jext.activations.InPlace.clip;
import static io.github.dl4jext.activations.InPlace.exp;
import static io.github.dl4jext.activations.InPlace.sqrt;
import static io.github.dl4jext.activations.InPlace.square;
import static io.github.dl4jext.activations.InPlace.subtract;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Mish: {@code f(x) = x tanh(ln(1 + exp(x)))}.
 *
 * <p>Smooth where ReLU has a corner, and lets a little gradient through for negative inputs; it
 * often beats ReLU and Swish in deep networks, at some more cost.
 *
 * <p><b>Derivative.</b> With {@code g = exp(x / 2)} and {@code p = g sqrt(g^2 + 2)}, the root of
 * tanh(softplus(x)) is {@code s = p / sqrt(p^2 + 2)}: {@code f = x s s} and {@code f' = s s (1 + 4
 * x (1 - 1 / (g^2 + 2)) / (p^2 + 2))}. There is one exponential, nothing overflows, and no digits
 * are lost on either side, as g and s are far from the least number of the type where f is not.
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
  private static final double NOTHING = -1600;

  @Override
  public void value(INDArray x, Scratch scratch) {
    INDArray p = exp(atMost(x, ONE, scratch.array(0)).muli(0.5));
    p.muli(sqrt(square(p, scratch.array(1)).addi(2)));
    INDArray root = p.divi(sqrt(square(p, scratch.array(1)).addi(2)));
    atLeast(x, NOTHING, x).muli(root).muli(root);
  }

  @Override
  public void derivative(INDArray x, Scratch scratch) {
    INDArray p = exp(clip(x, NOTHING, ONE, x).muli(0.5, scratch.array(0)));
    INDArray squareAnd2 = square(p, scratch.array(1)).addi(2);
    subtract(x.muli(4), x.divi(squareAnd2, scratch.array(2)));
    p.muli(sqrt(squareAnd2));
    squareAnd2 = square(p, squareAnd2).addi(2);
    x.divi(squareAnd2).addi(1);
    INDArray root = p.divi(sqrt(squareAnd2));
    x.muli(root).muli(root);
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
