package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.softplusOfMinus;

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
 * Softplus: {@code f(x) = ln(1 + exp(x))}.
 *
 * <p>A smooth, always positive ReLU; used where an output must be positive, such as a variance.
 *
 * <p>Computed as {@code max(x, 0) + ln(1 + exp(-|x|))}, which does not overflow and has all digits
 * of the negative tail: f(-50) is exp(-50), where a literal {@code ln(1 + exp(x))} gives 0.
 *
 * <p><b>Derivative.</b> {@code f'(x) = sigmoid(x)}.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = inf. NaN gives NaN.
 *
 * <p><b>Check.</b> f(1) = 1.3132616875, f'(1) = 0.7310585786.
 *
 * <p><b>Departs from DL4J.</b> {@code ActivationSoftPlus} is infinite, and its gradient NaN, from x
 * = 89 on in float.
 *
 * @see <a
 *     href="https://proceedings.neurips.cc/paper/2000/hash/44968aece94f667e4095002d140b5896-Abstract.html">Dugas,
 *     Bengio, Belisle, Nadeau, Garcia (2000)</a>
 */
public record Softplus() implements VectorizedActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "softplus")
          .summary("ln(1 + exp(x)), a smooth ReLU")
          .from(
              "https://proceedings.neurips.cc/paper/2000/hash/44968aece94f667e4095002d140b5896-Abstract.html")
          .madeBy(a -> new Softplus());

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      softplusOfMinus(x, spare, count);
      double[] above = spare[0];
      for (int i = 0; i < count; i++) {
        x[i] = Math.max(x[i], 0) + above[i];
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    return ExactFormulas::sigmoid;
  }

  @Override
  public FloatFormula floatFunction() {
    return (x, spare, count) -> {
      float[] above = FloatFormulas.softplusOfMinus(x, spare, count);
      for (int i = 0; i < count; i++) {
        x[i] = Math.max(x[i], 0) + above[i];
      }
    };
  }

  @Override
  public FloatFormula floatSlope() {
    return FloatFormulas::sigmoid;
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Softplus read(Arguments json) {
    return (Softplus) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
