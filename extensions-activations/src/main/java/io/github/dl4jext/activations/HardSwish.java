package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.step;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ExactFormulas.Formula;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Hard swish: {@code f(x) = x min(max(x + 3, 0), 6) / 6}.
 *
 * <p>It is close to Swish, but needs no exponential; it was made for mobile networks.
 *
 * <p><b>Derivative.</b> 0 for x &lt;= -3, 1 for x &gt; 3, else {@code (2 x + 3) / 6}.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = inf, f'(3) = 1.5, and 1 to the right of 3. NaN gives NaN.
 *
 * <p><b>Check.</b> f(1) = 0.6666666667, f'(1) = 0.8333333333.
 *
 * @see <a href="https://arxiv.org/abs/1905.02244">Howard et al. (2019)</a>
 */
public record HardSwish() implements VectorizedActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "hard_swish")
          .summary("x min(max(x + 3, 0), 6) / 6: Swish in pieces of a parabola")
          .from("https://arxiv.org/abs/1905.02244")
          .alsoNamed("hard_silu")
          .madeBy(a -> new HardSwish());

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = Math.max(x[i], -3) * (Math.min(Math.max(x[i] + 3, 0), 6) / 6);
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    // at 3 the parabola has slope 1.5, half more than the line that follows
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        double bounded = Math.min(Math.max(x[i], -3), 3);
        x[i] = step(x[i] + 3) * (bounded / 3 + 0.5 - 0.5 * step(x[i] - 3));
      }
    };
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static HardSwish read(Arguments json) {
    return (HardSwish) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
