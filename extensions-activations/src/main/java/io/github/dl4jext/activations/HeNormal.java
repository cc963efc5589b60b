package io.github.dl4jext.activations;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Normal weights of mean 0 and variance {@code 2 / fan_in}, cut off at two standard deviations of
 * the uncut distribution.
 *
 * <p>ReLU sets half of the signal's power to zero, and the factor 2 makes up for it. For layers
 * that end in ReLU or one of its relatives: leaky ReLU, ELU, GELU, Swish, Mish.
 *
 * <p><b>Shape and type.</b> As {@link VarianceScaling}, with its fans: any shape, float or double,
 * from ND4J's random generator.
 *
 * <p><b>Check.</b> A dense layer of 784 inputs and 300 outputs: variance 0.0025510, and no weight
 * beyond 0.1148389.
 *
 * <p><b>DL4J's own.</b> {@code RELU} has the same variance for dense layers and convolutions and no
 * cut; it takes the fans that the layer passes, which are off for LSTMs and depth-wise
 * convolutions. PyTorch's {@code kaiming_normal_} does not cut either, Keras does.
 *
 * @see <a href="https://arxiv.org/abs/1502.01852">He, Zhang, Ren, Sun (2015), equation 10</a>
 */
public record HeNormal() implements NamedScaling {

  private static final Technique<IWeightInit> TECHNIQUE =
      Technique.of(IWeightInit.class, "he_normal")
          .summary("Truncated normal weights of variance 2 / fan_in, for ReLU and its relatives")
          .from("https://arxiv.org/abs/1502.01852")
          .alsoNamed("kaiming_normal")
          .madeBy(a -> new HeNormal());

  private static final VarianceScaling SCALING =
      new VarianceScaling(
          2, VarianceScaling.Mode.FAN_IN, VarianceScaling.Distribution.TRUNCATED_NORMAL);

  @Override
  public VarianceScaling scaling() {
    return SCALING;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static HeNormal read(Arguments json) {
    return (HeNormal) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IWeightInit> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
