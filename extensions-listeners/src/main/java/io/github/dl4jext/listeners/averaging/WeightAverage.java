package io.github.dl4jext.listeners.averaging;

import io.github.dl4jext.network.PerModelState;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Comparator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** A listener that averages the weights of a network while it is trained. */
public abstract class WeightAverage extends BaseTrainingListener implements Serializable {

  private static final long serialVersionUID = 1L;

  private transient PerModelState<RunningMean> means = new PerModelState<>(this::adopt);

  /** Read from a file, until a network of its size is trained. */
  private transient RunningMean restored;

  /** What the messages begin with. */
  abstract String name();

  /** Whether the mean is of use when batch normalization's statistics are averaged like weights. */
  abstract boolean averagesStatistics();

  /** Takes the weights as they are now into the mean. */
  final void take(Model model, Share share) {
    RunningMean mean = means.of(model);
    synchronized (mean) {
      mean.add(model.params(), share.of(mean.count()));
    }
  }

  /** The share that new weights get. */
  @FunctionalInterface
  interface Share {
    double of(long count);
  }

  private synchronized RunningMean adopt(Model model) {
    RunningMean mean = new RunningMean();
    if (restored != null && restored.length() == model.params().length()) {
      mean = restored;
      restored = null;
    }
    return mean;
  }

  /**
   * How often weights were taken into a network's average.
   *
   * @param model the network
   * @return the number, 0 if the network has not been trained with this listener
   */
  public final long count(Model model) {
    RunningMean mean = means.of(model);
    synchronized (mean) {
      return mean.count();
    }
  }

  /**
   * A new network with the averaged weights; the network itself is not touched.
   *
   * @param model the network that was trained with this listener
   * @return the averaged network, without listeners and without state of the updater
   * @throws IllegalStateException if there is no average of the network yet, or if it has batch
   *     normalization whose statistics want data
   */
  public final MultiLayerNetwork averaged(MultiLayerNetwork model) {
    requireUsableStatistics(BatchNormStatistics.in(model.getLayers()));
    return copy(model);
  }

  /**
   * A new network with the averaged weights, whose batch normalization has the statistics of the
   * data; the network itself is not touched.
   *
   * @param model the network that was trained with this listener
   * @param data batches of training data, gone through once if there is batch normalization
   * @return the averaged network, without listeners and without state of the updater
   * @throws IllegalStateException if there is no average of the network yet
   */
  public final MultiLayerNetwork averaged(MultiLayerNetwork model, DataSetIterator data) {
    MultiLayerNetwork copy = copy(model);
    BatchNormStatistics.in(copy.getLayers()).recompute(copy, data);
    return copy;
  }

  /**
   * A new network with the averaged weights; the network itself is not touched.
   *
   * @param model the network that was trained with this listener
   * @return the averaged network, without listeners and without state of the updater
   * @throws IllegalStateException if there is no average of the network yet, or if it has batch
   *     normalization whose statistics want data
   */
  public final ComputationGraph averaged(ComputationGraph model) {
    requireUsableStatistics(BatchNormStatistics.in(model.getLayers()));
    return copy(model);
  }

  /**
   * A new network with the averaged weights, whose batch normalization has the statistics of the
   * data; the network itself is not touched.
   *
   * @param model the network that was trained with this listener
   * @param data batches of training data, gone through once if there is batch normalization
   * @return the averaged network, without listeners and without state of the updater
   * @throws IllegalStateException if there is no average of the network yet
   */
  public final ComputationGraph averaged(ComputationGraph model, DataSetIterator data) {
    return averaged(model, new MultiDataSetIteratorAdapter(data));
  }

  /**
   * A new network with the averaged weights, whose batch normalization has the statistics of the
   * data; the network itself is not touched.
   *
   * @param model the network that was trained with this listener
   * @param data batches of training data, gone through once if there is batch normalization
   * @return the averaged network, without listeners and without state of the updater
   * @throws IllegalStateException if there is no average of the network yet
   */
  public final ComputationGraph averaged(ComputationGraph model, MultiDataSetIterator data) {
    ComputationGraph copy = copy(model);
    BatchNormStatistics.in(copy.getLayers()).recompute(copy, data);
    return copy;
  }

  private MultiLayerNetwork copy(MultiLayerNetwork model) {
    return NetworkCopy.of(model, mean(model));
  }

  private ComputationGraph copy(ComputationGraph model) {
    return NetworkCopy.of(model, mean(model));
  }

  private INDArray mean(Model model) {
    RunningMean mean = means.of(model);
    synchronized (mean) {
      if (mean.count() == 0) {
        throw new IllegalStateException(
            name()
                + ": there is no average of this network yet; add the listener to it and train it"
                + " first");
      }
      return mean.copy();
    }
  }

  private void requireUsableStatistics(BatchNormStatistics statistics) {
    if (!averagesStatistics() && statistics.present()) {
      throw new IllegalStateException(
          name()
              + ": the network has batch normalization, whose statistics do not fit averaged"
              + " weights; give training data: averaged(network, data)");
    }
  }

  /** Of several networks the one is kept whose average has the most steps in it. */
  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    RunningMean longest =
        means.all().stream().max(Comparator.comparingLong(RunningMean::count)).orElse(restored);
    if (longest == null) {
      out.writeObject(null);
      return;
    }
    synchronized (longest) {
      out.writeObject(longest);
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    means = new PerModelState<>(this::adopt);
    restored = (RunningMean) in.readObject();
  }
}
