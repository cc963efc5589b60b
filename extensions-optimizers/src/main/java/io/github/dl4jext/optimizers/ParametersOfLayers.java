package io.github.dl4jext.optimizers;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.spi.ParameterFilter;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.TrainingConfig;

/**
 * Chooses parameters within selected layers. Which layers these are is known only once there is a
 * network.
 *
 * @param layers the layers
 * @param within chooses among the parameters of each
 */
record ParametersOfLayers(LayerSelector layers, ParameterFilter within) implements ParameterFilter {

  /**
   * A filter that can be tested: this one bound to the layers of a network, any other unchanged.
   */
  static ParameterFilter bound(ParameterFilter filter, List<? extends Node> nodes) {
    return filter instanceof ParametersOfLayers some ? some.in(nodes) : filter;
  }

  private ParameterFilter in(List<? extends Node> nodes) {
    Set<TrainingConfig> selected = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node node : layers.in(nodes)) {
      if (layers.isExplicit() && node.learners().isEmpty()) {
        throw new IllegalArgumentException(
            "decaying must select layers with parameters, was " + node);
      }
      selected.addAll(node.learners());
    }
    return (layer, parameter) -> selected.contains(layer) && within.test(layer, parameter);
  }

  @Override
  public boolean test(TrainingConfig layer, String parameter) {
    throw new IllegalStateException(
        "which layers " + layers + " selects is known once the optimizer is put on a network");
  }
}
