package io.github.dl4jext.activations;

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
 * Swish: {@code f(x) = x sigmoid(beta x)}; with beta 1 it is SiLU.
 *
 * <p>Smooth, non-monotonic, unbounded above: in deep networks usually better than ReLU. Beta moves
 * it from x / 2 (beta near 0) to ReLU (beta large).
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>beta</td><td>beta</td><td>(0, inf)</td><td>1</td><td>per unit of x</td></tr></table>
 *
 * <p><b>Derivative.</b> {@code f'(x) = s + u s q} with {@code u = beta x}, {@code s = sigmoid(u)}
 * and {@code q = sigmoid(-u)}, which keeps the digits that {@code 1 - s} loses.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = inf, f'(-inf) = 0, f'(inf) = 1. NaN gives NaN.
 *
 * <p><b>Check.</b> With beta 1: f(1) = 0.7310585786, f'(1) = 0.9276705118.
 *
 * <p><b>Departs from DL4J.</b> The gradient of {@code ActivationSwish} is NaN from x = 50 on in
 * float, and it has no beta.
 *
 * @param beta steepness of the gate, per unit of x, in {@code (0, inf)}
 * @see <a href="https://arxiv.org/abs/1710.05941">Ramachandran, Zoph, Le (2017)</a>
 */
@FieldsInJson
public record Swish(double beta) implements VectorizedActivation {

  public static final Parameter<Double> BETA =
      Parameter.number("beta").in("(0, inf)").orElse(1).doc("steepness of the gate, per unit of x");

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "swish")
          .summary("x sigmoid(beta x), also known as SiLU")
          .from("https://arxiv.org/abs/1710.05941")
          .alsoNamed("silu")
          .taking(BETA)
          .madeBy(a -> new Swish(a.get(BETA)));

  public Swish {
    TECHNIQUE.check(BETA, beta).done();
  }

  /** Takes the default, a beta of 1. */
  public Swish() {
    this(BETA.defaultOf());
  }

  @Override
  public Formula function(DataType type) {
    return Gate.logistic(beta, 0).value();
  }

  @Override
  public Formula slope(DataType type) {
    return Gate.logistic(beta, 0).slope();
  }

  @Override
  public @Nullable FloatFormula floatFunction() {
    return hasFloats() ? FloatGate.logistic(beta).value() : null;
  }

  @Override
  public @Nullable FloatFormula floatSlope() {
    return hasFloats() ? FloatGate.logistic(beta).slope() : null;
  }

  private boolean hasFloats() {
    return beta > 1e-10 && beta < 1e10;
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Swish read(Arguments json) {
    return (Swish) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
