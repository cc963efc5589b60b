package io.github.dl4jext.transfer.features;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Trains the head of a network whose lower layers are frozen, without computing these again in
 * every epoch: what they put out for each batch is kept, and the head trains on that.
 *
 * <pre>{@code
 * MultiLayerNetwork frozen = Freezing.freeze(net, Layers.upTo(6));
 * MultiLayerNetwork trained = FeatureCache.inMemory().fit(frozen, data, 10);
 * MultiLayerNetwork again = FeatureCache.in(Path.of("features")).fit(frozen, data, 10);
 * }</pre>
 *
 * <p><b>The result</b> is that of {@code fit(data, epochs)} on the whole network: parameters,
 * counters, and the updater's state, that of frozen layers included. Listeners see the head only.
 * The original is not touched.
 *
 * <p><b>What is kept</b> is what crosses from the trunk to the head. The trunk is all that is
 * frozen, or has neither parameters nor dropout, and is computed from nothing else; in a graph it
 * may end at several vertices, and a network input that feeds the head is kept too. Outputs are in
 * the head even if they are frozen, as they add to the score. So is what works on time steps as if
 * they were examples, such as a dense layer between recurrent ones, if what learns is directly
 * above it.
 *
 * <p><b>Masks</b> of features are carried through the trunk, and kept as they are at its end.
 *
 * <p><b>The batches</b> are those of one pass through the data, in this order in every epoch. An
 * iterator that shuffles or alters its data at each reset would lose that here: let it do without,
 * or train without a cache.
 *
 * <p><b>On disk</b> a file is named by a hash of the trunk's configuration and parameters and of
 * the data, masks and labels, so that another network or other data never finds it. A file that is
 * damaged or was cut off is written anew; a file that is being written has another name until it is
 * whole. It is mapped to memory and read batch by batch. Files that are no longer wanted are not
 * deleted.
 *
 * <p><b>Truncated backpropagation through time</b> needs a trunk that works step by step: LSTM,
 * simple recurrent and dense layers, batch normalization, activations. Others are refused.
 */
public final class FeatureCache {

  /** Null for memory. */
  private final Path folder;

  private FeatureCache(Path folder) {
    this.folder = folder;
  }

  /**
   * Keeps features in memory, for one {@code fit}.
   *
   * @return the cache
   */
  public static FeatureCache inMemory() {
    return new FeatureCache(null);
  }

  /**
   * Keeps features in files, for as long as these are there.
   *
   * @param folder where; it is made if need be
   * @return the cache
   */
  public static FeatureCache in(Path folder) {
    return new FeatureCache(Objects.requireNonNull(folder, "the folder must not be null"));
  }

  /**
   * Trains the layers above the frozen ones.
   *
   * @param network the network, whose lowest layers must be frozen; it is not changed
   * @param data the training set
   * @param epochs how many, 1 or more
   * @return the network with its head trained
   * @throws IllegalArgumentException if nothing is frozen at the bottom, or everything is; if a
   *     batch does not fit the network; if the network is one that cannot be split
   * @throws UncheckedIOException if files cannot be written or read
   */
  public MultiLayerNetwork fit(MultiLayerNetwork network, DataSetIterator data, int epochs) {
    check(network, data, epochs);
    return fit(new SplitLayers(network), new MultiDataSetIteratorAdapter(data), 1, 1, epochs);
  }

  /**
   * Trains what is above the frozen part of a graph with one input and one output.
   *
   * @param network the network, in which something must be frozen from its inputs on; it is not
   *     changed
   * @param data the training set
   * @param epochs how many, 1 or more
   * @return the network with its head trained
   * @throws IllegalArgumentException if nothing is frozen at the bottom, or everything is; if a
   *     batch does not fit the network; if the network is one that cannot be split
   * @throws UncheckedIOException if files cannot be written or read
   */
  public ComputationGraph fit(ComputationGraph network, DataSetIterator data, int epochs) {
    check(network, data, epochs);
    return fit(network, new MultiDataSetIteratorAdapter(data), epochs);
  }

  /**
   * Trains what is above the frozen part of a graph.
   *
   * @param network the network, in which something must be frozen from its inputs on; it is not
   *     changed
   * @param data the training set
   * @param epochs how many, 1 or more
   * @return the network with its head trained
   * @throws IllegalArgumentException if nothing is frozen at the bottom, or everything is; if a
   *     batch does not fit the network; if the network is one that cannot be split
   * @throws UncheckedIOException if files cannot be written or read
   */
  public ComputationGraph fit(ComputationGraph network, MultiDataSetIterator data, int epochs) {
    check(network, data, epochs);
    return fit(
        new SplitGraph(network),
        data,
        network.getNumInputArrays(),
        network.getNumOutputArrays(),
        epochs);
  }

  private static void check(Model network, Object data, int epochs) {
    Objects.requireNonNull(network, "the network must not be null");
    Objects.requireNonNull(data, "the data must not be null");
    if (!(epochs >= 1)) {
      throw new IllegalArgumentException("epochs must be 1 or more, was " + epochs);
    }
  }

  private <M extends Model> M fit(
      SplitNetwork<M> network, MultiDataSetIterator data, int inputs, int outputs, int epochs) {
    if (folder == null) {
      List<MultiDataSet> batches = new ArrayList<>();
      new Batches(data, inputs, outputs)
          .forEachRemaining(batch -> batches.add(network.atBorder(batch)));
      for (int epoch = 0; epoch < epochs; epoch++) {
        network.fitEpoch(batches);
      }
    } else {
      if (!data.resetSupported()) {
        throw new IllegalArgumentException(
            "to find a file the data must be gone through before it is used, and this iterator"
                + " cannot be reset; use FeatureCache.inMemory()");
      }
      try (FeatureFile.Reader batches = open(network, data, inputs, outputs)) {
        for (int epoch = 0; epoch < epochs; epoch++) {
          network.fitEpoch(batches);
        }
      }
    }
    return network.joined();
  }

  /** The file for a network and data, which is written first if need be. */
  private FeatureFile.Reader open(
      SplitNetwork<?> network, MultiDataSetIterator data, int inputs, int outputs) {
    FeatureKey key = new FeatureKey();
    network.addTo(key);
    new Batches(data, inputs, outputs).forEachRemaining(key::add);
    Path file = folder.resolve(key.text() + ".features");
    try {
      if (!FeatureFile.isWhole(file)) {
        Batches batches = new Batches(data, inputs, outputs);
        FeatureFile.write(file, batches.mapped(network::atBorder));
      }
      return new FeatureFile.Reader(file);
    } catch (IOException e) {
      throw CacheFolderException.explained(folder, e);
    }
  }
}
