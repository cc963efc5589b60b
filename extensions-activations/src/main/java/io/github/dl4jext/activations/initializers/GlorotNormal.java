package io.github.dl4jext.activations.initializers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Normal weights of mean 0 and variance {@code 2 / (fan_in + fan_out)}, cut off at two standard
 * deviations of the uncut distribution.
 *
 * <p>A compromise between keeping the variance of the signal forward, {@code 1 / fan_in}, and that
 * of the gradient backward, {@code 1 / fan_out}. The initialiser is for layers with tanh, sigmoid,
 * softmax or no activation.
 *
 * <p><b>Shape and type.</b> As for {@link VarianceScaling}, with its fans: any shape, float or
 * double, from ND4J's random generator.
 *
 * <p><b>Check.</b> A dense layer of 784 inputs and 300 outputs: variance 0.0018450, and no weight
 * beyond 0.0976635.
 *
 * <p><b>DL4J's own.</b> {@code XAVIER}, the default, has the same variance for dense layers and no
 * cut; it takes the fans that the layer passes, which are wrong for LSTMs and for convolutions with
 * a stride. PyTorch's {@code xavier_normal_} does not cut either; Keras does.
 *
 * @see <a href="https://proceedings.mlr.press/v9/glorot10a.html">Glorot, Bengio (2010), equation
 *     12</a>
 */
public record GlorotNormal() implements NamedScaling {

  private static final Technique<IWeightInit> TECHNIQUE =
      Technique.of(IWeightInit.class, "glorot_normal")
          .summary(
              "Truncated normal weights of variance 2 / (fan_in + fan_out), for tanh, sigmoid, softmax and linear layers")
          .from("https://proceedings.mlr.press/v9/glorot10a.html")
          .alsoNamed("xavier_normal")
          .madeBy(a -> new GlorotNormal());

  private static final VarianceScaling SCALING =
      new VarianceScaling(
          1, VarianceScaling.Mode.FAN_AVG, VarianceScaling.Distribution.TRUNCATED_NORMAL);

  @Override
  public VarianceScaling scaling() {
    return SCALING;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static GlorotNormal read(Arguments json) {
    return (GlorotNormal) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IWeightInit> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
