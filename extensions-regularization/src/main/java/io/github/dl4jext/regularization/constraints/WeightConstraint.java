package io.github.dl4jext.regularization.constraints;

import io.github.dl4jext.network.UnitAxes;
import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;

/**
 * What the constraints have in common: they hold once after each step, on the parameters that they
 * are named, or on the layer's weights where none are named.
 *
 * <p>They do not extend DL4J's {@code BaseConstraint}, which applies everything twice. Gains of
 * layer norm and slopes of PReLU are left alone even if they are named, since DL4J's builders name
 * them among the weights.
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
abstract class WeightConstraint implements LayerConstraint {

  private static final long serialVersionUID = 1L;

  /** Set by DL4J, so not final; null for the layer's weights. A class that is Serializable. */
  private TreeSet<String> params;

  WeightConstraint(Collection<String> params) {
    this.params = copy(params);
  }

  private static TreeSet<String> copy(Collection<String> names) {
    return names == null ? null : new TreeSet<>(names);
  }

  /** Changes a parameter in place where it does not keep the constraint. */
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
   * Names the parameters, as DL4J does.
   *
   * @param names the parameters' names within the layer; null for the layer's weights
   */
  @Override
  public final void setParams(Set<String> names) {
    params = copy(names);
  }

  /**
   * The parameters on which it holds.
   *
   * @return the names; null for the layer's weights
   */
  @Override
  public final Set<String> getParams() {
    return params == null ? null : Collections.unmodifiableSet(params);
  }

  @Override
  public LayerConstraint clone() {
    try {
      return (LayerConstraint) super.clone(); // the set is never changed
    } catch (CloneNotSupportedException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WeightConstraint that
        && that.getClass() == getClass()
        && Objects.equals(that.params, params);
  }

  @Override
  public int hashCode() {
    return Objects.hash(getClass(), params);
  }

  /** The parameters named, to end the text of a constraint. */
  final String named() {
    return params == null ? "" : " on " + params;
  }
}
