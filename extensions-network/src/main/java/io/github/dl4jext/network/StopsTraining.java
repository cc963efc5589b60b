package io.github.dl4jext.network;

/**
 * Marks a listener that may end the training which it watches. DL4J's own {@code fit} does not ask;
 * this library's ways of training do, after each epoch.
 */
public interface StopsTraining {

  /**
   * Tells whether training should end.
   *
   * @return true once no further epoch is to be trained
   */
  boolean stopped();

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
