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
 * Sparse sigmoid: {@code f(x) = min(max((x + 1) / 2, 0), 1)}.
 *
 * <p>Sparsemax of two classes: a probability that can be 0 and 1.
 *
 * <p><b>Derivative.</b> 1/2 for -1 &lt; x &lt; 1, else 0, also at both corners.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = 1. NaN gives NaN.
 *
 * <p><b>Check.</b> f(0) = 0.5, f(0.5) = 0.75, f(2) = 1.
 *
 * @see <a href="https://arxiv.org/abs/1602.02068">Martins, Astudillo (2016)</a>
 */
public record SparseSigmoid() implements VectorizedActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "sparse_sigmoid")
          .summary("min(max((x + 1) / 2, 0), 1)")
          .from("https://arxiv.org/abs/1602.02068")
          .madeBy(a -> new SparseSigmoid());

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = (Math.min(Math.max(x[i], -1), 1) + 1) / 2;
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = step(1 - Math.abs(x[i])) / 2;
      }
    };
  }

  @Override
  public String recommendedWeightInit() {
    return "glorot_uniform";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static SparseSigmoid read(Arguments json) {
    return (SparseSigmoid) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
