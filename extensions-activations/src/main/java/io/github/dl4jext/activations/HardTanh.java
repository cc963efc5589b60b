package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.step;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ExactFormulas.Formula;
import io.github.dl4jext.activations.FloatFormulas.FloatFormula;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Hard tanh: {@code f(x) = min(max(x, -1), 1)}.
 *
 * <p>The tanh in three straight pieces.
 *
 * <p><b>Derivative.</b> 1 for -1 &lt; x &lt; 1, else 0, also at both corners.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = -1, f(inf) = 1. NaN gives NaN.
 *
 * <p><b>Check.</b> f(0.5) = 0.5, f(-3) = -1.
 *
 * @see <a href="https://keras.io/api/layers/activations/">Keras's hard_tanh</a>
 */
public record HardTanh() implements VectorizedActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "hard_tanh")
          .summary("min(max(x, -1), 1)")
          .from("https://keras.io/api/layers/activations/")
          .madeBy(a -> new HardTanh());

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = Math.min(Math.max(x[i], -1), 1);
      }
    };
  }

  @Override
  public FloatFormula floatFunction() {
    return FloatFormulas.clamp(-1, 1);
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = step(1 - Math.abs(x[i]));
      }
    };
  }

  @Override
  public String recommendedWeightInit() {
    return "glorot_uniform";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static HardTanh read(Arguments json) {
    return (HardTanh) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
