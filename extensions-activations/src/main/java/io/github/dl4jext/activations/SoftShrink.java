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
 * Soft shrinkage: {@code f(x) = x - lambda} for x &gt; lambda, {@code x + lambda} for x &lt;
 * -lambda, else 0.
 *
 * <p>The proximal step of an l1 penalty: sets small values to zero and moves the others towards it;
 * for denoising and sparse coding.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>lambda</td><td>lambda</td><td>[0, inf)</td><td>0.5</td><td>unit of x</td></tr></table>
 *
 * <p><b>Derivative.</b> 1 for |x| &gt; lambda, else 0, also at the corners.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = -inf, f(inf) = inf. NaN gives NaN.
 *
 * <p><b>Check.</b> With lambda 0.5: f(2) = 1.5, f(-0.3) = 0.
 *
 * @param lambda half the width of the dead zone, in the unit of x, in {@code [0, inf)}
 * @see <a href="https://doi.org/10.1109/18.382009">Donoho (1995)</a>
 */
@FieldsInJson
public record SoftShrink(double lambda) implements VectorizedActivation {

  public static final Parameter<Double> LAMBDA =
      Parameter.number("lambda")
          .in("[0, inf)")
          .orElse(0.5)
          .doc("half the width of the dead zone, in the unit of x");

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "soft_shrink")
          .summary("x moved towards zero by lambda")
          .from("https://doi.org/10.1109/18.382009")
          .taking(LAMBDA)
          .madeBy(a -> new SoftShrink(a.get(LAMBDA)));

  public SoftShrink {
    TECHNIQUE.check(LAMBDA, lambda).done();
  }

  /** Takes the default, a lambda of 0.5. */
  public SoftShrink() {
    this(LAMBDA.defaultOf());
  }

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = Math.max(x[i] - lambda, 0) + Math.min(x[i] + lambda, 0);
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
  static SoftShrink read(Arguments json) {
    return (SoftShrink) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
