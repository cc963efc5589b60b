package io.github.dl4jext.regularization.penalties;

import io.github.dl4jext.network.ByLength;
import io.github.dl4jext.network.LayerChoice;
import io.github.dl4jext.network.NetworkLayer;
import io.github.dl4jext.network.ParameterKind;
import io.github.dl4jext.network.SelectedLayers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Puts l1, l2 and weight decay on the layers of a network, where DL4J applies each once:
 *
 * <pre>{@code
 * MultiLayerNetwork net = new MultiLayerNetwork(Regularizations.onWeights(conf, new L2(1e-4)));
 * }</pre>
 *
 * <p>The network is a {@code MultiLayerConfiguration} or a {@code ComputationGraphConfiguration}
 * that is built, or a live {@code MultiLayerNetwork} or {@code ComputationGraph}: new, trained,
 * restored or imported. It is changed, and returned; a live network is regularized from its next
 * step on.
 *
 * <p>The terms given take the place of every l1, l2 and weight decay that was there before, DL4J's
 * own too (such as a global one, which DL4J doubles); with none given, there is none any more. What
 * an optimizer put there, such as the decay of AdamW, stays, and comes on top. Every layer gets a
 * clone.
 *
 * <p>Layers are reached through all their wrappers; frozen ones get the terms for the day when they
 * thaw. Gains of layer norm, slopes of PReLU and the parameters of batch normalization are spared.
 */
public final class Regularizations {

  private Regularizations() {}

  /**
   * Regularizes the weights of all layers.
   *
   * @param network a configuration or a live network, which is changed
   * @param terms what is to pull at the weights; none takes away what there is
   * @param <N> its type
   * @return the same network
   * @throws IllegalArgumentException if the network is of another type, or not initialised
   */
  public static <N> N onWeights(N network, Regularization... terms) {
    return onWeights(network, LayerChoice.all(), terms);
  }

  /**
   * Regularizes the weights of some layers.
   *
   * @param network a configuration or a live network, which is changed
   * @param layers which layers; the others stay as they are
   * @param terms what is to pull at the weights; none takes away what there is
   * @param <N> its type
   * @return the same network
   * @throws IllegalArgumentException if the network is of another type, or not initialised, or has
   *     no such layer, or one that was named has no weights
   */
  public static <N> N onWeights(N network, LayerChoice layers, Regularization... terms) {
    List<Regularization> given = List.of(terms);
    for (TrainingConfig config : chosen(network, layers, ParameterKind.WEIGHTS)) {
      List<Regularization> own = clones(given).map(term -> sparingGain(term, config)).toList();
      if (config instanceof BaseLayer layer) {
        layer.setRegularization(joined(own, layer.getRegularization()));
      } else if (config instanceof AbstractSameDiffLayer layer) {
        layer.setRegularization(joined(own, layer.getRegularization()));
      } else if (config instanceof SameDiffVertex vertex) {
        vertex.setRegularization(joined(own, vertex.getRegularization()));
      }
    }
    return network;
  }

  /**
   * Regularizes the biases of all layers.
   *
   * @param network a configuration or a live network, which is changed
   * @param terms what is to pull at the biases; none takes away what there is
   * @param <N> its type
   * @return the same network
   * @throws IllegalArgumentException if the network is of another type, or not initialised
   */
  public static <N> N onBiases(N network, Regularization... terms) {
    return onBiases(network, LayerChoice.all(), terms);
  }

  /**
   * Regularizes the biases of some layers.
   *
   * @param network a configuration or a live network, which is changed
   * @param layers which layers; the others stay as they are
   * @param terms what is to pull at the biases; none takes away what there is
   * @param <N> its type
   * @return the same network
   * @throws IllegalArgumentException if the network is of another type, or not initialised, or has
   *     no such layer, or one that was named has no biases
   */
  public static <N> N onBiases(N network, LayerChoice layers, Regularization... terms) {
    List<Regularization> given = List.of(terms);
    for (TrainingConfig config : chosen(network, layers, ParameterKind.BIASES)) {
      List<Regularization> own = clones(given).toList();
      if (config instanceof BaseLayer layer) {
        layer.setRegularizationBias(joined(own, layer.getRegularizationBias()));
      } else if (config instanceof AbstractSameDiffLayer layer) {
        layer.setRegularizationBias(joined(own, layer.getRegularizationBias()));
      } else if (config instanceof SameDiffVertex vertex) {
        vertex.setRegularizationBias(joined(own, vertex.getRegularizationBias()));
      }
    }
    return network;
  }

  private static List<TrainingConfig> chosen(
      Object network, LayerChoice layers, ParameterKind parameters) {
    List<NetworkLayer> chosen =
        SelectedLayers.chosen(
            network, layers, config -> !parameters.in(config).isEmpty(), parameters.toString());
    return chosen.stream().flatMap(layer -> layer.configurations().stream()).toList();
  }

  private static Stream<Regularization> clones(List<Regularization> terms) {
    return terms.stream().map(Regularization::clone);
  }

  /** The new terms, and behind them those of others, such as an optimizer, which come last. */
  private static List<Regularization> joined(
      List<Regularization> own, List<Regularization> present) {
    List<Regularization> joined = new ArrayList<>(own); // a list that DL4J's builders can change
    if (present != null) {
      present.stream().filter(term -> !givesWay(term)).forEach(joined::add);
    }
    return joined;
  }

  private static boolean givesWay(Regularization term) {
    return term instanceof ByLength some && givesWay(some.term())
        || term instanceof L1Regularization
        || term instanceof L2Regularization
        || term instanceof org.nd4j.linalg.learning.regularization.WeightDecay;
  }

  /** DL4J regularizes the gain of layer norm with the weights, and does not say which it is at. */
  private static Regularization sparingGain(Regularization term, TrainingConfig config) {
    if (!(config instanceof FeedForwardLayer layer)
        || ParameterKind.weightKeys(layer).size() == ParameterKind.WEIGHTS.in(layer).size()) {
      return term;
    }
    if (layer.getNIn() == 1) {
      throw new IllegalArgumentException(
          "layer "
              + layer.getLayerName()
              + ": with one input its weights cannot be told from the gain of its layer norm, which"
              + " must not be regularized; leave the layer out of the choice");
    }
    return ByLength.except(term, layer.getNOut());
  }
}
