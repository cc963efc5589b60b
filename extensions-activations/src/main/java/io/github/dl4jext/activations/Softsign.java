package io.github.dl4jext.activations;

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
 * Softsign: {@code f(x) = x / (1 + |x|)}.
 *
 * <p>A tanh that saturates slowly, as {@code 1 / x}, so that gradients do not vanish as soon.
 *
 * <p><b>Derivative.</b> {@code f'(x) = 1 / (1 + |x|)^2}.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = -1, f(inf) = 1. NaN gives NaN.
 *
 * <p><b>Check.</b> f(1) = 0.5, f'(1) = 0.25, f(-3) = -0.75.
 *
 * @see <a href="https://proceedings.mlr.press/v9/glorot10a.html">Glorot, Bengio (2010), where it is
 *     compared</a>
 */
public record Softsign() implements VectorizedActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "softsign")
          .summary("x / (1 + |x|)")
          .from("https://proceedings.mlr.press/v9/glorot10a.html")
          .madeBy(a -> new Softsign());

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        double finite = Math.min(Math.max(x[i], -Double.MAX_VALUE), Double.MAX_VALUE);
        x[i] = finite / (1 + Math.abs(finite));
      }
    };
  }

  @Override
  public FloatFormula floatFunction() {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        float finite = Math.min(Math.max(x[i], -Float.MAX_VALUE), Float.MAX_VALUE);
        x[i] = finite / (1 + Math.abs(finite));
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        double inverse = 1 / (1 + Math.abs(x[i]));
        x[i] = inverse * inverse;
      }
    };
  }

  @Override
  public String recommendedWeightInit() {
    return "glorot_uniform";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Softsign read(Arguments json) {
    return (Softsign) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
