package io.github.dl4jext.transfer.freezing;

import io.github.dl4jext.network.BatchNormStatistics;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Chooses what happens to batch normalization among frozen layers.
 *
 * <ul>
 *   <li>{@link #infer()}: it is frozen like any layer, and uses the statistics that it has. This is
 *       the way of Keras and DL4J, and the default of {@link Freezing}. It is right for data like
 *       the first.
 *   <li>{@link #adapt()}: it goes on learning, statistics, gamma and beta. This is fastai's {@code
 *       train_bn=True}.
 *   <li>{@link #recalibrate}: it is frozen, but with the statistics of the new data. This is for
 *       data of another kind, or batches that are too small to adapt by.
 * </ul>
 *
 * <p><b>Recalibration</b> goes through the data once, as {@link BatchNormStatistics} does: mean and
 * variance are those of all rows together. Only what the selection freezes is recalibrated.
 */
public final class BatchNormPolicy {

  private static final LayerSelector NORMS = LayerSelector.ofType(BatchNormalization.class);

  private final boolean learns;

  /** Computes the statistics of layers of a network anew; null if they stay. */
  private final @Nullable BiConsumer<Network, LayerSelector> recompute;

  private BatchNormPolicy(boolean learns, @Nullable BiConsumer<Network, LayerSelector> recompute) {
    this.learns = learns;
    this.recompute = recompute;
  }

  /**
   * Freezes it as it is.
   *
   * @return the policy
   */
  public static BatchNormPolicy infer() {
    return new BatchNormPolicy(false, null);
  }

  /**
   * Leaves it learning.
   *
   * @return the policy
   */
  public static BatchNormPolicy adapt() {
    return new BatchNormPolicy(true, null);
  }

  /**
   * Freezes it with statistics of other data.
   *
   * @param data the data, with their masks, which are gone through once
   * @return the policy
   */
  public static BatchNormPolicy recalibrate(DataSetIterator data) {
    Objects.requireNonNull(data, "the data must not be null");
    return new BatchNormPolicy(
        false, (network, layers) -> BatchNormStatistics.recompute(network, layers, data));
  }

  /**
   * Freezes it with statistics of other data.
   *
   * @param data the data, with their masks, which are gone through once
   * @return the policy
   */
  public static BatchNormPolicy recalibrate(MultiDataSetIterator data) {
    Objects.requireNonNull(data, "the data must not be null");
    return new BatchNormPolicy(
        false, (network, layers) -> BatchNormStatistics.recompute(network, layers, data));
  }

  /** Freezes layers by the policy; listeners are told when the statistics are in place. */
  <M extends Model> M freeze(M model, LayerSelector layers) {
    NetworkCopy<M> copy = Freezing.copyFreezing(model, learns ? layers.except(NORMS) : layers);
    if (recompute != null) {
      M trial = NetworkCopy.from(model).withoutUpdaterState().build();
      recompute.accept(Network.of(trial), layers);
      copy.weights(trial.params());
    }
    return copy.build();
  }
}
