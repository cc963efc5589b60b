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
 * ReLU that stops at 6: {@code f(x) = min(max(x, 0), 6)}.
 *
 * <p>For networks that are to run in low precision: its range is known.
 *
 * <p><b>Derivative.</b> 1 for 0 &lt; x &lt; 6, else 0, also at both corners.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = 6. NaN gives NaN.
 *
 * <p><b>Check.</b> f(-2) = 0, f(3) = 3, f(7) = 6, f'(3) = 1.
 *
 * <p><b>Departs from DL4J.</b> {@code ActivationReLU6} turns NaN into 6, which hides that the
 * training has failed.
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/conv-cifar10-aug2010.pdf">Krizhevsky (2010)</a>
 */
public record ReLU6() implements VectorizedActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "relu6")
          .summary("min(max(x, 0), 6)")
          .from("https://www.cs.toronto.edu/~kriz/conv-cifar10-aug2010.pdf")
          .madeBy(a -> new ReLU6());

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = Math.min(Math.max(x[i], 0), 6);
      }
    };
  }

  @Override
  public FloatFormula floatFunction() {
    return FloatFormulas.clamp(0, 6);
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = step(x[i]) * step(6 - x[i]);
      }
    };
  }

  @Override
  public String recommendedWeightInit() {
    return "he_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static ReLU6 read(Arguments json) {
    return (ReLU6) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
