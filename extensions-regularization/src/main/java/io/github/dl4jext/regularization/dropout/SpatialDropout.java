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
 * <p>Neighbours in a feature map look much alike, so dropping one of them drops little. This drops
 * the whole map: channels of sequences, images and volumes.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>rate</td><td>[0, 1) or schedule</td><td>none</td><td>share of the maps that is
 * dropped</td></tr>
 * <tr><td>-</td><td>format</td><td>channels_first, channels_last</td><td>channels_first</td>
 * <td>-</td></tr></table>
 *
 * <p><b>In training.</b> The mean is kept. Otherwise nothing happens.
 *
 * <p><b>Shape and type.</b> {@code [n, c, t]}, {@code [n, c, h, w]} or {@code [n, c, d, h, w]}, as
 * DL4J has it, or the same with c as the last; any floating type. DL4J does not say which of both
 * the layer has, so {@code format} must. Other ranks are refused.
 *
 * <p><b>Edges.</b> A rate of 0 leaves the input bit for bit. NaN stays NaN, dropped or not.
 *
 * <p><b>Check.</b> With rate 0.2 a map of ones becomes a map of 0 or of 1.25.
 *
 * <p><b>Departs from the paper.</b> Nothing. <b>From DL4J.</b> {@code rate} is the share that is
 * dropped; DL4J's knows channels first alone, and drops rows where they are last.
 *
 * @see <a href="https://arxiv.org/abs/1411.4280">Tompson et al. (2015), section 3.2</a>
 */
public final class SpatialDropout extends ActivationNoise {

  private static final long serialVersionUID = 1L;

  /** Where the channels are in the shape of activations. */
  public enum Format {
    /** After the examples, as DL4J has it unless told otherwise: NCW, NCHW, NCDHW. */
    CHANNELS_FIRST,
    /** At the end, as TensorFlow has it: NWC, NHWC, NDHWC. */
    CHANNELS_LAST;

    /**
     * The shape of numbers of which each feature map of each example has one.
     *
     * @param dropout which asks
     * @param others what is for activations without feature maps
     * @param shape the shape of the activations
     * @return 1 but for examples and channels
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
   * Drops a share that stays the same; the channels come first.
   *
   * @param rate share of the feature maps that is dropped, in {@code [0, 1)}
   * @return the dropout
   */
  public static SpatialDropout dropping(double rate) {
    return new SpatialDropout(Arguments.of(RATE, rate));
  }

  /**
   * Drops a share that changes; the channels come first.
   *
   * @param rate share of the feature maps that is dropped, in {@code [0, 1)} at each step
   * @return the dropout
   */
  public static SpatialDropout dropping(ISchedule rate) {
    return new SpatialDropout(Arguments.of(RATE, rate));
  }

  /**
   * Drops the same share where the channels are elsewhere.
   *
   * @param format where the channels are
   * @return another dropout with this one's rate
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
