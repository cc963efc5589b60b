package io.github.dl4jext.activations;

import static io.github.dl4jext.activations.ExactFormulas.elu;
import static io.github.dl4jext.activations.ExactFormulas.eluSlope;
import static io.github.dl4jext.activations.ExactFormulas.limit;

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
 * Scaled ELU: {@code f(x) = scale x} for x &gt; 0, else {@code scale alpha (exp(x) - 1)}, with
 * {@code scale = 1.0507009873554805} and {@code alpha = 1.6732632423543772}.
 *
 * <p>In a plain stack of dense layers with LeCun normal weights and standardised inputs, outputs
 * keep mean 0 and variance 1 through a hundred layers and more, without batch normalization.
 * Combine it with alpha dropout only; l1, l2 and skip connections break the property.
 *
 * <p><b>Derivative.</b> scale for x &gt; 0, else {@code scale alpha exp(x)}, also at the kink 0.
 *
 * <p><b>Shape and type.</b> Any shape, float or double; overwrites its input, as DL4J requires.
 *
 * <p><b>Edges.</b> f(-inf) = -1.7580993408, f'(-inf) = 0. NaN gives NaN. Where {@code scale x}
 * would exceed the type's range, f is limited to just below the type's largest number, and so is
 * f(inf).
 *
 * <p><b>Check.</b> f(-1) = -1.1113307378, f'(1) = 1.0507009874.
 *
 * @see <a href="https://arxiv.org/abs/1706.02515">Klambauer, Unterthiner, Mayr, Hochreiter
 *     (2017)</a>
 */
public record SELU() implements VectorizedActivation {

  private static final Technique<IActivation> TECHNIQUE =
      Technique.of(IActivation.class, "selu")
          .summary("ELU scaled so that activations keep mean 0 and variance 1")
          .from("https://arxiv.org/abs/1706.02515")
          .madeBy(a -> new SELU());

  private static final double SCALE = 1.0507009873554804934193349852946;
  private static final double ALPHA = 1.6732632423543772848170429916717;

  @Override
  public Formula function(DataType type) {
    return elu(SCALE, SCALE * ALPHA, 1, limit(type, 1));
  }

  @Override
  public FloatFormula floatFunction() {
    return FloatFormulas.elu(SCALE, SCALE * ALPHA, limit(DataType.FLOAT, 1));
  }

  @Override
  public Formula slope(DataType type) {
    return eluSlope(SCALE, SCALE * ALPHA, 1);
  }

  @Override
  public FloatFormula floatSlope() {
    return FloatFormulas.eluSlope(SCALE, SCALE * ALPHA);
  }

  @Override
  public String recommendedWeightInit() {
    return "lecun_normal";
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static SELU read(Arguments json) {
    return (SELU) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IActivation> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
