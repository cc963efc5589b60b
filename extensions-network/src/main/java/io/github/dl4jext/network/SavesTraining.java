package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Marks a listener that saves the training with the memory of the other listeners. It comes after
 * all of them that are {@link StatefulListener}s, so that each has had the event at which it saves.
 */
public interface SavesTraining extends TrainingListener {

  /**
   * Adds a listener: after the others, but before those that save the training.
   *
   * @param network the network
   * @param listener the listener
   */
  static void addBefore(Network network, TrainingListener listener) {
    List<TrainingListener> all = new ArrayList<>(network.listeners());
    int place = 0;
    while (place < all.size() && !(all.get(place) instanceof SavesTraining)) {
      place++;
    }
    all.add(place, listener);
    network.setListeners(all);
  }
}
