package io.github.dl4jext.transfer.features;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.StopsTraining;
import io.github.dl4jext.network.UnfinishedTraining;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
 * Trains the head of a network whose lower layers are frozen, without computing the frozen layers
 * again in every epoch: their outputs for each batch are computed once and kept, and the head is
 * trained on them.
 *
 * <pre>{@code
 * MultiLayerNetwork frozen = Freezing.freeze(net, LayerSelector.upTo(6));
 * MultiLayerNetwork trained = FeatureCache.inMemory().fit(frozen, data, 10);
 * MultiLayerNetwork again = FeatureCache.in(Path.of("features")).fit(frozen, data, 10);
 * }</pre>
 *
 * <p><b>The result</b> is the one that {@code fit(data, epochs)} gives on the whole network: the
 * same parameters, counters, score and updater's state, including the state of frozen layers. The
 * original network is not touched.
 *
 * <p><b>Listeners</b> are told that the training continues. At every call they see the whole
 * network, which is the one that is returned, with its current parameters, updater state,
 * gradients, score and counters, so that it can be saved, or validated on raw inputs. Changes that
 * a listener makes to it, such as to rates or gradients, take effect. Of the backbone's outputs,
 * listeners see only those that the head reads: the others are empty arrays in a list, and missing
 * in a map. {@code input()} is what the head reads, too. A listener that implements {@link
 * StopsTraining} can end the training after an epoch. If an exception ends it, {@link
 * UnfinishedTraining#networkOf} gives the network.
 *
 * <p><b>What is kept</b> is what the head reads from the backbone. A layer or vertex belongs to the
 * backbone if it is frozen, or has neither parameters nor dropout, and if all its inputs come from
 * the backbone or are inputs of the network. In a graph, the backbone may end at several vertices,
 * and a network input that feeds the head directly is kept too. Output layers belong to the head
 * even if they are frozen, because they contribute to the score. A layer that treats time steps as
 * examples, such as a dense layer between recurrent ones, belongs to the head if the layer directly
 * above it learns.
 *
 * <p><b>Masks</b> of features are carried through the backbone, and kept as they are at its end.
 *
 * <p><b>The batches</b> are those of one pass through the data, and every epoch has them in the
 * same order. An iterator that shuffles or augments its data at each reset does so only once here:
 * switch that off, or train without a cache. A cache on disk refuses such an iterator, because it
 * would never find its file again.
 *
 * <p><b>On disk</b>, a file is named by a hash of the backbone's configuration and parameters and
 * of the data, masks and labels, so that another network or other data never finds it. A damaged or
 * truncated file is written again. A file that is being written has another name until it is
 * complete. The file is mapped to memory and read batch by batch. Files that are no longer needed
 * are not deleted.
 *
 * <p><b>Truncated backpropagation through time</b> needs a backbone that works step by step: LSTM,
 * simple recurrent and dense layers, batch normalization, and activations. Other layers are
 * refused.
 */
public final class FeatureCache {

  /** Null for memory. */
  private final @Nullable Path folder;

  private FeatureCache(@Nullable Path folder) {
    this.folder = folder;
  }

  /**
   * Keeps features in memory, for the duration of one {@code fit}.
   *
   * @return the cache
   */
  public static FeatureCache inMemory() {
    return new FeatureCache(null);
  }

  /**
   * Keeps features in files, which later calls of {@code fit} use again.
   *
   * @param folder the folder for the files; it is made if it does not exist
   * @return the cache
   */
  public static FeatureCache in(Path folder) {
    return new FeatureCache(Objects.requireNonNull(folder, "the folder must not be null"));
  }

  /**
   * Trains the layers above the frozen ones. If a listener or the data throws, the exception
   * carries the network as it was trained up to then; see {@link
   * io.github.dl4jext.network.UnfinishedTraining}.
   *
   * @param network a {@code MultiLayerNetwork}, or a {@code ComputationGraph} with one input and
   *     one output, whose lowest layers are frozen; it is not changed
   * @param data the training set
   * @param epochs how many passes, 1 or more; fewer are made if a listener stops the training
   * @param <M> the type of the network
   * @return the network with its head trained
   * @throws IllegalArgumentException if {@code epochs} is below 1; if the lowest layer is not
   *     frozen, or no layer learns; if the network cannot be split, or a batch does not fit it; for
   *     a cache on disk, if the data cannot be reset or has other batches after it
   * @throws UncheckedIOException if a file of the cache cannot be written or read
   */
  public <M extends Model> M fit(M network, DataSetIterator data, int epochs) {
    Objects.requireNonNull(data, "the data must not be null");
    return fit(network, new MultiDataSetIteratorAdapter(data), epochs);
  }

  /**
   * Trains the layers above the frozen ones. If a listener or the data throws, the exception
   * carries the network as it was trained up to then; see {@link
   * io.github.dl4jext.network.UnfinishedTraining}.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, whose lowest layers
   *     are frozen; it is not changed
   * @param data the training set
   * @param epochs how many passes, 1 or more; fewer are made if a listener stops the training
   * @param <M> the type of the network
   * @return the network with its head trained
   * @throws IllegalArgumentException if {@code epochs} is below 1; if the lowest layer is not
   *     frozen, or no layer learns; if the network cannot be split, or a batch does not fit it; for
   *     a cache on disk, if the data cannot be reset or has other batches after it
   * @throws UncheckedIOException if a file of the cache cannot be written or read
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

  /** Opens the file for a network and its data, and writes it first if it is missing or damaged. */
  private static FeatureFile.Reader open(
      Path folder, SplitNetwork<?> split, MultiDataSetIterator data) {
    FeatureKey key = split.key();
    batches(split, data).forEachRemaining(key::add);
    String name = key.text();
    Path file = folder.resolve(name + FeatureFile.SUFFIX);
    try {
      if (!FeatureFile.isWhole(file) && !write(file, split, data).equals(name)) {
        Files.delete(file);
        throw new IllegalArgumentException(
            "the second pass through the data gave other batches than the first, so that no"
                + " later call would find their file; switch off shuffling and augmentation, or"
                + " use FeatureCache.inMemory()");
      }
      return new FeatureFile.Reader(file);
    } catch (IOException e) {
      throw CacheFolder.explained(folder, e);
    }
  }

  /** Writes the features of all batches; returns the text of the key of what was written. */
  private static String write(Path file, SplitNetwork<?> split, MultiDataSetIterator data)
      throws IOException {
    FeatureKey key = split.key();
    FeatureFile.write(
        file,
        batches(split, data)
            .mapped(
                batch -> {
                  key.add(batch);
                  return split.atBorder(batch);
                }));
    return key.text();
  }
}
