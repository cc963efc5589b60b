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
 *   <li>{@link #infer()}: it is frozen like any layer, and uses the statistics that it has. Keras
 *       and DL4J do so, and it is the default of {@link Freezing}. It suits data that resemble
 *       those of the first training.
 *   <li>{@link #adapt()}: it continues to learn its statistics, gamma and beta. This is fastai's
 *       {@code train_bn=True}.
 *   <li>{@link #recalibrate}: it is frozen, but with the statistics of the new data. It suits data
 *       of another kind, and batches that are too small to adapt to.
 * </ul>
 *
 * <p><b>Recalibration</b> reads the data once, with {@link BatchNormStatistics}: mean and variance
 * are those of all rows together. Only the batch norms that {@link Freezing#freeze(Model,
 * LayerSelector, BatchNormPolicy)} is told to freeze are recalibrated.
 */
public final class BatchNormPolicy {

  private static final LayerSelector NORMS = LayerSelector.ofType(BatchNormalization.class);

  private final boolean learns;

  /** Recomputes the statistics of selected layers of a network; null if they stay. */
  private final @Nullable BiConsumer<Network, LayerSelector> recompute;

  private BatchNormPolicy(boolean learns, @Nullable BiConsumer<Network, LayerSelector> recompute) {
    this.learns = learns;
    this.recompute = recompute;
  }

  /**
   * Freezes batch normalization as it is.
   *
   * @return the policy
   */
  public static BatchNormPolicy infer() {
    return new BatchNormPolicy(false, null);
  }

  /**
   * Lets batch normalization continue to learn.
   *
   * @return the policy
   */
  public static BatchNormPolicy adapt() {
    return new BatchNormPolicy(true, null);
  }

  /**
   * Freezes batch normalization with the statistics of other data.
   *
   * @param data the data, with their masks; read once, when layers are frozen
   * @return the policy
   */
  public static BatchNormPolicy recalibrate(DataSetIterator data) {
    Objects.requireNonNull(data, "the data must not be null");
    return new BatchNormPolicy(
        false, (network, layers) -> BatchNormStatistics.recompute(network, layers, data));
  }

  /**
   * Freezes batch normalization with the statistics of other data.
   *
   * @param data the data, with their masks; read once, when layers are frozen
   * @return the policy
   */
  public static BatchNormPolicy recalibrate(MultiDataSetIterator data) {
    Objects.requireNonNull(data, "the data must not be null");
    return new BatchNormPolicy(
        false, (network, layers) -> BatchNormStatistics.recompute(network, layers, data));
  }

  /** Freezes layers by this policy; listeners are told when the statistics are in place. */
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
