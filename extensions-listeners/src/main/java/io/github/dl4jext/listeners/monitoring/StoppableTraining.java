package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.Epoch;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.network.StopsTraining;
import io.github.dl4jext.spi.Checks;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Trains a network epoch by epoch with DL4J's own {@code fit}, until the listener stops it. */
abstract class StoppableTraining extends BaseTrainingListener implements StopsTraining {

  /** Returns the name with which messages begin. */
  abstract String name();

  /**
   * Returns whether training should end or has ended: true once the patience or the time is over.
   */
  public abstract boolean stopped();

  /** Is called before the first epoch. */
  abstract void beginFit();

  /** Is called after the last epoch. */
  abstract void endFit(Model model);

  /**
   * Trains until the figure stops improving. If a listener or the data throw an exception, it is
   * passed on. The network is then as after its last step, with the listeners that it had, and the
   * best weights are not restored; the next call begins to count again.
   *
   * @param network the network, with one input and one output; its listeners are called as usual
   * @param data training data that can be reset
   * @param maxEpochs the largest number of epochs to train, at least 1
   * @return the number of epochs trained
   * @throws io.github.dl4jext.spi.InvalidArgumentException if maxEpochs is below 1, or above 1 with
   *     data that cannot be reset
   */
  public int fit(Model network, DataSetIterator data, int maxEpochs) {
    return fit(network, data.resetSupported(), each -> each.fit(data), maxEpochs);
  }

  /**
   * Trains as {@link #fit(Model, DataSetIterator, int)} does.
   *
   * @param network the network; its listeners are called as usual
   * @param data training data that can be reset
   * @param maxEpochs the largest number of epochs to train, at least 1
   * @return the number of epochs trained
   * @throws io.github.dl4jext.spi.InvalidArgumentException if maxEpochs is below 1, or above 1 with
   *     data that cannot be reset
   */
  public int fit(Model network, MultiDataSetIterator data, int maxEpochs) {
    return fit(network, data.resetSupported(), each -> each.fit(data), maxEpochs);
  }

  private int fit(
      Model model, boolean resettable, Consumer<? super NeuralNetwork> epoch, int maxEpochs) {
    Checks.of(name())
        .that(maxEpochs >= 1, "maxEpochs", "a whole number in [1, inf)", maxEpochs)
        .that(
            resettable || maxEpochs <= 1,
            "maxEpochs",
            "1 for training data that cannot be reset",
            maxEpochs)
        .done();
    Network network = Network.of(model);
    boolean attached = network.listeners().contains(this);
    if (!attached) {
      StatefulListener.addBeforeSavers(network, this);
    }
    beginFit();
    int epochs = 0;
    try {
      while (epochs < maxEpochs && !stopped()) {
        // both of DL4J's network types are NeuralNetworks
        Epoch.steps(network, () -> epoch.accept((NeuralNetwork) model));
        epochs++;
      }
    } finally {
      if (!attached) {
        List<TrainingListener> others = new ArrayList<>(network.listeners());
        others.remove(this);
        network.setListeners(others);
      }
    }
    endFit(model);
    return epochs;
  }
}
