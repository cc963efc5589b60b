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
 * Hard sigmoid: {@code f(x) = min(max(x + 3, 0), 6) / 6}.
 *
 * <p>The sigmoid without an exponential, for gates on small devices. This is the form of Keras 3
 * and PyTorch.
 *
 * <p><b>Derivative.</b> 1/6 for -3 &lt; x &lt; 3, else 0, also at both corners.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = 0, f(inf) = 1. NaN gives NaN.
 *
 * <p><b>Check.</b> f(1) = 0.6666666667, f(-4) = 0.
 *
 * <p><b>Departs from DL4J.</b> {@code ActivationHardSigmoid} is {@code min(max(0.2 x + 0.5, 0),
 * 1)}, as in Keras up to version 2: at 2 it is 0.9, where this one is 0.8333. A network that was
 * trained with DL4J's form needs that form.
 *
 * @see <a href="https://keras.io/api/layers/activations/">Keras's hard_sigmoid</a>
 */
public record HardSigmoid() implements VectorizedActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "hard_sigmoid")
          .summary("min(max(x + 3, 0), 6) / 6: the sigmoid in three straight pieces")
          .from("https://keras.io/api/layers/activations/")
          .madeBy(a -> new HardSigmoid());

  @Override
  public Formula function(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = Math.min(Math.max(x[i] + 3, 0), 6) / 6;
      }
    };
  }

  @Override
  public FloatFormula floatFunction() {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = Math.min(Math.max(x[i] + 3, 0), 6) / 6;
      }
    };
  }

  @Override
  public Formula slope(DataType type) {
    return (x, spare, count) -> {
      for (int i = 0; i < count; i++) {
        x[i] = step(x[i] + 3) * step(3 - x[i]) / 6;
      }
    };
  }

  @Override
  public String recommendedWeightInit() {
    return "glorot_uniform";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static HardSigmoid read(Arguments json) {
    return (HardSigmoid) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
