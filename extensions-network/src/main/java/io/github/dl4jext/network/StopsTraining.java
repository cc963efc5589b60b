package io.github.dl4jext.network;

import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Marks a listener that may end the training which it watches. DL4J's own {@code fit} does not ask
 * it; this library's methods for training do, after each epoch.
 */
public interface StopsTraining {

  /**
   * Returns whether training should end.
   *
   * @return true once no further epoch is to be trained
   */
  boolean stopped();

  /**
   * Is called once after the last epoch, whether this listener ended the training or all epochs are
   * over.
   *
   * @param network the network that was trained
   */
  default void trainingEnded(Network network) {
    // there need not be anything to do
  }

  /**
   * Notifies the listeners of a network that its training has ended.
   *
   * @param network the network
   */
  static void tellOfEnd(Network network) {
    for (TrainingListener listener : network.listeners()) {
      if (listener instanceof StopsTraining stops) {
        stops.trainingEnded(network);
      }
    }
  }

  /**
   * Asks the listeners of a network.
   *
   * @param network the network
   * @return true if one of them wants the training to end
   */
  static boolean isWantedBy(Network network) {
    return network.listeners().stream()
        .anyMatch(listener -> listener instanceof StopsTraining stops && stops.stopped());
  }
}
