package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.exp;

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
 * Exponential: {@code f(x) = exp(x)}.
 *
 * <p>For outputs that are rates or variances: they are positive, and adding to the input multiplies
 * the output.
 *
 * <p><b>Derivative.</b> {@code f'(x) = exp(x)}.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0. Where the value would exceed the type's range (x above 88.7 in
 * float, 709 in double), it is limited to just below the type's largest number, and so is f(inf).
 * NaN gives NaN.
 *
 * <p><b>Check.</b> f(1) = f'(1) = 2.7182818285.
 *
 * <p>In a spec its name is {@code exponential}; the class is named otherwise, since {@code
 * Exponential} is a schedule.
 *
 * @see <a href="https://keras.io/api/layers/activations/">Keras's exponential</a>
 */
public record Exp() implements VectorizedActivation {

  /** The largest number whose exponential is computed. */
  private static final double HIGHEST = 709;

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "exponential")
          .summary("exp(x)")
          .from("https://keras.io/api/layers/activations/")
          .madeBy(a -> new Exp());

  @Override
  public Formula function(DataType type) {
    double highest = Math.min(Math.log(ExactFormulas.limit(type, 1)), HIGHEST);
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = Math.min(x[i], highest);
      }
      exp(x, spare[0], count);
    };
  }

  @Override
  public Formula slope(DataType type) {
    return function(type);
  }

  @Override
  public String recommendedWeightInit() {
    return "glorot_uniform";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Exp read(Arguments json) {
    return (Exp) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
