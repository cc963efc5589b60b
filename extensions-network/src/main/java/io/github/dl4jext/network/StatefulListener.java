package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Marks a listener whose memory belongs to the training: a checkpoint saves it with the network,
 * and a resumed training continues bit by bit. A listener that changes training is marked too, even
 * if it remembers nothing: its state then says how it changes training, and resuming with a
 * different one is refused.
 *
 * <p><b>The contract.</b> The state is that of one network, and it is complete: a new listener that
 * was made with the same arguments behaves as this one would, once it has loaded the state. Data,
 * functions and files belong to the program, not to the state. The state may be asked for within
 * any event, after this listener has handled the event.
 */
public interface StatefulListener extends TrainingListener {

  /**
   * Returns what is remembered of a network. Arrays may be the listener's own.
   *
   * @param network the network that is trained
   * @return the state
   */
  ListenerState state(Network network);

  /**
   * Replaces the memory of this listener by that of another one.
   *
   * @param network the network that continues the training
   * @param state the other one's state, whose arrays this one may keep
   * @throws IllegalArgumentException if it is of a listener that works by another rule; the message
   *     says what differs. This one is then as it was
   */
  void loadState(Network network, ListenerState state);

  /**
   * Marks a listener that saves the training with the memory of the other listeners. It comes after
   * all listeners that remember something, so that each of them has handled the event at which it
   * saves.
   */
  interface Saver extends TrainingListener {}

  /**
   * Adds a listener: after the others, but before those that save the training.
   *
   * @param network the network
   * @param listener the listener
   */
  static void addBeforeSavers(Network network, TrainingListener listener) {
    List<TrainingListener> all = new ArrayList<>(network.listeners());
    int place = 0;
    while (place < all.size() && !(all.get(place) instanceof Saver)) {
      place++;
    }
    all.add(place, listener);
    network.setListeners(all);
  }
}
