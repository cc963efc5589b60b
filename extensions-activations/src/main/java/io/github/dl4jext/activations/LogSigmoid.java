package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.sigmoid;
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
 * Logarithm of the sigmoid: {@code f(x) = ln(1 / (1 + exp(-x)))}.
 *
 * <p>For log-probabilities: the logarithm of a computed sigmoid is -inf where this is still finite.
 *
 * <p>Computed as {@code min(x, 0) - ln(1 + exp(-|x|))}, with all digits of the positive tail: f(50)
 * is -exp(-50).
 *
 * <p><b>Derivative.</b> {@code f'(x) = sigmoid(-x)}.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = -inf, f(inf) = 0. NaN gives NaN.
 *
 * <p><b>Check.</b> f(1) = -0.3132616875, f'(1) = 0.2689414214.
 *
 * @see <a href="https://pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html">PyTorch's
 *     LogSigmoid</a>
 */
public record LogSigmoid() implements VectorizedActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "log_sigmoid")
          .summary("ln(sigmoid(x)) = -softplus(-x)")
          .from("https://pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html")
          .madeBy(a -> new LogSigmoid());

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      softplusOfMinus(x, spare, count);
      double[] below = spare[0];
      for (int i = 0; i < count; i++) {
        x[i] = Math.min(x[i], 0) - below[i];
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = -x[i];
      }
      sigmoid(x, spare, count);
    };
  }

  @Override
  public FloatFormula floatFunction() {
    return (x, spare, count) -> {
      float[] below = FloatFormulas.softplusOfMinus(x, spare, count);
      for (int i = 0; i < count; i++) {
        x[i] = Math.min(x[i], 0) - below[i];
      }
    };
  }

  @Override
  public FloatFormula floatSlope() {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = -x[i];
      }
      FloatFormulas.sigmoid(x, spare, count);
    };
  }

  @Override
  public String recommendedWeightInit() {
    return "glorot_uniform";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static LogSigmoid read(Arguments json) {
    return (LogSigmoid) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
