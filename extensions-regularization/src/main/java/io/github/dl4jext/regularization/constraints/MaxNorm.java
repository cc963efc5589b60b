package io.github.dl4jext.regularization.constraints;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.function.DoubleUnaryOperator;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Max-norm: after each step the weights of a unit are scaled back into a ball, {@code w <- w min(1,
 * r / |w|)}.
 *
 * <p>It keeps weights from growing, and does not pull small weights towards 0. With dropout it
 * allows large learning rates.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>r</td><td>maxNorm</td><td>(0, inf)</td><td>required</td><td>norm of the incoming weights
 * of a unit</td></tr></table>
 *
 * <p><b>Units.</b> The layer decides what a unit is, see {@link
 * io.github.dl4jext.network.UnitAxes}: a column of a dense layer, an output channel of a
 * convolution, the vector of a word. Put it on layers with {@link Constraints#onWeights}.
 *
 * <p><b>Shape and type.</b> Any layer with weights, in place. Norms are summed in double. Inside
 * the ball no bit changes; a norm that is above the radius by no more than the rounding error of
 * its type (1.2e-7 for floats) does not change.
 *
 * <p><b>Edges.</b> Zeros stay zeros. A unit with NaN or an infinity among its weights does not
 * change, and neither do frozen layers.
 *
 * <p><b>Check.</b> r = 1, w = (3, 4): (0.6, 0.8).
 *
 * <p><b>Departs from Keras.</b> The axis comes from the layer; Keras's default is 0. No 1e-7 is
 * added to the norm. <b>From DL4J:</b> {@code MaxNormConstraint} shrinks weights inside the ball by
 * 1e-6 divided by their norm, twice per step, and the axis in its documentation is that of outgoing
 * weights.
 *
 * @see <a href="https://jmlr.org/papers/v15/srivastava14a.html">Srivastava et al. (2014), section
 *     5.1</a>
 */
public final class MaxNorm extends NormConstraint {

  private static final long serialVersionUID = 1L;

  public static final Parameter<Double> MAX_NORM =
      Parameter.number("maxNorm")
          .in("(0, inf)")
          .doc("largest norm of the incoming weights of a unit");

  private static final Technique<LayerConstraint> TECHNIQUE =
      Technique.of(LayerConstraint.class, "max_norm")
          .summary("Scales the incoming weights of a unit back into a ball")
          .from("https://jmlr.org/papers/v15/srivastava14a.html")
          .taking(MAX_NORM)
          .madeBy(MaxNorm::new);

  /**
   * Limits the norm of each unit's weights.
   *
   * @param maxNorm largest norm of the incoming weights of a unit, in {@code (0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is out of range
   */
  public MaxNorm(double maxNorm) {
    this(Arguments.of(MAX_NORM, maxNorm));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  MaxNorm(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  DoubleUnaryOperator wanted() {
    double maxNorm = get(MAX_NORM);
    return norm -> Math.min(norm, maxNorm);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<LayerConstraint> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
