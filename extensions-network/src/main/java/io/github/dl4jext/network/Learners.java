package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the configurations that a layer or a vertex learns by, within all wrappers. The same object
 * is listed only once.
 */
final class Learners {

  /** A configuration, and the prefix that its parameters' names have in the node. */
  private final Map<TrainingConfig, String> learners = new IdentityHashMap<>();

  private final List<TrainingConfig> ordered = new ArrayList<>();
  private final List<Layer> wrappers = new ArrayList<>();
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  List<TrainingConfig> learners() {
    return List.copyOf(ordered);
  }

  List<Layer> wrappers() {
    return List.copyOf(wrappers);
  }

  /** What DL4J puts before the parameter's name, such as {@code f} of {@code fW}. */
  String prefix(TrainingConfig learner) {
    return Objects.requireNonNull(learners.get(learner), "the learner must be one of the node's");
  }

  Learners within(@Nullable GraphVertex vertex) {
    GraphVertex below = vertex == null ? null : Frozen.below(vertex);
    if (below instanceof LayerVertex layer) {
      return within(layer.getLayerConf().getLayer());
    }
    return below instanceof SameDiffVertex own ? within((TrainingConfig) own) : this;
  }

  Learners within(@Nullable TrainingConfig config) {
    return within(config, "");
  }

  private Learners within(@Nullable TrainingConfig config, String prefix) {
    if (config instanceof FrozenLayer frozen) {
      within(frozen.getLayer(), prefix);
      return wrapper(frozen);
    }
    if (config instanceof BaseWrapperLayer wrapper) {
      within(wrapper.getUnderlying(), prefix);
      return wrapper(wrapper);
    }
    if (config instanceof Bidirectional both) {
      within(both.getFwd(), prefix + "f");
      within(both.getBwd(), prefix + "b");
      return wrapper(both);
    }
    boolean learns =
        config instanceof BaseLayer
            || config instanceof AbstractSameDiffLayer
            || config instanceof SameDiffVertex;
    if (learns && seen.add(config)) {
      ordered.add(config);
      learners.put(config, prefix);
    }
    return this;
  }

  private Learners wrapper(Layer wrapper) {
    if (seen.add(wrapper)) {
      wrappers.add(wrapper);
    }
    return this;
  }
}
