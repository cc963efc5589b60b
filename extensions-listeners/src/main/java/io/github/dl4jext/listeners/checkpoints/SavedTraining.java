package io.github.dl4jext.listeners.checkpoints;

import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.network.noise.RandomState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.optimize.api.TrainingListener;

/** Holds everything of a training that is not in the network itself. */
final class SavedTraining {

  private SavedTraining() {}

  /**
   * Returns the state of a training after a number of batches of an epoch; the number becomes -1
   * within a sequence.
   */
  static ListenerState of(Network network, int batches, Map<String, StatefulListener> named) {
    boolean withinSequence =
        batches > 0 && network.configuration().backpropType() == BackpropType.TruncatedBPTT;
    RandomState random = RandomState.current();
    return new ListenerState()
        .put("batches", withinSequence ? -1 : batches)
        .put("score", network.score())
        .put(
            "random",
            new ListenerState()
                .put("seed", random.seed())
                .put("root", random.root())
                .put("node", random.node()))
        .put("listeners", listeners(network, named));
  }

  /** Refuses listeners whose memory would be saved without the last step. */
  static void requireLast(Network network, Checkpoint own) {
    List<TrainingListener> all = network.listeners();
    int place = all.indexOf(own);
    for (TrainingListener after : all.subList(place + 1, all.size())) {
      if (place >= 0 && after instanceof StatefulListener) {
        throw new IllegalStateException(
            Checkpoint.NAME + ": must be the last listener, was before " + after + "; add it last");
      }
    }
  }

  /**
   * Returns the memory of the named listeners, and then of the others on the network in their
   * order.
   */
  private static List<ListenerState> listeners(
      Network network, Map<String, StatefulListener> named) {
    Map<String, StatefulListener> all = new LinkedHashMap<>(named);
    for (TrainingListener listener : network.listeners()) {
      if (listener instanceof StatefulListener stateful
          && all.values().stream().noneMatch(known -> known == listener)) {
        all.put(free(listener.getClass().getSimpleName(), all), stateful);
      }
    }
    return all.entrySet().stream()
        .map(
            entry ->
                new ListenerState()
                    .put("name", entry.getKey())
                    .put("class", entry.getValue().getClass().getName())
                    .put("state", entry.getValue().state(network)))
        .toList();
  }

  private static String free(String name, Map<String, ?> taken) {
    String free = name;
    for (int i = 2; taken.containsKey(free); i++) {
      free = name + " " + i;
    }
    return free;
  }
}
