package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.step;

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
 * Hard shrinkage: {@code f(x) = x} for |x| &gt; lambda, else 0.
 *
 * <p>Sets small values to zero and leaves the others as they are; for denoising and sparse coding.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>lambda</td><td>lambda</td><td>[0, inf)</td><td>0.5</td><td>unit of x</td></tr></table>
 *
 * <p><b>Derivative.</b> 1 for |x| &gt; lambda, else 0; the function jumps at |x| = lambda.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = -inf, f(inf) = inf. NaN gives NaN.
 *
 * <p><b>Check.</b> With lambda 0.5: f(2) = 2, f(-0.3) = 0.
 *
 * @param lambda half the width of the dead zone, in the unit of x, in {@code [0, inf)}
 * @see <a href="https://doi.org/10.1093/biomet/81.3.425">Donoho, Johnstone (1994)</a>
 */
@FieldsInJson
public record HardShrink(double lambda) implements VectorizedActivation {

  public static final Parameter<Double> LAMBDA =
      Parameter.number("lambda")
          .in("[0, inf)")
          .orElse(0.5)
          .doc("half the width of the dead zone, in the unit of x");

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "hard_shrink")
          .summary("x, or 0 within lambda of zero")
          .from("https://doi.org/10.1093/biomet/81.3.425")
          .taking(LAMBDA)
          .madeBy(a -> new HardShrink(a.get(LAMBDA)));

  public HardShrink {
    TECHNIQUE.check(LAMBDA, lambda).done();
  }

  /** Takes the default, a lambda of 0.5. */
  public HardShrink() {
    this(LAMBDA.defaultOf());
  }

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = x[i] * step(Math.abs(x[i]) - lambda);
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = step(Math.abs(x[i]) - lambda);
      }
    };
  }

  @Override
  public String recommendedWeightInit() {
    return "glorot_uniform";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static HardShrink read(Arguments json) {
    return (HardShrink) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
