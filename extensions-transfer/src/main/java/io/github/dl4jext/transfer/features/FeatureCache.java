package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.StopsTraining;
import io.github.dl4jext.network.UnfinishedTraining;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Trains the head of a network whose lower layers are frozen, without computing these again in
 * every epoch: their outputs for each batch are kept, and the head trains on those.
 *
 * <pre>{@code
 * MultiLayerNetwork frozen = Freezing.freeze(net, LayerSelector.upTo(6));
 * MultiLayerNetwork trained = FeatureCache.inMemory().fit(frozen, data, 10);
 * MultiLayerNetwork again = FeatureCache.in(Path.of("features")).fit(frozen, data, 10);
 * }</pre>
 *
 * <p><b>The result</b> is that of {@code fit(data, epochs)} on the whole network: parameters,
 * counters, score, and the updater's state, that of frozen layers included. The original is not
 * touched.
 *
 * <p><b>Listeners</b> are told that the training goes on, and see the whole network, which is the
 * one that is returned: with its parameters, updater state, gradients, score and counters at every
 * call, so that it can be saved, and validated on raw inputs. What they change of it, such as rates
 * or gradients, takes effect. Of the trunk's activations they see only what crosses to the head: in
 * a list the others are empty arrays, in a map they are missing; and {@code input()} is what
 * crosses too. A listener that {@link StopsTraining} ends the training after an epoch; if an
 * exception does, {@link UnfinishedTraining#networkOf} has the network.
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
  private final @Nullable Path folder;

  private FeatureCache(@Nullable Path folder) {
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
   * Trains what is above the frozen layers. If a listener or the data throw, the exception carries
   * the network reached so far, see {@link io.github.dl4jext.network.UnfinishedTraining}.
   *
   * @param network a {@code MultiLayerNetwork}, or a {@code ComputationGraph} with one input and
   *     one output, in which something must be frozen from its input on; it is not changed
   * @param data the training set
   * @param epochs how many, 1 or more
   * @param <M> its type
   * @return the network with its head trained
   * @throws IllegalArgumentException if nothing is frozen at the bottom, or everything is; if a
   *     batch does not fit the network; if the network is one that cannot be split
   * @throws UncheckedIOException if files cannot be written or read
   */
  public <M extends Model> M fit(M network, DataSetIterator data, int epochs) {
    Objects.requireNonNull(data, "the data must not be null");
    return fit(network, new MultiDataSetIteratorAdapter(data), epochs);
  }

  /**
   * Trains what is above the frozen layers. If a listener or the data throw, the exception carries
   * the network reached so far, see {@link io.github.dl4jext.network.UnfinishedTraining}.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, in which something
   *     must be frozen from its inputs on; it is not changed
   * @param data the training set
   * @param epochs how many, 1 or more
   * @param <M> its type
   * @return the network with its head trained
   * @throws IllegalArgumentException if nothing is frozen at the bottom, or everything is; if a
   *     batch does not fit the network; if the network is one that cannot be split
   * @throws UncheckedIOException if files cannot be written or read
   */
  public <M extends Model> M fit(M network, MultiDataSetIterator data, int epochs) {
    Objects.requireNonNull(data, "the data must not be null");
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be 1 or more, was " + epochs);
    }
    SplitNetwork<M> split = SplitNetwork.split(network);
    if (folder == null) {
      List<MultiDataSet> batches = new ArrayList<>();
      batches(split, data).mapped(split::atBorder).forEachRemaining(batches::add);
      return new HeadTraining<>(split).fit(batches, epochs);
    }
    if (!data.resetSupported()) {
      throw new IllegalArgumentException(
          "to find a file, all data must be read before it is used, and this iterator"
              + " cannot be reset; use FeatureCache.inMemory()");
    }
    try (FeatureFile.Reader batches = open(folder, split, data)) {
      return new HeadTraining<>(split).fit(batches, epochs);
    }
  }

  private static Batches batches(SplitNetwork<?> split, MultiDataSetIterator data) {
    NetworkConfiguration conf = Network.of(split.whole).configuration();
    return new Batches(data, conf.inputs().size(), conf.outputs().size());
  }

  /** Opens the file for a network and data, which is written first if need be. */
  private static FeatureFile.Reader open(
      Path folder, SplitNetwork<?> split, MultiDataSetIterator data) {
    FeatureKey key = new FeatureKey();
    split.addTo(key);
    batches(split, data).forEachRemaining(key::add);
    Path file = folder.resolve(key.text() + FeatureFile.SUFFIX);
    try {
      if (!FeatureFile.isWhole(file)) {
        FeatureFile.write(file, batches(split, data).mapped(split::atBorder));
      }
      return new FeatureFile.Reader(file);
    } catch (IOException e) {
      throw CacheFolder.explained(folder, e);
    }
  }
}
