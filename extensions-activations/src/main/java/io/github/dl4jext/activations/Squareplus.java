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
 * Squareplus: {@code f(x) = (x + sqrt(x^2 + b)) / 2}.
 *
 * <p>A smooth, positive ReLU that needs a root instead of an exponential.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>b</td><td>b</td><td>(0, inf)</td><td>4</td><td>x squared</td></tr></table>
 *
 * <p><b>Derivative.</b> {@code f'(x) = (1 + x / sqrt(x^2 + b)) / 2}.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = inf. NaN gives NaN. Below zero, where x and the root
 * cancel, it is computed as {@code b / 4 / f(-x)}, which has all digits.
 *
 * <p><b>Check.</b> With b = 4: f(0) = 1, f'(0) = 0.5, f(3) = 3.3027756377.
 *
 * @param b how round the corner is, in {@code (0, inf)}
 * @see <a href="https://arxiv.org/abs/2112.11687">Barron (2021)</a>
 */
@FieldsInJson
public record Squareplus(double b) implements VectorizedActivation {

  public static final Parameter<Double> B =
      Parameter.number("b").in("(0, inf)").orElse(4).doc("how round the corner is");

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "squareplus")
          .summary("(x + sqrt(x^2 + b)) / 2, a smooth ReLU by a root")
          .from("https://arxiv.org/abs/2112.11687")
          .taking(B)
          .madeBy(a -> new Squareplus(a.get(B)));

  public Squareplus {
    TECHNIQUE.check(B, b).done();
  }

  /** Takes the default, a b of 4. */
  public Squareplus() {
    this(B.defaultOf());
  }

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        double size = Math.min(Math.abs(x[i]), Double.MAX_VALUE);
        double above = size / 2 + root(size) / 2;
        double positive = step(x[i]);
        x[i] = positive * above + (1 - positive) * (b / 4 / above) + Math.max(x[i] - size, 0);
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        double size = Math.min(Math.abs(x[i]), 1e300);
        double root = root(size);
        double above = size / 2 + root / 2;
        double positive = step(x[i]);
        x[i] = positive * (above / root) + (1 - positive) * (b / 4 / above / root);
      }
    };
  }

  /** {@code sqrt(size^2 + b)}, without a square that overflows. */
  private double root(double size) {
    double wide = Math.max(size, Math.sqrt(b));
    double narrow = Math.min(size, Math.sqrt(b)) / wide;
    return wide * Math.sqrt(1 + narrow * narrow);
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Squareplus read(Arguments json) {
    return (Squareplus) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
