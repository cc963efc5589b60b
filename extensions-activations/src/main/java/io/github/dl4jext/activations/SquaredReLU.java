package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.limit;

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
 * Squared ReLU: {@code f(x) = max(x, 0)^2}.
 *
 * <p>Found by search to train Transformers faster than GELU does.
 *
 * <p><b>Derivative.</b> {@code f'(x) = 2 max(x, 0)}.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0. Where the square (from x = 1.8e19 on in float) or the slope would
 * exceed the type's range, it is limited to just below the type's largest number, and so is f(inf).
 * NaN gives NaN.
 *
 * <p><b>Check.</b> f(3) = 9, f'(3) = 6, f(-3) = 0.
 *
 * @see <a href="https://arxiv.org/abs/2109.08668">So et al. (2021)</a>
 */
public record SquaredReLU() implements VectorizedActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "squared_relu")
          .summary("max(x, 0)^2")
          .from("https://arxiv.org/abs/2109.08668")
          .madeBy(a -> new SquaredReLU());

  @Override
  public Formula function(DataType type) {
    double highest = Math.sqrt(limit(type, 1));
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        double bounded = Math.min(Math.max(x[i], 0), highest);
        x[i] = bounded * bounded;
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    double highest = limit(type, 2);
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = 2 * Math.min(Math.max(x[i], 0), highest);
      }
    };
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static SquaredReLU read(Arguments json) {
    return (SquaredReLU) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
