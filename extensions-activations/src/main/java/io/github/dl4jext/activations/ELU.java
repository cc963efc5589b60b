package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.elu;
import static io.github.dl4jext.activations.ExactFormulas.eluSlope;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ExactFormulas.Formula;
import io.github.dl4jext.activations.FloatFormulas.FloatFormula;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Exponential linear unit: {@code f(x) = x} for x &gt; 0, else {@code alpha (exp(x) - 1)}.
 *
 * <p>Negative outputs bring the mean towards zero, which speeds learning; for large negative inputs
 * it saturates at -alpha.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>alpha</td><td>alpha</td><td>(0, inf)</td><td>1</td><td>unit of x</td></tr></table>
 *
 * <p><b>Derivative.</b> 1 for x &gt; 0, else {@code alpha exp(x)}; at 0 it is alpha, a kink unless
 * alpha is 1.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = -alpha, f(inf) = inf, f'(-inf) = 0. NaN gives NaN.
 *
 * <p><b>Check.</b> With alpha 1: f(-1) = -0.6321205588, f'(-1) = 0.3678794412.
 *
 * <p><b>Departs from DL4J.</b> The gradient of {@code ActivationELU} ignores alpha: with 0.5 it is
 * twice as large as it should be.
 *
 * @param alpha limit for large negative x, with its sign changed, in {@code (0, inf)}
 * @see <a href="https://arxiv.org/abs/1511.07289">Clevert, Unterthiner, Hochreiter (2015)</a>
 */
@FieldsInJson
public record ELU(double alpha) implements VectorizedActivation {

  public static final Parameter<Double> ALPHA =
      Parameter.number("alpha").in("(0, inf)").orElse(1).doc("limit for large negative x, negated");

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "elu")
          .summary("x, or alpha (exp(x) - 1) below zero")
          .from("https://arxiv.org/abs/1511.07289")
          .taking(ALPHA)
          .madeBy(a -> new ELU(a.get(ALPHA)));

  public ELU {
    TECHNIQUE.check(ALPHA, alpha).done();
  }

  /** Takes the default, an alpha of 1. */
  public ELU() {
    this(ALPHA.defaultOf());
  }

  @Override
  public Formula function(DataType type) {
    return elu(1, alpha, 1, Double.POSITIVE_INFINITY);
  }

  @Override
  public Formula slope(DataType type) {
    return eluSlope(1, alpha, 1);
  }

  @Override
  public @Nullable FloatFormula floatFunction() {
    return hasFloats() ? FloatFormulas.elu(1, alpha, Double.POSITIVE_INFINITY) : null;
  }

  @Override
  public @Nullable FloatFormula floatSlope() {
    return hasFloats() ? FloatFormulas.eluSlope(1, alpha) : null;
  }

  private boolean hasFloats() {
    return alpha > 1e-10 && alpha < 1e10;
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static ELU read(Arguments json) {
    return (ELU) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
