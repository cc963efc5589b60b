package io.github.dl4jext.transfer.folding;

import io.github.dl4jext.network.Network;
import java.util.Locale;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Holds a network with fewer digits, and the loss in precision.
 *
 * @param network the new network
 * @param original the network that it was made from
 * @param bytes the bytes that its parameters take with the reduced precision, not compressed
 * @param largestDifference the largest difference of a logit between the two networks
 * @param largestLogit the largest absolute logit of the original network
 * @param <M> the type of the network
 */
public record ReducedNetwork<M extends Model>(
    M network, M original, long bytes, double largestDifference, double largestLogit) {

  /**
   * Returns the largest difference of a logit, as a share of the largest logit.
   *
   * @return the quotient; 0 if nothing differs
   */
  public double relativeDifference() {
    return largestDifference == 0 ? 0 : largestDifference / largestLogit;
  }

  /** Returns the bytes that the original's parameters take, not compressed. */
  public long originalBytes() {
    return original.numParams() * original.params().dataType().width();
  }

  /**
   * Returns the size and the difference in one line; see {@link #accuracyLost} for the accuracy.
   */
  public String summary() {
    return String.format(
        Locale.ROOT,
        "%d bytes of %d (%.1f %%), largest difference %.3g of the largest logit",
        bytes,
        originalBytes(),
        100.0 * bytes / originalBytes(),
        relativeDifference());
  }

  /**
   * Measures how much accuracy the reduction costs.
   *
   * @param labelled labelled examples of a classification task; reset and read twice
   * @return the accuracy of the original minus that of the reduced network, in [-1, 1]; negative if
   *     the reduced network happens to be better
   */
  public double accuracyLost(DataSetIterator labelled) {
    Objects.requireNonNull(labelled, "reduced precision: labelled must be given, was null");
    return accuracy(original, labelled) - accuracy(network, labelled);
  }

  private static double accuracy(Model network, DataSetIterator labelled) {
    labelled.reset();
    return Network.of(network).evaluate(labelled, new Evaluation()).accuracy();
  }
}
