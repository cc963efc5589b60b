package io.github.dl4jext.regularization.constraints;

import io.github.dl4jext.network.UnitAxes;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueValue;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The base class of the constraints. It applies a constraint once after each step, to the
 * parameters that are named, or to the layer's weights if none are named.
 *
 * <p>It does not extend DL4J's {@code BaseConstraint}, which applies everything twice. Gains of
 * layer norm and slopes of PReLU do not change even if they are named, because DL4J's builders name
 * them among the weights.
 */
abstract class WeightConstraint extends TechniqueValue<LayerConstraint> implements LayerConstraint {

  private static final long serialVersionUID = 1L;

  private static final Parameter<Optional<List<String>>> PARAMS =
      Parameter.texts("params").doc("the parameters on which it holds").optional();

  /** The argument that DL4J adds. */
  private static final Technique<LayerConstraint> PLACE =
      Technique.of(LayerConstraint.class, "constraint").taking(PARAMS).madeBy(a -> null);

  /** Set by DL4J, so not final; null for the layer's weights. */
  private transient @Nullable Set<String> params;

  WeightConstraint(Technique<LayerConstraint> technique, Arguments given) {
    super(technique, given.without(PARAMS));
    PLACE.read(given.only(PARAMS)).get(PARAMS).ifPresent(n -> setParams(new TreeSet<>(n)));
  }

  /** Changes a parameter in place so that it satisfies the constraint. */
  abstract void hold(UnitAxes units);

  @Override
  public final void applyConstraint(Layer layer, int iteration, int epoch) {
    var conf = layer.conf().getLayer();
    var names = conf.initializer();
    for (String name : params == null ? names.weightKeys(conf) : params) {
      INDArray array = layer.getParam(name);
      boolean scales = names.isWeightParam(conf, name) && !UnitAxes.isKernel(conf, name);
      if (array != null && !scales) {
        hold(UnitAxes.of(conf, name, array));
      }
    }
  }

  /**
   * Sets the parameters that are constrained; DL4J calls this.
   *
   * @param names the parameters' names within the layer; null for the layer's weights
   */
  @Override
  public final void setParams(@Nullable Set<String> names) {
    params = names == null ? null : Collections.unmodifiableSet(new TreeSet<>(names));
  }

  /**
   * Returns the parameters that are constrained.
   *
   * @return the names; null for the layer's weights
   */
  @Override
  public final @Nullable Set<String> getParams() {
    return params;
  }

  @Override
  protected final Arguments stored() {
    return params == null
        ? super.stored()
        : super.stored().with(PARAMS, Optional.of(List.copyOf(params)));
  }

  @Override
  public final LayerConstraint clone() {
    LayerConstraint copy = again();
    copy.setParams(params);
    return copy;
  }

  @Override
  public final String toString() {
    return super.toString() + (params == null ? "" : " on " + params);
  }
}
