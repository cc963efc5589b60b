package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.InPlace.atLeast;
import static io.github.dl4jext.activations.InPlace.clip;
import static io.github.dl4jext.activations.InPlace.sigmoid;
import static io.github.dl4jext.activations.InPlace.timesOneMinus;

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
 * <p><b>Derivative.</b> With {@code s = sigmoid(x)}, {@code r = s (2 - s)} and {@code w = r / (2 -
 * r)}, which is tanh(softplus(x)): {@code f = x w} and {@code f' = w + 4 x s (1 - s)^2 / (2 -
 * r)^2}. There is one exponential, nothing overflows, and no digits are lost on either side.
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

  /** Beyond it, w is 0 on the left and 1 on the right in either type, also where x is infinite. */
  private static final double SATURATED = 1000;

  @Override
  public void value(INDArray x, Scratch scratch) {
    INDArray w = sigmoid(x, scratch.array(0));
    // s (2 - s) = 4 (s/2)(1 - s/2), so w = 1 / (2 / r - 1) takes one intermediate array
    timesOneMinus(w.muli(0.5)).rdivi(0.5).subi(1);
    atLeast(x, -SATURATED, x).divi(w);
  }

  @Override
  public void derivative(INDArray x, Scratch scratch) {
    INDArray s = sigmoid(x, scratch.array(0));
    INDArray r = s.rsubi(2, scratch.array(1)).muli(s);
    INDArray denominator = r.rsubi(2, scratch.array(2));
    clip(x, -SATURATED, SATURATED, x).muli(s);
    s.rsubi(1).divi(denominator);
    x.muli(s).muli(s).muli(4).addi(r.divi(denominator));
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
