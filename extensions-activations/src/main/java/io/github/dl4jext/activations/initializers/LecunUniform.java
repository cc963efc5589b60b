package io.github.dl4jext.activations.initializers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Uniform weights in {@code (-b, b)} with {@code b = sqrt(3 / fan_in)}: variance {@code 1 /
 * fan_in}.
 *
 * <p>Keeps the variance of the signal in a linear layer. The initialiser is for layers with SELU,
 * whose fixed point at mean 0 and variance 1 requires this variance.
 *
 * <p><b>Shape and type.</b> As for {@link VarianceScaling}, with its fans: any shape, float or
 * double, from ND4J's random generator.
 *
 * <p><b>Check.</b> A dense layer of 784 inputs and 300 outputs: variance 0.0012755, and no weight
 * beyond 0.0618590.
 *
 * <p><b>DL4J's own.</b> {@code LECUN_UNIFORM} has the bound {@code 3 / sqrt(fan_in)}, which gives
 * three times this variance.
 *
 * @see <a href="https://doi.org/10.1007/3-540-49430-8_2">LeCun, Bottou, Orr, Mueller (1998),
 *     section 4.6</a>
 */
public record LecunUniform() implements NamedScaling {

  private static final Technique<IWeightInit> TECHNIQUE =
      Technique.of(IWeightInit.class, "lecun_uniform")
          .summary("Uniform weights of variance 1 / fan_in, for SELU")
          .from("https://doi.org/10.1007/3-540-49430-8_2")
          .madeBy(a -> new LecunUniform());

  private static final VarianceScaling SCALING =
      new VarianceScaling(1, VarianceScaling.Mode.FAN_IN, VarianceScaling.Distribution.UNIFORM);

  @Override
  public VarianceScaling scaling() {
    return SCALING;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static LecunUniform read(Arguments json) {
    return (LecunUniform) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IWeightInit> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
