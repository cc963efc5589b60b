package io.github.dl4jext.transfer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

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
 * <p><b>The result</b> is that of {@code fit(data, epochs)} on the whole network, counters,
 * updater's state and the state of frozen layers included. Listeners see the head only.
 *
 * <p><b>The batches</b> are those of one pass through the data, in this order in every epoch. An
 * iterator that shuffles or alters its data at each reset would lose that here: let it do without,
 * or train without a cache. Masks of features are refused.
 *
 * <p><b>On disk</b> a file is named by a hash of the frozen layers' configuration and parameters
 * and of the data, so that another network or other data never finds it. A file that is damaged or
 * was cut off is written anew; a file that is being written has another name until it is whole. It
 * is read batch by batch, and takes no more memory than one. Files that are no longer wanted are
 * not deleted.
 *
 * <p>Only for a {@code MultiLayerNetwork}.
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
   * @param network the network, whose lowest layer must be frozen; it is not changed
   * @param data the training set
   * @param epochs how many, 1 or more
   * @return the network with its head trained
   * @throws IllegalArgumentException if the lowest layer is not frozen, if all are, or if the data
   *     has masks of features
   */
  public MultiLayerNetwork fit(MultiLayerNetwork network, DataSetIterator data, int epochs) {
    if (!(epochs >= 1)) {
      throw new IllegalArgumentException("epochs must be 1 or more, was " + epochs);
    }
    int trunk = trunk(network);
    HeadNetwork head = new HeadNetwork(network, trunk);
    try {
      if (folder == null) {
        List<DataSet> batches = new ArrayList<>();
        new Features(network, trunk, data).forEachRemaining(batches::add);
        for (int epoch = 0; epoch < epochs; epoch++) {
          fitEpoch(head.network(), batches.iterator());
        }
      } else {
        Path file = file(network, trunk, data);
        for (int epoch = 0; epoch < epochs; epoch++) {
          try (FeatureFile.Reader batches = new FeatureFile.Reader(file)) {
            fitEpoch(head.network(), batches);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("features cannot be kept in " + folder, e);
    }
    return head.joined();
  }

  private Path file(MultiLayerNetwork network, int trunk, DataSetIterator data) throws IOException {
    Path file = folder.resolve(key(network, trunk, data) + ".features");
    if (!FeatureFile.isWhole(file)) {
      FeatureFile.write(file, new Features(network, trunk, data));
    }
    return file;
  }

  /** How many layers from the bottom are frozen without a gap. */
  private static int trunk(MultiLayerNetwork network) {
    int trunk = 0;
    for (LayerStatus layer : Freezing.layers(network)) {
      if (!layer.frozen()) {
        break;
      }
      trunk++;
    }
    if (trunk == 0) {
      throw new IllegalArgumentException(
          "the lowest layer learns, so that there is nothing to keep; freeze layers from the"
              + " bottom up, such as Layers.allButLast(1)");
    }
    if (trunk == network.getnLayers()) {
      throw new IllegalArgumentException("all layers are frozen, so that there is none to train");
    }
    return trunk;
  }

  private static void fitEpoch(MultiLayerNetwork head, Iterator<DataSet> batches) {
    Collection<TrainingListener> listeners = List.copyOf(head.getListeners());
    listeners.forEach(listener -> listener.onEpochStart(head));
    batches.forEachRemaining(head::fit);
    listeners.forEach(listener -> listener.onEpochEnd(head));
    head.incrementEpochCount();
  }

  private static String key(MultiLayerNetwork network, int trunk, DataSetIterator data) {
    MessageDigest hash = sha256();
    var conf = network.getLayerWiseConfigurations();
    for (int i = 0; i < trunk; i++) {
      NeuralNetConfiguration layer = conf.getConf(i).clone();
      layer.setLayer(Topology.unwrap(layer.getLayer()));
      layer.setIterationCount(0);
      layer.setEpochCount(0);
      update(hash, layer.toJson());
      update(hash, String.valueOf(conf.getInputPreProcess(i)));
      update(hash, network.getLayer(i).params());
    }
    reset(data);
    while (data.hasNext()) {
      DataSet batch = data.next();
      update(hash, batch.getFeatures());
      update(hash, batch.getLabels());
      update(hash, batch.getLabelsMaskArray());
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static void update(MessageDigest hash, String text) {
    hash.update(text.getBytes(StandardCharsets.UTF_8));
    hash.update((byte) 0);
  }

  private static void update(MessageDigest hash, INDArray array) {
    if (array == null) {
      update(hash, "none");
      return;
    }
    update(hash, array.dataType() + Arrays.toString(array.shape()));
    INDArray plain = array.dup('c');
    hash.update(plain.data().asNio());
  }

  private static void reset(DataSetIterator data) {
    if (data.resetSupported()) {
      data.reset();
    }
  }

  /** The data as the head gets it. */
  private static final class Features implements Iterator<DataSet> {

    private final MultiLayerNetwork network;
    private final int trunk;
    private final DataSetIterator data;

    Features(MultiLayerNetwork network, int trunk, DataSetIterator data) {
      this.network = network;
      this.trunk = trunk;
      this.data = data;
      reset(data);
    }

    @Override
    public boolean hasNext() {
      return data.hasNext();
    }

    @Override
    public DataSet next() {
      DataSet batch = data.next();
      if (batch.getFeaturesMaskArray() != null) {
        throw new IllegalArgumentException(
            "a cache of features cannot carry masks of features; train without it");
      }
      INDArray features =
          network.feedForwardToLayer(trunk - 1, batch.getFeatures(), false).get(trunk).detach();
      return new DataSet(features, batch.getLabels(), null, batch.getLabelsMaskArray());
    }
  }
}
