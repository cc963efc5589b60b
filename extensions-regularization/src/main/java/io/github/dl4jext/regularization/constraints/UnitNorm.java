package io.github.dl4jext.regularization.constraints;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.function.DoubleUnaryOperator;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Unit norm: after each step the weights of a unit are scaled to length 1, {@code w <- w / |w|}.
 *
 * <p>A unit then learns a direction only: for embeddings and prototypes that are compared by their
 * angle.
 *
 * <p><b>Hyperparameters.</b> None.
 *
 * <p><b>Units.</b> As for {@link MaxNorm}.
 *
 * <p><b>Shape and type.</b> Any layer with weights, in place. Norms are summed in double. A norm
 * that differs from 1 by no more than the rounding error of its type (1.2e-7 for floats) does not
 * change.
 *
 * <p><b>Edges.</b> Zeros have no direction and stay zeros. A unit with NaN or an infinity among its
 * weights does not change, and neither do frozen layers.
 *
 * <p><b>Check.</b> w = (3, 4): (0.6, 0.8).
 *
 * <p><b>Departs from Keras.</b> The axis comes from the layer; Keras's default is 0. No 1e-7 is
 * added to the norm. <b>From DL4J:</b> a column of zeros becomes NaN in {@code UnitNormConstraint}.
 *
 * @see <a href="https://keras.io/api/layers/constraints/#unitnorm-class">Keras</a>
 */
public final class UnitNorm extends NormConstraint {

  private static final long serialVersionUID = 1L;

  private static final Technique<LayerConstraint> TECHNIQUE =
      Technique.of(LayerConstraint.class, "unit_norm")
          .summary("Scales the incoming weights of a unit to length 1")
          .from("https://keras.io/api/layers/constraints/")
          .madeBy(UnitNorm::new);

  /** Constrains the weights. */
  public UnitNorm() {
    this(Arguments.none());
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  UnitNorm(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  DoubleUnaryOperator wanted() {
    return norm -> norm == 0 ? 0 : 1;
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<LayerConstraint> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
