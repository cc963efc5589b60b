package io.github.dl4jext.activations;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import java.util.Objects;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

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
 * ordinary convolution and counts as such. Unknown shapes take the host's fans. A fan below 1
 * counts as 1.
 *
 * <p><b>Shape and type.</b> Any shape, float or double, written into the view that the host gives.
 * The numbers come from ND4J's random generator, which a network seeds when it is initialised.
 *
 * <p><b>Check.</b> scale 2 and {@code fan_in} on a dense layer of 784 inputs: variance 0.0025510,
 * and no weight beyond 0.1148381.
 *
 * <p><b>The host's own.</b> {@code VAR_SCALING_NORMAL_*} does not widen, so its variance is 24 %
 * low; {@code VAR_SCALING_UNIFORM_*} is three times too high, and its scale multiplies the bound
 * instead of the variance. Fans are those that the layer passes, which for LSTMs are neither of
 * theirs.
 *
 * @see <a href="https://arxiv.org/abs/1502.01852">He, Zhang, Ren, Sun (2015), section 2.2</a>
 */
public final class VarianceScaling implements IWeightInit {

  private static final long serialVersionUID = 1L;

  private static final Parameter<Double> SCALE =
      Parameter.number("scale").in("(0, inf)").orElse(1.0).doc("variance times fan");
  private static final Parameter<Mode> MODE =
      Parameter.choice("mode", Mode.class).orElse(Mode.FAN_IN).doc("the fan to divide by");
  private static final Parameter<Distribution> DISTRIBUTION =
      Parameter.choice("distribution", Distribution.class)
          .orElse(Distribution.TRUNCATED_NORMAL)
          .doc("what the weights are drawn from");

  private final double scale;
  private final Mode mode;
  private final Distribution distribution;

  /** The number to divide by. */
  public enum Mode {
    /** Inputs of an output: keeps the variance of the signal. */
    FAN_IN,
    /** Outputs that an input feeds: keeps the variance of the gradient. */
    FAN_OUT,
    /** The mean of both: a compromise. */
    FAN_AVG;

    private double of(Fans fans) {
      return switch (this) {
        case FAN_IN -> fans.in();
        case FAN_OUT -> fans.out();
        case FAN_AVG -> (fans.in() + fans.out()) / 2;
      };
    }
  }

  /** What the weights are drawn from; the variance is the same for each. */
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

  /**
   * Creates the initialiser.
   *
   * @param scale variance times fan, in (0, inf)
   * @param mode the fan to divide by
   * @param distribution what the weights are drawn from
   */
  @JsonCreator
  public VarianceScaling(
      @JsonProperty(value = "scale", required = true) double scale,
      @JsonProperty(value = "mode", required = true) Mode mode,
      @JsonProperty(value = "distribution", required = true) Distribution distribution) {
    Checks.of("variance_scaling")
        .check(SCALE, scale)
        .check(MODE, mode)
        .check(DISTRIBUTION, distribution)
        .done();
    this.scale = scale;
    this.mode = mode;
    this.distribution = distribution;
  }

  @Override
  public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    distribution.fill(paramView, variance(Fans.of(fanIn, fanOut, shape)));
    return paramView.reshape(order, shape);
  }

  double variance(Fans fans) {
    return scale / Math.max(1, mode.of(fans));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VarianceScaling that
        && Double.compare(scale, that.scale) == 0
        && mode == that.mode
        && distribution == that.distribution;
  }

  @Override
  public int hashCode() {
    return Objects.hash(scale, mode, distribution);
  }

  @Override
  public String toString() {
    return String.format(
        "VarianceScaling(scale=%s, mode=%s, distribution=%s)", scale, mode, distribution);
  }

  /** Makes {@link VarianceScaling} by the name {@code variance_scaling}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<IWeightInit> {

    /** States what the plugin is. */
    public Provider() {
      super(
          IWeightInit.class,
          "variance_scaling",
          "Variance scale / fan, for any fan and distribution",
          "https://arxiv.org/abs/1502.01852");
      parameters(SCALE, MODE, DISTRIBUTION);
    }

    @Override
    public IWeightInit create(Arguments arguments) {
      return new VarianceScaling(
          arguments.get(SCALE), arguments.get(MODE), arguments.get(DISTRIBUTION));
    }
  }
}
