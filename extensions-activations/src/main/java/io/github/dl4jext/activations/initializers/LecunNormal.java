package io.github.dl4jext.activations.initializers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Normal weights of mean 0 and variance {@code 1 / fan_in}, cut off at two standard deviations of
 * the uncut distribution.
 *
 * <p>Keeps the variance of the signal in a linear layer. The initialiser is for layers with SELU,
 * whose fixed point at mean 0 and variance 1 requires this variance.
 *
 * <p><b>Shape and type.</b> As for {@link VarianceScaling}, with its fans: any shape, float or
 * double, from ND4J's random generator.
 *
 * <p><b>Check.</b> A dense layer of 784 inputs and 300 outputs: variance 0.0012755, and no weight
 * beyond 0.0812034.
 *
 * <p><b>DL4J's own.</b> {@code LECUN_NORMAL} has the same variance for dense layers and no cut; it
 * takes the fans that the layer passes, which are wrong for LSTMs and depth-wise convolutions.
 * PyTorch has no initialiser of this name; Keras's is cut too.
 *
 * @see <a href="https://doi.org/10.1007/3-540-49430-8_2">LeCun, Bottou, Orr, Mueller (1998),
 *     section 4.6</a>
 */
public record LecunNormal() implements NamedScaling {

  private static final Technique<IWeightInit> TECHNIQUE =
      Technique.of(IWeightInit.class, "lecun_normal")
          .summary("Truncated normal weights of variance 1 / fan_in, for SELU")
          .from("https://doi.org/10.1007/3-540-49430-8_2")
          .madeBy(a -> new LecunNormal());

  private static final VarianceScaling SCALING =
      new VarianceScaling(
          1, VarianceScaling.Mode.FAN_IN, VarianceScaling.Distribution.TRUNCATED_NORMAL);

  @Override
  public VarianceScaling scaling() {
    return SCALING;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static LecunNormal read(Arguments json) {
    return (LecunNormal) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IWeightInit> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
