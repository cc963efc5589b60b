package io.github.dl4jext.network;

/**
 * Marks a listener whose memory follows a training from one network to another.
 *
 * <p>DL4J's networks cannot be frozen, or get a new head, in place: code that does so makes a new
 * network, gives it the listeners of the old one, and calls {@link Network#sameTrainingAs} on it. A
 * listener that remembers something of the network must implement this; otherwise its memory is
 * lost.
 *
 * <p><b>The contract</b> of {@link #follow}:
 *
 * <ul>
 *   <li>What is known of single parameters is carried by node and parameter name and by shape, see
 *       {@link ParameterMapping} and {@link UpdaterState}; never by position. New parameters begin
 *       as they are in the new network.
 *   <li>What is known of the training as a whole, such as a best score or a count, is carried as it
 *       is.
 *   <li>It is copied: the old network may be trained further, and neither disturbs the other.
 *   <li>The new network is not changed: it keeps the rates, the state and the counters with which
 *       it was made.
 *   <li>What cannot be carried is dropped, and that is logged once, with the reason.
 *   <li>It is called after the new network has its listeners, and before its first step; the same
 *       listener may be called again for the next network, and by several threads.
 *   <li>A network for which this was not called begins without memory, as the workers of {@code
 *       ParallelWrapper} do.
 * </ul>
 */
public interface TrainingFollower {

  /**
   * Carries over what this listener remembers.
   *
   * @param before the network that was trained until now
   * @param now the network that continues its training
   */
  void follow(Network before, Network now);
}
