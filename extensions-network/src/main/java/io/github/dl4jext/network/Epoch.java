package io.github.dl4jext.network;

import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Goes through the data once, as DL4J's {@code fit} does. */
public final class Epoch {

  private Epoch() {}

  static void train(Network network, DataSetIterator data) {
    if (data.resetSupported()) {
      data.reset();
    }
    around(
        network,
        () -> {
          while (data.hasNext()) {
            network.fit(data.next());
          }
        });
  }

  static void train(Network network, MultiDataSetIterator data) {
    if (data.resetSupported()) {
      data.reset();
    }
    around(
        network,
        () -> {
          while (data.hasNext()) {
            network.fit(data.next());
          }
        });
  }

  private static void around(Network network, Runnable steps) {
    begin(network);
    steps(network, steps);
    end(network);
  }

  /**
   * Trains steps. If a listener or the data throw an exception, masks, inputs and recurrent state
   * of the incomplete step are cleared, so that the network can be trained further.
   *
   * @param network the network
   * @param steps does the training
   */
  public static void steps(Network network, Runnable steps) {
    try {
      steps.run();
    } catch (RuntimeException | Error e) {
      network.leaveStep();
      throw e;
    }
  }

  /**
   * Notifies the network's listeners that an epoch begins.
   *
   * @param network the network
   */
  public static void begin(Network network) {
    network.listeners().forEach(listener -> listener.onEpochStart(network.model()));
  }

  /**
   * Notifies the network's listeners that an epoch ends, then counts it, in DL4J's order.
   *
   * @param network the network; if another one has taken its place during the epoch, that one
   */
  public static void end(Network network) {
    network.listeners().forEach(listener -> listener.onEpochEnd(network.model()));
    TrainingProgress now = network.progress();
    network.setProgress(new TrainingProgress(now.iterations(), now.epochs() + 1));
  }
}
