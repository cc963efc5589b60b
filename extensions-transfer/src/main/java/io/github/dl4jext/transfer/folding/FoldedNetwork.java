package io.github.dl4jext.transfer.folding;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;

/**
 * Holds a network without the batch norms that could be folded, and the proof that it computes the
 * same.
 *
 * <p>The outputs are compared before the last activation, since softmax and sigmoid hide
 * differences where they are flat.
 *
 * @param network the new network, with iteration and epoch counts kept and a fresh updater state
 * @param folded for each batch norm that was folded, by its name, the layers into which it was
 *     folded
 * @param kept for each batch norm that was kept, by its name, the reason
 * @param largestDifference the largest difference of a logit between the two networks; 0 if nothing
 *     was compared
 * @param largestLogit the largest absolute logit of the original network; 0 if nothing was compared
 * @param <M> the type of the network
 */
public record FoldedNetwork<M extends Model>(
    M network,
    Map<String, List<String>> folded,
    Map<String, String> kept,
    double largestDifference,
    double largestLogit) {

  /** What the summary of a network without batch normalization says. */
  static final String NOTHING = "there is no batch normalization to fold";

  /**
   * Returns the largest difference of a logit, as a share of the largest logit.
   *
   * @return the quotient; 0 if nothing differs
   */
  public double relativeDifference() {
    return largestDifference == 0 ? 0 : largestDifference / largestLogit;
  }

  /**
   * Describes the result: where each batch norm was folded, which were kept and why, and the
   * difference.
   *
   * @return a text of several lines
   */
  public String summary() {
    String into =
        folded.entrySet().stream()
            .map(entry -> entry.getKey() + " folded into " + String.join(", ", entry.getValue()))
            .collect(Collectors.joining("\n"));
    String why =
        kept.entrySet().stream()
            .map(entry -> entry.getKey() + " kept: " + entry.getValue())
            .collect(Collectors.joining("\n"));
    String all = (into + "\n" + why).strip();
    return all.isEmpty() && largestLogit == 0
        ? NOTHING + "\n"
        : (all.isEmpty() ? NOTHING : all)
            + String.format(
                Locale.ROOT,
                "%nlargest difference %.3g, %.3g of the largest logit%n",
                largestDifference,
                relativeDifference());
  }
}
