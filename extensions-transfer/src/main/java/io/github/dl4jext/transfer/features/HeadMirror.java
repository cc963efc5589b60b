package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.LearningRate;
import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NodeState;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.network.UpdaterState;
import io.github.dl4jext.spi.ParameterName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Keeps a network and its head alike: parameters, the updater's state, gradients, learning rates,
 * counters and score, each by name.
 */
final class HeadMirror {

  private static final String NAME = "feature_cache";

  /** The same array in both networks. */
  private record Pair(INDArray ofWhole, INDArray ofHead) {}

  private final Network whole;
  private final Network head;
  private final UnaryOperator<ParameterName> nameInWhole;
  private final List<Pair> parameters = new ArrayList<>();
  private final List<Pair> gradients = new ArrayList<>();
  private final Gradient gradient = new DefaultGradient();
  private final List<Pair> states = new ArrayList<>();

  /** The updaters whose state is paired. */
  private @Nullable BaseMultiLayerUpdater<?> updaterOfWhole;

  private @Nullable BaseMultiLayerUpdater<?> updaterOfHead;
  private Map<ParameterName, LearningRate> rates;

  HeadMirror(Network whole, Network head, UnaryOperator<String> nodeInWhole) {
    this.whole = whole;
    this.head = head;
    this.nameInWhole = name -> new ParameterName(nodeInWhole.apply(name.node()), name.parameter());
    if (whole.updater().isEmpty()) {
      whole.setUpdater(whole.newUpdater());
    }
    head.setUpdater(head.newUpdater());
    UpdaterState.copyOf(whole).putInto(head, nameInWhole);
    whole.gradients().assign(0);
    Map<ParameterName, ParameterSlot> slots = new HashMap<>();
    whole.slots().forEach(slot -> slots.put(slot.name(), slot));
    for (ParameterSlot ofHead : head.slots()) {
      ParameterSlot slot =
          Objects.requireNonNull(slots.get(nameInWhole.apply(ofHead.name())), ofHead.key());
      INDArray own = slot.in(whole.gradients());
      parameters.add(new Pair(slot.value(), ofHead.value()));
      gradients.add(new Pair(own, ofHead.in(head.gradients())));
      gradient.setGradientFor(
          slot.key(), own.reshape(slot.value().ordering(), slot.value().shape()));
    }
    rates = ratesOfWhole();
  }

  /** The gradient as the whole network gives it, of what the head learns. */
  Gradient gradient() {
    return gradient;
  }

  void gradientsToWhole() {
    gradients.forEach(pair -> pair.ofWhole().assign(pair.ofHead()));
    tellProgress();
  }

  private void tellProgress() {
    whole.setProgress(head.progress());
    whole.setScore(head.score());
  }

  void gradientsToHead() {
    gradients.forEach(pair -> pair.ofHead().assign(pair.ofWhole()));
  }

  void parametersToWhole() {
    parameters.forEach(pair -> pair.ofWhole().assign(pair.ofHead()));
  }

  void toWhole() {
    pairStates();
    parametersToWhole();
    states.forEach(pair -> pair.ofWhole().assign(pair.ofHead()));
    tellProgress();
  }

  /** Carries over what listeners may have changed. */
  void toHead() {
    Map<ParameterName, LearningRate> now = ratesOfWhole();
    if (!now.equals(rates)) {
      rates = now;
      LearningRates ofHead = LearningRates.of(NAME, head);
      Map<ParameterName, LearningRate> wanted = new LinkedHashMap<>();
      ofHead.values().keySet().forEach(name -> wanted.put(name, now.get(nameInWhole.apply(name))));
      ofHead.put(wanted);
    }
    pairStates();
    parameters.forEach(pair -> pair.ofHead().assign(pair.ofWhole()));
    states.forEach(pair -> pair.ofHead().assign(pair.ofWhole()));
    TrainingProgress progress = whole.progress();
    if (!progress.equals(head.progress())) {
      head.setProgress(progress);
    }
    head.setScore(whole.score());
  }

  /** Nobody can change a rate of an updater that does not tell it. */
  private Map<ParameterName, LearningRate> ratesOfWhole() {
    try {
      return LearningRates.of(NAME, whole).values();
    } catch (IllegalStateException untold) {
      return Map.of();
    }
  }

  /** An updater whose blocks were formed anew has its state elsewhere. */
  private void pairStates() {
    BaseMultiLayerUpdater<?> wholeNow = whole.updater().orElseThrow();
    BaseMultiLayerUpdater<?> headNow = head.updater().orElseThrow();
    if (wholeNow == updaterOfWhole && headNow == updaterOfHead) {
      return;
    }
    updaterOfWhole = wholeNow;
    updaterOfHead = headNow;
    states.clear();
    Map<ParameterName, NodeState> known = new HashMap<>();
    NodeState.in(whole).forEach(state -> known.put(state.name(), state));
    for (NodeState state : NodeState.in(head)) {
      Map<String, INDArray> ofWhole =
          Objects.requireNonNull(
                  known.get(nameInWhole.apply(state.name())), "the state of the whole network")
              .arrays();
      state
          .arrays()
          .forEach(
              (name, ofHead) ->
                  states.add(new Pair(Objects.requireNonNull(ofWhole.get(name), name), ofHead)));
    }
  }
}
