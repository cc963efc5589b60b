package io.github.dl4jext.activations;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Plugin;
import org.deeplearning4j.nn.weights.IWeightInit;

/**
 * Uniform weights in {@code (-b, b)} with {@code b = sqrt(6 / fan_in)}: variance {@code 2 /
 * fan_in}.
 *
 * <p>ReLU sets half of the signal's power to zero, and the factor 2 makes up for it. For layers
 * that end in ReLU or one of its relatives: leaky ReLU, ELU, GELU, Swish, Mish.
 *
 * <p><b>Shape and type.</b> As {@link VarianceScaling}, with its fans: any shape, float or double,
 * from ND4J's random generator.
 *
 * <p><b>Check.</b> A dense layer of 784 inputs and 300 outputs: variance 0.0025510, and no weight
 * beyond 0.0874818.
 *
 * <p><b>The host's own.</b> {@code RELU_UNIFORM} agrees for dense layers and convolutions; it takes
 * the fans that the layer passes, which are off for LSTMs and depth-wise convolutions.
 *
 * @see <a href="https://arxiv.org/abs/1502.01852">He, Zhang, Ren, Sun (2015), equation 10</a>
 */
public final class HeUniform extends NamedScaling {

  private static final long serialVersionUID = 1L;

  private static final VarianceScaling SCALING =
      new VarianceScaling(2, VarianceScaling.Mode.FAN_IN, VarianceScaling.Distribution.UNIFORM);

  @Override
  VarianceScaling scaling() {
    return SCALING;
  }

  /** Makes {@link HeUniform} by the name {@code he_uniform}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<IWeightInit> {

    /** States what the plugin is. */
    public Provider() {
      super(
          IWeightInit.class,
          "he_uniform",
          "Uniform weights of variance 2 / fan_in, for ReLU and its relatives",
          "https://arxiv.org/abs/1502.01852");
      aliases("kaiming_uniform");
    }

    @Override
    public IWeightInit create(Arguments arguments) {
      return new HeUniform();
    }
  }
}
