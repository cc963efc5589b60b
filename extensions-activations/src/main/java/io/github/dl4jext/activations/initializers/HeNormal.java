package io.github.dl4jext.activations.initializers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Normal weights of mean 0 and variance {@code 2 / fan_in}, cut off at two standard deviations of
 * the uncut distribution.
 *
 * <p>ReLU sets half of the signal's power to zero, and the factor 2 makes up for it. The
 * initialiser is for layers with ReLU or one of its relatives: leaky ReLU, ELU, GELU, Swish, Mish.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>a</td><td>slope</td><td>[0, 1]</td><td>0</td><td>slope</td></tr></table>
 *
 * <p><b>Slope.</b> A leaky ReLU keeps more of the power: with its slope a below zero the variance
 * is {@code 2 / ((1 + a^2) fan_in)}, PyTorch's argument {@code a}. It matters from slopes of about
 * 0.3 on.
 *
 * <p><b>Shape and type.</b> As for {@link VarianceScaling}, with its fans: any shape, float or
 * double, from ND4J's random generator.
 *
 * <p><b>Check.</b> A dense layer of 784 inputs and 300 outputs: variance 0.0025510, and no weight
 * beyond 0.1148389.
 *
 * <p><b>DL4J's own.</b> {@code RELU} has the same variance for dense layers and convolutions and no
 * cut; it takes the fans that the layer passes, which are wrong for LSTMs and depth-wise
 * convolutions. PyTorch's {@code kaiming_normal_} does not cut either; Keras does.
 *
 * @param slope slope below zero of the activation, in {@code [0, 1]}
 * @see <a href="https://arxiv.org/abs/1502.01852">He, Zhang, Ren, Sun (2015), equations 10 and
 *     15</a>
 */
@FieldsInJson
public record HeNormal(double slope) implements NamedScaling {

  public static final Parameter<Double> SLOPE = NamedScaling.SLOPE_BELOW_ZERO;

  private static final Technique<IWeightInit> TECHNIQUE =
      Technique.of(IWeightInit.class, "he_normal")
          .summary("Truncated normal weights of variance 2 / fan_in, for ReLU and its relatives")
          .from("https://arxiv.org/abs/1502.01852")
          .alsoNamed("kaiming_normal")
          .taking(SLOPE)
          .madeBy(a -> new HeNormal(a.get(SLOPE)));

  public HeNormal {
    TECHNIQUE.check(SLOPE, slope).done();
  }

  /** Takes the default, a slope of 0. */
  public HeNormal() {
    this(SLOPE.defaultOf());
  }

  @Override
  public VarianceScaling scaling() {
    return NamedScaling.he(slope, VarianceScaling.Distribution.TRUNCATED_NORMAL);
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
