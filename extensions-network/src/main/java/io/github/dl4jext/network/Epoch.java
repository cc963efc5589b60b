package io.github.dl4jext.network;

import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Goes through the data once, as DL4J's {@code fit} does. */
final class Epoch {

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
    network.listeners().forEach(listener -> listener.onEpochStart(network.model()));
    steps.run();
    network.listeners().forEach(listener -> listener.onEpochEnd(network.model()));
    TrainingProgress now = network.progress();
    network.setProgress(new TrainingProgress(now.iterations(), now.epochs() + 1));
  }
}
