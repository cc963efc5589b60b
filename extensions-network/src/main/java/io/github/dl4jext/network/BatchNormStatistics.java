package io.github.dl4jext.network;

import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Computes the means and variances of a network's batch normalization again from given data.
 * Nothing else of it changes.
 *
 * <p>A copy of the network goes through the data once. In the copy each of the chosen layers
 * normalizes by the batch, as in training, while dropout and weight noise are off; frozen layers
 * that are not chosen use the statistics that they have. Masks of features and labels are passed
 * on; the statistics are over all rows, as DL4J's are in training, masked ones included.
 *
 * <p>Mean and variance are those of all rows together, the variance divided by their number. They
 * do not depend on how the rows are divided into batches, whereas PyTorch's {@code update_bn},
 * which averages over the batches, leaves out the variance between them. A layer above another
 * batch normalization gets rows that were normalized by batch; its statistics depend on the batches
 * to this extent.
 */
public final class BatchNormStatistics {

  private BatchNormStatistics() {}

  /**
   * Whether a network has batch normalization that is not frozen.
   *
   * @param network the network
   * @return true if {@link #recompute(Network, DataSetIterator)} has something to do
   */
  public static boolean areIn(Network network) {
    return !LayerSelector.where(BatchNormStatistics::isConcerned).in(network.nodes()).isEmpty();
  }

  /**
   * Computes the statistics of all layers that are not frozen. If the data throw an exception, the
   * network is left as it was.
   *
   * @param network the network, which is changed
   * @param data minibatches, with their masks; not read if there is no such layer
   * @throws IllegalArgumentException if there is no minibatch
   */
  public static void recompute(Network network, DataSetIterator data) {
    recompute(network, LayerSelector.where(BatchNormStatistics::isConcerned), data);
  }

  /**
   * Computes the statistics of all layers that are not frozen. If the data throw an exception, the
   * network is left as it was.
   *
   * @param network the network, which is changed
   * @param data minibatches, with their masks; not read if there is no such layer
   * @throws IllegalArgumentException if there is no minibatch
   */
  public static void recompute(Network network, MultiDataSetIterator data) {
    recompute(network, LayerSelector.where(BatchNormStatistics::isConcerned), data);
  }

  /**
   * Computes the statistics of the layers selected, frozen or not. If the data throw an exception,
   * the network is left as it was.
   *
   * @param network the network, which is changed
   * @param layers which layers; those without batch normalization are skipped
   * @param data minibatches, with their masks; not read if there is no such layer
   * @throws IllegalArgumentException if there is no minibatch
   */
  public static void recompute(Network network, LayerSelector layers, DataSetIterator data) {
    List<LiveNode> targets = targets(network, layers);
    if (targets.isEmpty()) {
      return;
    }
    Pass pass = new Pass(network, targets);
    if (data.resetSupported()) {
      data.reset();
    }
    while (data.hasNext()) {
      DataSet batch = data.next();
      pass.add(
          Objects.requireNonNull(array(batch.getFeatures()), "a minibatch has features"),
          array(batch.getFeaturesMaskArray()),
          array(batch.getLabelsMaskArray()));
    }
    pass.store();
  }

  /**
   * Computes the statistics of the layers selected, frozen or not. If the data throw an exception,
   * the network is left as it was.
   *
   * @param network the network, which is changed
   * @param layers which layers; those without batch normalization are skipped
   * @param data minibatches, with their masks; not read if there is no such layer
   * @throws IllegalArgumentException if there is no minibatch
   */
  public static void recompute(Network network, LayerSelector layers, MultiDataSetIterator data) {
    List<LiveNode> targets = targets(network, layers);
    if (targets.isEmpty()) {
      return;
    }
    Pass pass = new Pass(network, targets);
    if (data.resetSupported()) {
      data.reset();
    }
    while (data.hasNext()) {
      MultiDataSet batch = data.next();
      pass.add(batch.getFeatures(), batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
    }
    pass.store();
  }

  private static boolean isConcerned(Node node) {
    return !node.isFrozen() && node instanceof LiveNode live && isBatchNorm(live);
  }

  private static boolean isBatchNorm(LiveNode node) {
    return node.liveLayer().filter(BatchNormalization.class::isInstance).isPresent();
  }

  private static List<LiveNode> targets(Network network, LayerSelector layers) {
    return layers.in(network.nodes()).stream().filter(BatchNormStatistics::isBatchNorm).toList();
  }

  private static INDArray @Nullable [] array(@Nullable INDArray one) {
    return one == null ? null : new INDArray[] {one};
  }

  /** One pass through data. */
  private static final class Pass {

    private final Network trial;
    private final List<PooledStatistics> all;

    Pass(Network network, List<LiveNode> targets) {
      String[] names = targets.stream().map(Node::name).toArray(String[]::new);
      Model copy =
          NetworkCopy.from(network.model())
              .withoutUpdaterState()
              .unfreezing(LayerSelector.named(names))
              .changing(TrainingNoise::removeFrom)
              .build();
      trial = Network.of(copy);
      all =
          targets.stream()
              .map(target -> new PooledStatistics(trial.node(target.name()), target))
              .toList();
    }

    void add(
        INDArray[] features,
        @Nullable INDArray @Nullable [] featureMasks,
        @Nullable INDArray @Nullable [] labelMasks) {
      trial.activations(true, features, featureMasks, labelMasks);
      all.forEach(PooledStatistics::add);
    }

    void store() {
      all.forEach(PooledStatistics::store);
    }
  }
}
