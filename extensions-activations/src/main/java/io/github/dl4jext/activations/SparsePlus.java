package io.github.dl4jext.activations;

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
 * Sparse plus: {@code f(x) = 0} for x &lt;= -1, {@code (x + 1)^2 / 4} up to 1, and {@code x} above.
 *
 * <p>A softplus that is 0 from -1 down and linear from 1 on, without an exponential.
 *
 * <p><b>Derivative.</b> {@code min(max((x + 1) / 2, 0), 1)}, the {@link SparseSigmoid}.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = inf. NaN gives NaN.
 *
 * <p><b>Check.</b> f(0) = 0.25, f'(0) = 0.5, f(3) = 3.
 *
 * @see <a href="https://arxiv.org/abs/1602.02068">Martins, Astudillo (2016); it is the integral of
 *     their sparsemax for two classes</a>
 */
public record SparsePlus() implements VectorizedActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "sparse_plus")
          .summary("0, (x + 1)^2 / 4, x: a softplus that is 0 below -1")
          .from("https://arxiv.org/abs/1602.02068")
          .madeBy(a -> new SparsePlus());

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        double inside = Math.min(Math.max(x[i], -1), 1) + 1;
        x[i] = Math.max(x[i] - 1, 0) + inside * inside / 4;
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = (Math.min(Math.max(x[i], -1), 1) + 1) / 2;
      }
    };
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static SparsePlus read(Arguments json) {
    return (SparsePlus) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
