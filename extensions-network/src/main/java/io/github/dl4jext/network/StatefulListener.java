package io.github.dl4jext.network;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Marks a listener whose memory belongs to the training: a checkpoint saves it with the network,
 * and a resumed training continues bit by bit. So does a listener that changes training, even if it
 * remembers nothing: its state then says how it does so, and resuming with another one is refused.
 *
 * <p><b>The contract.</b> State is of one network and complete: a new listener, made with the same
 * arguments, to which it is loaded, behaves as this one would. Data, functions and files are the
 * program's, and are no state. The state may be asked for within any event of a listener, after
 * this one has had the event.
 */
public interface StatefulListener extends TrainingListener {

  /**
   * Tells what is remembered of a network. Arrays may be the listener's own.
   *
   * @param network the network that is trained
   * @return the state
   */
  ListenerState state(Network network);

  /**
   * Takes over what another listener remembered, in place of what this one does.
   *
   * @param network the network that carries on the training
   * @param state the other one's state, which this one may keep
   * @throws IllegalArgumentException if it is of a listener that works by another rule; the message
   *     says what differs. This one is then as it was
   */
  void loadState(Network network, ListenerState state);

  /**
   * Marks a listener that saves the training with the memory of the other listeners. It comes after
   * all of them that remember something, so that each has had the event at which it saves.
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
