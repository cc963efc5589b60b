package io.github.dl4jext.regularization.dropout;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.noise.NoiseSource;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Spatial dropout: {@code y = k x / (1 - r)}, where every feature map of every example draws its
 * own k, which is 0 with probability r, else 1.
 *
 * <p>Neighbours in a feature map are much alike, so dropping one of them removes little. Spatial
 * dropout drops whole maps, which are the channels of sequences, images and volumes.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>rate</td><td>[0, 1) or schedule</td><td>none</td><td>share of the maps that is
 * dropped</td></tr>
 * <tr><td>-</td><td>format</td><td>channels_first, channels_last</td><td>channels_first</td>
 * <td>-</td></tr></table>
 *
 * <p><b>In training.</b> The mean is kept. Outside training nothing changes.
 *
 * <p><b>Shape and type.</b> {@code [n, c, t]}, {@code [n, c, h, w]} or {@code [n, c, d, h, w]}, as
 * is usual in DL4J, or the same shapes with c as the last axis; any floating type. DL4J does not
 * tell a dropout which of the two its layer has, so {@code format} must. Other ranks are refused.
 *
 * <p><b>Edges.</b> With a rate of 0 the input stays the same, bit for bit. NaN stays NaN, dropped
 * or not.
 *
 * <p><b>Check.</b> With rate 0.2 a map of ones becomes a map of 0 or of 1.25.
 *
 * <p><b>Departs from the paper.</b> Nothing. <b>From DL4J.</b> {@code rate} is the share that is
 * dropped. DL4J's {@code SpatialDropout} supports channels first only; if they are last, it drops
 * rows.
 *
 * @see <a href="https://arxiv.org/abs/1411.4280">Tompson et al. (2015), section 3.2</a>
 */
public final class SpatialDropout extends ActivationNoise {

  private static final long serialVersionUID = 1L;

  /** Where the channels are in the shape of activations. */
  public enum Format {
    /** After the examples, which is DL4J's default: NCW, NCHW, NCDHW. */
    CHANNELS_FIRST,
    /** At the end, which is TensorFlow's default: NWC, NHWC, NDHWC. */
    CHANNELS_LAST;

    /**
     * Returns the shape of an array with one number for each feature map of each example.
     *
     * @param dropout the name of the dropout that asks, for the message
     * @param others the dropout for activations without feature maps, for the message
     * @param shape the shape of the activations
     * @return the same shape, with 1 in all axes except examples and channels
     * @throws IllegalArgumentException if the shape has fewer than 3 or more than 5 axes
     */
    long[] maps(String dropout, String others, long... shape) {
      if (shape.length < 3 || shape.length > 5) {
        throw new IllegalArgumentException(
            dropout
                + ": activations must have 3 to 5 dimensions, as those of recurrent and"
                + " convolutional layers, had the shape "
                + Arrays.toString(shape)
                + "; take "
                + others
                + " for others");
      }
      long[] maps = new long[shape.length];
      Arrays.fill(maps, 1);
      maps[0] = shape[0];
      int channel = this == CHANNELS_FIRST ? 1 : shape.length - 1;
      maps[channel] = shape[channel];
      return maps;
    }
  }

  public static final Parameter<ISchedule> RATE =
      Parameter.rate("rate").in("[0, 1)").doc("share of the feature maps that is dropped");

  public static final Parameter<Format> FORMAT =
      Parameter.choice("format", Format.class)
          .orElse(Format.CHANNELS_FIRST)
          .doc("where the channels are");

  private static final Technique<IDropout> TECHNIQUE =
      Technique.of(IDropout.class, "spatial_dropout")
          .summary(
              "whole feature maps set to zero with a probability, else scaled up so that the mean is kept")
          .from("https://arxiv.org/abs/1411.4280")
          .taking(RATE, FORMAT)
          .madeBy(SpatialDropout::new);

  /**
   * Drops a constant share; the channels come first.
   *
   * @param rate share of the feature maps that is dropped, in {@code [0, 1)}
   * @return the dropout
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is null or out of range
   */
  public static SpatialDropout dropping(double rate) {
    return new SpatialDropout(Arguments.of(RATE, rate));
  }

  /**
   * Drops a share that follows a schedule; the channels come first.
   *
   * @param rate share of the feature maps that is dropped, in {@code [0, 1)} at each step
   * @return the dropout
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is null or out of range
   */
  public static SpatialDropout dropping(ISchedule rate) {
    return new SpatialDropout(Arguments.of(RATE, rate));
  }

  /**
   * Drops the same share, with the channels in another place.
   *
   * @param format where the channels are
   * @return a new dropout with the same rate
   */
  public SpatialDropout withFormat(Format format) {
    return new SpatialDropout(Arguments.of(RATE, get(RATE)).with(FORMAT, format));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  SpatialDropout(Arguments arguments) {
    super(TECHNIQUE, RATE, arguments);
  }

  @Override
  protected DropoutFormula noise(NoiseSource draws, double rate, DataType type, long... shape) {
    long[] maps = get(FORMAT).maps(TECHNIQUE.name(), "dropout", shape);
    return DropoutFormula.times(draws.bernoulli(type, 1 - rate, maps).muli(1 / (1 - rate)));
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IDropout> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
