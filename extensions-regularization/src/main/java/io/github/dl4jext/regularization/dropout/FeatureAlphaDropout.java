package io.github.dl4jext.regularization.dropout;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.noise.NoiseSource;
import io.github.dl4jext.regularization.dropout.SpatialDropout.Format;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Feature alpha dropout: {@code y = a (k x + (1 - k) s) + b} as {@link AlphaDropout}, where every
 * feature map of every example draws its own k.
 *
 * <p>It is for convolutions and sequences with SELU. It drops whole maps because neighbours in a
 * map are much alike, as {@link SpatialDropout} does, and keeps mean 0 and variance 1.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>rate</td><td>[0, 1) or schedule</td><td>none</td><td>share of the maps that is
 * dropped</td></tr>
 * <tr><td>-</td><td>format</td><td>channels_first, channels_last</td><td>channels_first</td>
 * <td>-</td></tr></table>
 *
 * <p><b>In training.</b> a, b and s are those of {@link AlphaDropout}. Outside training nothing
 * changes.
 *
 * <p><b>Shape and type.</b> As for {@link SpatialDropout}: three to five dimensions, any floating
 * type; {@code format} says where the channels are.
 *
 * <p><b>Edges.</b> With a rate of 0 the input stays the same, bit for bit. NaN stays NaN, dropped
 * or not.
 *
 * <p><b>Check.</b> With rate 0.1 a map of ones becomes a map of 1.0832555 or of -1.4577387.
 *
 * <p><b>Departs from DL4J.</b> DL4J has no such dropout. <b>From PyTorch.</b> The channels of
 * {@code FeatureAlphaDropout} always come first.
 *
 * @see <a
 *     href="https://pytorch.org/docs/stable/generated/torch.nn.FeatureAlphaDropout.html">PyTorch's
 *     FeatureAlphaDropout</a>
 */
public final class FeatureAlphaDropout extends ActivationNoise {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> RATE = SpatialDropout.RATE;

  public static final Parameter<Format> FORMAT = SpatialDropout.FORMAT;

  private static final Technique<IDropout> TECHNIQUE =
      Technique.of(IDropout.class, "feature_alpha_dropout")
          .summary("whole feature maps of SELU set to its lower limit, mean 0 and variance 1 kept")
          .from("https://pytorch.org/docs/stable/generated/torch.nn.FeatureAlphaDropout.html")
          .taking(RATE, FORMAT)
          .madeBy(FeatureAlphaDropout::new);

  /**
   * Drops a constant share; the channels come first.
   *
   * @param rate share of the feature maps that is dropped, in {@code [0, 1)}
   * @return the dropout
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is null or out of range
   */
  public static FeatureAlphaDropout dropping(double rate) {
    return new FeatureAlphaDropout(Arguments.of(RATE, rate));
  }

  /**
   * Drops a share that follows a schedule; the channels come first.
   *
   * @param rate share of the feature maps that is dropped, in {@code [0, 1)} at each step
   * @return the dropout
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is null or out of range
   */
  public static FeatureAlphaDropout dropping(ISchedule rate) {
    return new FeatureAlphaDropout(Arguments.of(RATE, rate));
  }

  /**
   * Drops the same share, with the channels in another place.
   *
   * @param format where the channels are
   * @return a new dropout with the same rate
   */
  public FeatureAlphaDropout withFormat(Format format) {
    return new FeatureAlphaDropout(Arguments.of(RATE, get(RATE)).with(FORMAT, format));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  FeatureAlphaDropout(Arguments arguments) {
    super(TECHNIQUE, RATE, arguments);
  }

  @Override
  protected DropoutFormula noise(NoiseSource draws, double rate, DataType type, long... shape) {
    long[] maps = get(FORMAT).maps(TECHNIQUE.name(), "alpha_dropout", shape);
    return AlphaDropout.formula(draws, rate, type, maps);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IDropout> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
