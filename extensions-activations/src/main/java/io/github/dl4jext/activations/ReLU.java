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
 * Rectified linear unit: {@code f(x) = max(x, 0)}.
 *
 * <p>The cheapest activation, and a good default for shallow networks; units whose input is always
 * negative no longer learn.
 *
 * <p><b>Derivative.</b> 1 for x &gt; 0, else 0; at the corner 0, as in PyTorch and TensorFlow.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = inf. NaN gives NaN.
 *
 * <p><b>Check.</b> f(-2) = 0, f(3) = 3, f'(3) = 1.
 *
 * @see <a href="https://proceedings.mlr.press/v15/glorot11a.html">Glorot, Bordes, Bengio (2011)</a>
 */
public record ReLU() implements VectorizedActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "relu")
          .summary("max(x, 0)")
          .from("https://proceedings.mlr.press/v15/glorot11a.html")
          .madeBy(a -> new ReLU());

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = Math.max(x[i], 0);
      }
    };
  }

  @Override
  public FloatFormula floatFunction() {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = Math.max(x[i], 0);
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = step(x[i]);
      }
    };
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static ReLU read(Arguments json) {
    return (ReLU) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
