package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.exp;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ExactFormulas.Formula;
import io.github.dl4jext.activations.FloatFormulas.FloatFormula;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Mish: {@code f(x) = x tanh(ln(1 + exp(x)))}.
 *
 * <p>It is smooth where ReLU has a corner, and lets a little gradient through for negative inputs.
 * It often beats ReLU and Swish in deep networks, at a somewhat higher cost.
 *
 * <p><b>Derivative.</b> With {@code e = exp(x)} and {@code n = e (e + 2)}, tanh(softplus(x)) is
 * {@code w = n / (n + 2)}: {@code f = x w} and {@code f' = w + 4 x e (e + 1) / (n + 2)^2}. This
 * needs only one exponential, does not overflow, and loses no digits for positive or negative x.
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
public record Mish() implements VectorizedActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "mish")
          .summary("x tanh(softplus(x)): smooth, a small dip below zero, no upper bound")
          .from("https://arxiv.org/abs/1908.08681")
          .madeBy(a -> new Mish());

  /** From here on up tanh(softplus(x)) is 1 in double and narrower types. */
  private static final double ONE = 40;

  /** From here on down the function and its slope are 0 in double and narrower types. */
  private static final double NOTHING = -1500;

  /** The same bounds in float. */
  private static final float FLOAT_ONE = 20;

  private static final float FLOAT_NOTHING = -174;

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      double[] root = rootOfExp(x, spare, count);
      for (int i = 0; i < count; i++) {
        double bounded = Math.min(x[i], ONE);
        double e = root[i] * root[i];
        x[i] = x[i] - bounded + bounded * (root[i] * (e + 2) / (e * (e + 2) + 2)) * root[i];
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      double[] root = rootOfExp(x, spare, count);
      for (int i = 0; i < count; i++) {
        double bounded = Math.min(x[i], ONE);
        double e = root[i] * root[i];
        double inverse = 1 / (e * (e + 2) + 2);
        double factor = root[i] * (e + 2 + 4 * bounded * ((e + 1) * inverse));
        x[i] = factor * (root[i] * inverse);
      }
    };
  }

  /** {@code exp(x / 2)}, whose square times x keeps its digits in the tail; bounds x. */
  private static double[] rootOfExp(double[] x, double[][] spare, int count) {
    double[] root = spare[0];
    for (int i = 0; i < count; i++) {
      x[i] = Math.max(x[i], NOTHING);
      root[i] = 0.5 * Math.min(x[i], ONE);
    }
    exp(root, spare[1], count);
    return root;
  }

  @Override
  public FloatFormula floatFunction() {
    return (x, spare, count) -> {
      float[] rest = spare[0];
      float[] power = spare[1];
      rootOfExp(x, rest, power, count);
      for (int i = 0; i < count; i++) {
        float root = FloatFormulas.exp(power[i], rest[i]);
        float bounded = Math.min(x[i], FLOAT_ONE);
        float e = root * root;
        x[i] = x[i] - bounded + bounded * (root * (e + 2) / (e * (e + 2) + 2)) * root;
      }
    };
  }

  @Override
  public FloatFormula floatSlope() {
    return (x, spare, count) -> {
      float[] rest = spare[0];
      float[] power = spare[1];
      rootOfExp(x, rest, power, count);
      for (int i = 0; i < count; i++) {
        float root = FloatFormulas.exp(power[i], rest[i]);
        float bounded = Math.min(x[i], FLOAT_ONE);
        float e = root * root;
        float inverse = 1 / (e * (e + 2) + 2);
        float factor = root * (e + 2 + 4 * bounded * ((e + 1) * inverse));
        x[i] = factor * (root * inverse);
      }
    };
  }

  /** {@code exp(x / 2)} as {@link FloatFormulas#exp} takes it; bounds x. */
  private static void rootOfExp(float[] x, float[] rest, float[] power, int count) {
    for (int i = 0; i < count; i++) {
      x[i] = Math.max(x[i], FLOAT_NOTHING);
      float half = 0.5f * Math.min(x[i], FLOAT_ONE);
      float shifted = FloatFormulas.shifted(half);
      rest[i] = FloatFormulas.rest(half, shifted);
      power[i] = shifted;
    }
    FloatFormulas.powers(power, count);
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
