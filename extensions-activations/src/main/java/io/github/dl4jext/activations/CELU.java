package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.elu;
import static io.github.dl4jext.activations.ExactFormulas.eluSlope;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ExactFormulas.Formula;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Continuously differentiable ELU: {@code f(x) = x} for x &gt; 0, else {@code alpha (exp(x / alpha)
 * - 1)}.
 *
 * <p>ELU without the kink that it has for alpha other than 1.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>alpha</td><td>alpha</td><td>(0, inf)</td><td>1</td><td>unit of x</td></tr></table>
 *
 * <p><b>Derivative.</b> {@code exp(min(x, 0) / alpha)}, continuous everywhere.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = -alpha, f(inf) = inf, f'(-inf) = 0. NaN gives NaN.
 *
 * <p><b>Check.</b> With alpha 0.5: f(-1) = -0.4323323584, f'(-1) = 0.1353352832.
 *
 * @param alpha limit for large negative x, with its sign changed, in {@code (0, inf)}
 * @see <a href="https://arxiv.org/abs/1704.07483">Barron (2017)</a>
 */
@FieldsInJson
public record CELU(double alpha) implements VectorizedActivation {

  public static final Parameter<Double> ALPHA =
      Parameter.number("alpha").in("(0, inf)").orElse(1).doc("limit for large negative x, negated");

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "celu")
          .summary("max(x, 0) + min(alpha (exp(x / alpha) - 1), 0)")
          .from("https://arxiv.org/abs/1704.07483")
          .taking(ALPHA)
          .madeBy(a -> new CELU(a.get(ALPHA)));

  public CELU {
    TECHNIQUE.check(ALPHA, alpha).done();
  }

  /** Takes the default, an alpha of 1. */
  public CELU() {
    this(ALPHA.defaultOf());
  }

  @Override
  public Formula function(DataType type) {
    return elu(1, alpha, alpha, Double.POSITIVE_INFINITY);
  }

  @Override
  public Formula slope(DataType type) {
    return eluSlope(1, alpha, alpha);
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static CELU read(Arguments json) {
    return (CELU) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
