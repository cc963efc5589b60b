package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.exp;
import static io.github.dl4jext.activations.ExactFormulas.expm1;
import static io.github.dl4jext.activations.ExactFormulas.step;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ExactFormulas.Formula;
import io.github.dl4jext.activations.FloatFormulas.FloatFormula;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Hyperbolic tangent: {@code f(x) = (exp(x) - exp(-x)) / (exp(x) + exp(-x))}.
 *
 * <p>The activation of recurrent layers, and of outputs between -1 and 1.
 *
 * <p>Computed as {@code -sign(x) d / (2 + d)} with {@code d = exp(-2|x|) - 1}, which has all digits
 * near 0.
 *
 * <p><b>Derivative.</b> {@code f'(x) = 1 - f(x)^2}, computed as {@code 4 e / (1 + e)^2} with {@code
 * e = exp(-2|x|)}.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = -1, f(inf) = 1. NaN gives NaN.
 *
 * <p><b>Check.</b> f(1) = 0.7615941560, f'(1) = 0.4199743416.
 *
 * <p><b>Departs from DL4J.</b> In float, {@code ActivationTanH} gives 0 for 1e-8, and is off by 11
 * % for 1e-7; its slope is 0 where {@code f^2} rounds to 1, from x = 9 on. This class extends it,
 * because DL4J's recurrent layers check for that class.
 *
 * @see <a href="https://keras.io/api/layers/activations/">Keras's tanh</a>
 */
public final class Tanh extends ActivationTanH implements VectorizedActivation {

  private static final long serialVersionUID = 1L;

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "tanh")
          .summary("hyperbolic tangent")
          .from("https://keras.io/api/layers/activations/")
          .madeBy(a -> new Tanh());

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    return VectorizedActivation.super.getActivation(in, training);
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    return VectorizedActivation.super.backprop(in, epsilon);
  }

  @Override
  public int numParams(int inputSize) {
    return 0;
  }

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      double[] less = spare[0];
      for (int i = 0; i < count; i++) {
        less[i] = -2 * Math.abs(x[i]);
      }
      expm1(less, spare[1], count);
      for (int i = 0; i < count; i++) {
        double sign = step(x[i]) - step(-x[i]);
        x[i] = -sign * less[i] / (2 + less[i]);
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = -2 * Math.abs(x[i]);
      }
      exp(x, spare[0], count);
      for (int i = 0; i < count; i++) {
        x[i] = 4 * x[i] / ((1 + x[i]) * (1 + x[i]));
      }
    };
  }

  @Override
  public FloatFormula floatFunction() {
    return (x, spare, count) -> {
      float[] rest = spare[0];
      float[] power = spare[1];
      argument(-2, x, rest, power, count);
      for (int i = 0; i < count; i++) {
        float less = power[i] * FloatFormulas.expm1(rest[i]) + (power[i] - 1);
        float sign = Math.min(Math.max(x[i] * 1e30f * 1e30f, -1), 1);
        x[i] = -sign * less / (2 + less);
      }
    };
  }

  @Override
  public FloatFormula floatSlope() {
    return (x, spare, count) -> {
      float[] rest = spare[0];
      float[] power = spare[1];
      argument(-1, x, rest, power, count);
      for (int i = 0; i < count; i++) {
        float e = FloatFormulas.exp(power[i], rest[i]);
        float root = 2 * e / (1 + e * e);
        x[i] = root * root;
      }
    };
  }

  /** {@code exp(factor |x|)} as {@link FloatFormulas#exp} takes it. */
  private static void argument(float factor, float[] x, float[] rest, float[] power, int count) {
    for (int i = 0; i < count; i++) {
      float product = Math.max(factor * Math.abs(x[i]), FloatFormulas.LOWEST);
      float shifted = FloatFormulas.shifted(product);
      rest[i] = FloatFormulas.rest(product, shifted);
      power[i] = shifted;
    }
    FloatFormulas.powers(power, count);
  }

  @Override
  public String recommendedWeightInit() {
    return "glorot_uniform";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tanh;
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof Tanh;
  }

  @Override
  public int hashCode() {
    return Tanh.class.hashCode();
  }

  @Override
  public String toString() {
    return "Tanh[]";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Tanh read(Arguments json) {
    return (Tanh) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
