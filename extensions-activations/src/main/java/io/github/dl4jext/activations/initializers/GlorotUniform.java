package io.github.dl4jext.activations.initializers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Uniform weights in {@code (-b, b)} with {@code b = sqrt(6 / (fan_in + fan_out))}: variance {@code
 * 2 / (fan_in + fan_out)}.
 *
 * <p>A compromise between keeping the variance of the signal forward, {@code 1 / fan_in}, and that
 * of the gradient backward, {@code 1 / fan_out}. The initialiser is for layers with tanh, sigmoid,
 * softmax or no activation.
 *
 * <p><b>Shape and type.</b> As for {@link VarianceScaling}, with its fans: any shape, float or
 * double, from ND4J's random generator.
 *
 * <p><b>Check.</b> A dense layer of 784 inputs and 300 outputs: variance 0.0018450, and no weight
 * beyond 0.0743980.
 *
 * <p><b>DL4J's own.</b> {@code XAVIER_UNIFORM} agrees for dense layers; it takes the fans that the
 * layer passes, which are wrong for LSTMs and for convolutions with a stride.
 *
 * @see <a href="https://proceedings.mlr.press/v9/glorot10a.html">Glorot, Bengio (2010), equation
 *     16</a>
 */
public record GlorotUniform() implements NamedScaling {

  private static final Technique<IWeightInit> TECHNIQUE =
      Technique.of(IWeightInit.class, "glorot_uniform")
          .summary(
              "Uniform weights of variance 2 / (fan_in + fan_out), for tanh, sigmoid, softmax and linear layers")
          .from("https://proceedings.mlr.press/v9/glorot10a.html")
          .alsoNamed("xavier_uniform")
          .madeBy(a -> new GlorotUniform());

  private static final VarianceScaling SCALING =
      new VarianceScaling(1, VarianceScaling.Mode.FAN_AVG, VarianceScaling.Distribution.UNIFORM);

  @Override
  public VarianceScaling scaling() {
    return SCALING;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static GlorotUniform read(Arguments json) {
    return (GlorotUniform) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IWeightInit> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
