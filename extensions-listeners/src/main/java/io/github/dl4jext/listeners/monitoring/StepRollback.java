package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NodeState;
import io.github.dl4jext.network.ParameterLayout;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.ParameterName;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Copies at each step everything that the step changes, so that it can be undone. A step allocates
 * nothing.
 *
 * <p>The updater's state is copied as a whole. It is restored by name if its blocks have changed
 * meanwhile, as they do when a listener changes rates.
 */
final class StepRollback {

  /** Null before the first step, as is the layout. */
  private @Nullable INDArray parameters;

  private @Nullable ParameterLayout layout;
  private TrainingProgress progress = TrainingProgress.NONE;

  /**
   * The updater whose state was copied. The reference is weak, because the updater refers to the
   * network.
   */
  private WeakReference<BaseMultiLayerUpdater<?>> updater = new WeakReference<>(null);

  /** The updater's own array, null if it has no state, and the parts of it by name. */
  private @Nullable INDArray liveState;

  private Map<ParameterName, Map<String, INDArray>> liveParts = Map.of();
  private @Nullable INDArray state;

  int iterations() {
    return progress.iterations();
  }

  void take(Network network) {
    if (network.updater().isEmpty()) {
      network.setUpdater(network.newUpdater()); // as DL4J does before the first update
    }
    BaseMultiLayerUpdater<?> now = network.updater().orElseThrow();
    if (parameters == null || !updater.refersTo(now)) {
      layout = network.layout();
      updater = new WeakReference<>(now);
      liveState = now.getStateViewArray();
      liveParts = parts(network);
    }
    parameters = copy(network.parameters(), parameters);
    state = copy(liveState, state);
    progress = network.progress();
  }

  /** Undoes the step; returns false if there is no copy yet. */
  boolean putBack(Network network) {
    if (parameters == null) {
      return false;
    }
    network.parameters().assign(parameters);
    if (liveState != null) {
      liveState.assign(state);
      boolean blocksAreTheSame = network.updater().filter(updater::refersTo).isPresent();
      if (!blocksAreTheSame) {
        NodeState.in(network).forEach(this::putBack);
      }
    }
    network.setProgress(progress);
    return true;
  }

  private void putBack(NodeState into) {
    Map<String, INDArray> parts = liveParts.getOrDefault(into.name(), Map.of());
    into.arrays()
        .forEach(
            (name, view) -> {
              INDArray part = parts.get(name);
              if (part != null && part.length() == view.length()) {
                view.assign(part);
              }
            });
  }

  /** Makes a copy for a network that continues the training, if it has the same parameters. */
  StepRollback carriedOverTo(Network now) {
    StepRollback copy = new StepRollback();
    if (parameters != null && now.layout().equals(layout)) {
      copy.layout = layout;
      copy.parameters = parameters.dup();
      copy.progress = progress;
    }
    return copy;
  }

  private static Map<ParameterName, Map<String, INDArray>> parts(Network network) {
    Map<ParameterName, Map<String, INDArray>> parts = new HashMap<>();
    NodeState.in(network).forEach(state -> parts.put(state.name(), state.arrays()));
    return parts;
  }

  private static @Nullable INDArray copy(@Nullable INDArray from, @Nullable INDArray to) {
    if (from == null) {
      return null;
    }
    if (to != null && to.equalShapes(from) && to.dataType() == from.dataType()) {
      return to.assign(from);
    }
    // An array of a workspace would be overwritten in the next step.
    return from.dup().detach();
  }
}
