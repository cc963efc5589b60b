package io.github.dl4jext.transfer.folding;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;

/**
 * Holds a network without the units that could be removed, and the proof that it computes the same.
 *
 * @param network the new network, with iteration and epoch counts kept and a fresh updater state
 * @param removed how many units or filters each layer lost, by the layer's name
 * @param kept the reason why units with a constant output were kept, by the name of their layer
 * @param parametersBefore how many parameters the original network has
 * @param largestDifference the largest difference of a logit between the two networks, in double
 * @param largestLogit the largest absolute logit of the original network
 * @param <M> the type of the network
 */
public record ShrunkenNetwork<M extends Model>(
    M network,
    Map<String, Integer> removed,
    Map<String, String> kept,
    long parametersBefore,
    double largestDifference,
    double largestLogit) {

  /** Returns the largest difference of a logit, as a share of the largest logit. */
  public double relativeDifference() {
    return largestDifference == 0 ? 0 : largestDifference / largestLogit;
  }

  /**
   * Describes the result: how many units each layer lost, which were kept and why, and the
   * difference.
   */
  public String summary() {
    String gone =
        removed.entrySet().stream()
            .map(entry -> entry.getKey() + " lost " + entry.getValue() + " units\n")
            .collect(Collectors.joining());
    String why =
        kept.entrySet().stream()
            .map(entry -> entry.getKey() + " kept: " + entry.getValue() + "\n")
            .collect(Collectors.joining());
    return (removed.isEmpty() ? "there is no unit to remove\n" : gone)
        + why
        + String.format(
            Locale.ROOT,
            "%d parameters of %d, largest difference %.3g of the largest logit%n",
            network.numParams(),
            parametersBefore,
            relativeDifference());
  }
}
