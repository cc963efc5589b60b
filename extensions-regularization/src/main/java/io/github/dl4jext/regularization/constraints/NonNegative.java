package io.github.dl4jext.regularization.constraints;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.UnitAxes;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.indexing.conditions.Conditions;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Non-negative: after each step negative weights become 0.
 *
 * <p>It is for monotone networks, whose output must not fall when an input rises, and for parts
 * that add up.
 *
 * <p><b>Hyperparameters.</b> None.
 *
 * <p><b>Shape and type.</b> Any layer with weights, element-wise, in place.
 *
 * <p><b>Edges.</b> -inf becomes 0, NaN stays NaN, and all other weights keep every bit, -0 its
 * sign. Frozen layers and peepholes do not change.
 *
 * <p><b>Check.</b> (-1, 0, 2): (0, 0, 2).
 *
 * <p><b>Departs from Keras and DL4J.</b> Nothing.
 *
 * @see <a href="https://keras.io/api/layers/constraints/#nonneg-class">Keras</a>
 */
public final class NonNegative extends WeightConstraint {

  private static final long serialVersionUID = 1L;

  private static final Technique<LayerConstraint> TECHNIQUE =
      Technique.of(LayerConstraint.class, "non_negative")
          .summary("Sets negative weights to 0")
          .from("https://keras.io/api/layers/constraints/")
          .madeBy(NonNegative::new);

  /** Constrains the weights. */
  public NonNegative() {
    this(Arguments.none());
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  NonNegative(Arguments arguments) {
    super(TECHNIQUE, arguments);
  }

  @Override
  void hold(UnitAxes units) {
    BooleanIndexing.replaceWhere(units.weights(), 0.0, Conditions.lessThan(0.0));
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<LayerConstraint> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
