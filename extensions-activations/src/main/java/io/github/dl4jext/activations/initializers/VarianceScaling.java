package io.github.dl4jext.activations.initializers;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Weights of mean 0 and of variance {@code scale / fan}, where {@code fan} is the fan-in, the
 * fan-out or their mean.
 *
 * <p>A layer sums over {@code fan_in} inputs, so weights of variance {@code 1 / fan_in} keep the
 * variance of the signal on its way forward, and {@code 1 / fan_out} that of the gradient on its
 * way back. The six named initialisers, from {@link GlorotUniform} to {@link LecunNormal}, are this
 * one with fixed arguments.
 *
 * <table>
 * <caption>Parameters</caption>
 * <tr><th>symbol</th><th>name</th><th>range</th><th>default</th></tr>
 * <tr><td>scale</td><td>{@code scale}</td><td>(0, inf)</td><td>1</td></tr>
 * <tr><td>fan</td><td>{@code mode}</td><td>{@code fan_in}, {@code fan_out}, {@code fan_avg}</td>
 * <td>{@code fan_in}</td></tr>
 * <tr><td>-</td><td>{@code distribution}</td><td>{@code truncated_normal}, {@code
 * untruncated_normal}, {@code uniform}</td><td>{@code truncated_normal}</td></tr>
 * </table>
 *
 * <p><b>Distributions.</b> {@code uniform} draws from {@code (-sqrt(3 v), sqrt(3 v))}, where v is
 * the variance. {@code truncated_normal} is cut off at two standard deviations of the uncut one,
 * which is widened by {@code 1 / 0.8796} so that v is the variance after the cut, as in Keras.
 *
 * <p><b>Fans.</b> Counted from the shape of the weights as Keras and PyTorch do: {@code [in, out]}
 * for dense layers, {@code [in, 4 out]} for an LSTM's input weights and {@code [out, 4 out]} for
 * its recurrent ones, kernel size times channels for convolutions whatever the stride, 1 and {@code
 * out} for embeddings, because a look-up reads one row. A depth-wise convolution's fan-in is the
 * kernel size alone; the depth-wise part of a <em>separable</em> one cannot be told from an
 * ordinary convolution and counts as such. Unknown shapes take DL4J's fans. A fan below 1 counts as
 * 1.
 *
 * <p><b>Shape and type.</b> Any shape, float or double, written into the view that DL4J gives. The
 * numbers come from ND4J's random generator, which a network seeds when it is initialised.
 *
 * <p><b>Check.</b> scale 2 and {@code fan_in} on a dense layer of 784 inputs: variance 0.0025510,
 * and no weight beyond 0.1148389.
 *
 * <p><b>DL4J's own.</b> {@code VAR_SCALING_NORMAL_*} does not widen, so its variance is 24 % low;
 * {@code VAR_SCALING_UNIFORM_*} is three times too high, and its scale multiplies the bound instead
 * of the variance. Both take the fans that the layer passes, which are wrong for LSTMs.
 *
 * @param scale variance times fan, in (0, inf)
 * @param mode the fan to divide by
 * @param distribution the distribution from which the weights are drawn
 * @see <a href="https://arxiv.org/abs/1502.01852">He, Zhang, Ren, Sun (2015), section 2.2</a>
 */
@FieldsInJson
public record VarianceScaling(double scale, Mode mode, Distribution distribution)
    implements IWeightInit {

  public static final Parameter<Double> SCALE =
      Parameter.number("scale").in("(0, inf)").orElse(1).doc("variance times fan");
  public static final Parameter<Mode> MODE =
      Parameter.choice("mode", Mode.class).orElse(Mode.FAN_IN).doc("the fan to divide by");
  public static final Parameter<Distribution> DISTRIBUTION =
      Parameter.choice("distribution", Distribution.class)
          .orElse(Distribution.TRUNCATED_NORMAL)
          .doc("the distribution from which the weights are drawn");

  private static final Technique<IWeightInit> TECHNIQUE =
      Technique.of(IWeightInit.class, "variance_scaling")
          .summary("Variance scale / fan, for any fan and distribution")
          .from("https://arxiv.org/abs/1502.01852")
          .taking(SCALE, MODE, DISTRIBUTION)
          .madeBy(a -> new VarianceScaling(a.get(SCALE), a.get(MODE), a.get(DISTRIBUTION)));

  /** The number to divide by. */
  public enum Mode {
    /** The number of inputs of an output: keeps the variance of the signal. */
    FAN_IN,
    /** The number of outputs that an input feeds: keeps the variance of the gradient. */
    FAN_OUT,
    /** The mean of both: a compromise. */
    FAN_AVG;

    private double choose(Fans fans) {
      return switch (this) {
        case FAN_IN -> fans.in();
        case FAN_OUT -> fans.out();
        case FAN_AVG -> (fans.in() + fans.out()) / 2;
      };
    }
  }

  /** The distribution of the weights; the variance is the same for each. */
  public enum Distribution {
    /** Normal, no weight beyond 2.27 standard deviations. */
    TRUNCATED_NORMAL,
    /** Normal. */
    UNTRUNCATED_NORMAL,
    /** Uniform, no weight beyond 1.73 standard deviations. */
    UNIFORM;

    private void fill(INDArray array, double variance) {
      switch (this) {
        case TRUNCATED_NORMAL -> TruncatedNormal.fill(array, Math.sqrt(variance));
        case UNTRUNCATED_NORMAL -> Nd4j.randn(array).muli(Math.sqrt(variance));
        case UNIFORM -> {
          double bound = Math.sqrt(3 * variance);
          Nd4j.rand(array, Nd4j.getDistributions().createUniform(-bound, bound));
        }
      }
    }
  }

  public VarianceScaling {
    TECHNIQUE.check(SCALE, scale).check(MODE, mode).check(DISTRIBUTION, distribution).done();
  }

  @Override
  public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    distribution.fill(paramView, variance(Fans.counted(fanIn, fanOut, shape)));
    return paramView.reshape(order, shape);
  }

  double variance(Fans fans) {
    return scale / Math.max(1, mode.choose(fans));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static VarianceScaling read(Arguments json) {
    return (VarianceScaling) TECHNIQUE.restore(json);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IWeightInit> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
