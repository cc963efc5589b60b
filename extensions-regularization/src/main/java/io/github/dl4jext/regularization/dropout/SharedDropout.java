package io.github.dl4jext.regularization.dropout;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.noise.NoiseSource;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Dropout with shared axes: {@code y = k x / (1 - r)}, where all elements along some axes share
 * their k, which is 0 with probability r, else 1.
 *
 * <p>It is {@link Dropout} with Keras's {@code noise_shape}, which is 1 at the shared axes. It
 * drops elements that belong together, such as a feature at all time steps of a sequence, or a
 * column of an image.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>rate</td><td>[0, 1) or schedule</td><td>none</td><td>share dropped</td></tr>
 * <tr><td>-</td><td>sharedAxes</td><td>list of [1, 4]</td><td>2</td><td>axes</td></tr>
 * </table>
 *
 * <p><b>In training.</b> The mean is kept. Outside training nothing changes.
 *
 * <p><b>Shape and type.</b> Any shape that has the axes; others are refused. Any floating type.
 * DL4J has the features of sequences and images in axis 1, so that {@code sharedAxes=[2]} shares
 * along the time of {@code [n, c, t]}. Each example, along axis 0, always has its own draws.
 *
 * <p><b>Edges.</b> With a rate of 0 the input stays the same, bit for bit. NaN stays NaN, dropped
 * or not.
 *
 * <p><b>Check.</b> With rate 0.2 and {@code sharedAxes=[2]} a row of ones along axis 2 becomes a
 * row of 0 or of 1.25. With all axes of feature maps it is {@link SpatialDropout}.
 *
 * <p><b>Departs from Keras.</b> A {@code noise_shape} that is 1 for the batch has no counterpart.
 * <b>From DL4J.</b> DL4J has no such dropout.
 *
 * @see <a href="https://keras.io/api/layers/regularization_layers/dropout/">Keras's Dropout</a>
 */
public final class SharedDropout extends ActivationNoise {

  private static final long serialVersionUID = 1L;

  public static final Parameter<ISchedule> RATE = Dropout.RATE;

  public static final Parameter<List<Integer>> SHARED_AXES =
      Parameter.integers("sharedAxes")
          .in("[1, 4]")
          .orElse(List.of(2))
          .doc("axes along which all elements share their mask");

  private static final Technique<IDropout> TECHNIQUE =
      Technique.of(IDropout.class, "shared_dropout")
          .summary("dropout whose mask is shared along some axes, like Keras's noise_shape")
          .from("https://keras.io/api/layers/regularization_layers/dropout/")
          .taking(RATE, SHARED_AXES)
          .madeBy(SharedDropout::new);

  /**
   * Drops a constant share.
   *
   * @param rate share that is dropped, in {@code [0, 1)}
   * @param sharedAxes the axes along which elements share their k, each in {@code [1, 4]}
   * @return the dropout
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is null or out of range
   */
  public static SharedDropout dropping(double rate, List<Integer> sharedAxes) {
    return new SharedDropout(Arguments.of(RATE, rate).with(SHARED_AXES, sharedAxes));
  }

  /**
   * Drops a share that follows a schedule.
   *
   * @param rate share that is dropped, in {@code [0, 1)} at each step
   * @param sharedAxes the axes along which elements share their k, each in {@code [1, 4]}
   * @return the dropout
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is null or out of range
   */
  public static SharedDropout dropping(ISchedule rate, List<Integer> sharedAxes) {
    return new SharedDropout(Arguments.of(RATE, rate).with(SHARED_AXES, sharedAxes));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  SharedDropout(Arguments arguments) {
    super(TECHNIQUE, RATE, arguments);
  }

  @Override
  protected DropoutFormula noise(NoiseSource draws, double rate, DataType type, long... shape) {
    long[] drawn = shape.clone();
    for (int axis : get(SHARED_AXES)) {
      if (axis >= shape.length) {
        throw new IllegalArgumentException(
            TECHNIQUE.name()
                + ": sharedAxes must be axes of the activations, which have the shape "
                + Arrays.toString(shape)
                + ", were "
                + get(SHARED_AXES));
      }
      drawn[axis] = 1;
    }
    return DropoutFormula.times(draws.bernoulli(type, 1 - rate, drawn).muli(1 / (1 - rate)));
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<IDropout> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
