package io.github.dl4jext.regularization.penalties;

import io.github.dl4jext.network.ByLength;
import io.github.dl4jext.network.LayerChoice;
import io.github.dl4jext.network.NetworkLayer;
import io.github.dl4jext.network.ParameterKind;
import io.github.dl4jext.network.SelectedLayers;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
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
 * own too (such as a global one, which DL4J doubles); {@link #remove} takes away what there is.
 * What an optimizer put there, such as the decay of AdamW, stays, and comes on top. Every layer
 * gets a clone.
 *
 * <p>Layers are reached through all their wrappers; in frozen ones the terms act once they are
 * unfrozen. Gains of layer norm, slopes of PReLU and the parameters of batch normalization are
 * spared.
 *
 * <p>Every method changes the network that it is given and returns it. Where layers are chosen, the
 * others stay as they are. {@code IllegalArgumentException} says that the network is of another
 * type or not initialised, that there is no such layer, that one which was named has nothing of the
 * kind, or that no term was given.
 */
public final class Regularizations {

  private Regularizations() {}

  /** Regularizes the weights of all layers. */
  public static <M extends Model> M onWeights(M network, Regularization... terms) {
    return onWeights(network, LayerChoice.all(), terms);
  }

  /** Regularizes the weights of some layers. */
  public static <M extends Model> M onWeights(
      M network, LayerChoice layers, Regularization... terms) {
    return put(network, layers, EnumSet.of(ParameterKind.WEIGHTS), given(terms));
  }

  /** Regularizes the weights of all layers. */
  public static MultiLayerConfiguration onWeights(
      MultiLayerConfiguration network, Regularization... terms) {
    return onWeights(network, LayerChoice.all(), terms);
  }

  /** Regularizes the weights of some layers. */
  public static MultiLayerConfiguration onWeights(
      MultiLayerConfiguration network, LayerChoice layers, Regularization... terms) {
    return put(network, layers, EnumSet.of(ParameterKind.WEIGHTS), given(terms));
  }

  /** Regularizes the weights of all layers. */
  public static ComputationGraphConfiguration onWeights(
      ComputationGraphConfiguration network, Regularization... terms) {
    return onWeights(network, LayerChoice.all(), terms);
  }

  /** Regularizes the weights of some layers. */
  public static ComputationGraphConfiguration onWeights(
      ComputationGraphConfiguration network, LayerChoice layers, Regularization... terms) {
    return put(network, layers, EnumSet.of(ParameterKind.WEIGHTS), given(terms));
  }

  /** Regularizes the biases of all layers. */
  public static <M extends Model> M onBiases(M network, Regularization... terms) {
    return onBiases(network, LayerChoice.all(), terms);
  }

  /** Regularizes the biases of some layers. */
  public static <M extends Model> M onBiases(
      M network, LayerChoice layers, Regularization... terms) {
    return put(network, layers, EnumSet.of(ParameterKind.BIASES), given(terms));
  }

  /** Regularizes the biases of all layers. */
  public static MultiLayerConfiguration onBiases(
      MultiLayerConfiguration network, Regularization... terms) {
    return onBiases(network, LayerChoice.all(), terms);
  }

  /** Regularizes the biases of some layers. */
  public static MultiLayerConfiguration onBiases(
      MultiLayerConfiguration network, LayerChoice layers, Regularization... terms) {
    return put(network, layers, EnumSet.of(ParameterKind.BIASES), given(terms));
  }

  /** Regularizes the biases of all layers. */
  public static ComputationGraphConfiguration onBiases(
      ComputationGraphConfiguration network, Regularization... terms) {
    return onBiases(network, LayerChoice.all(), terms);
  }

  /** Regularizes the biases of some layers. */
  public static ComputationGraphConfiguration onBiases(
      ComputationGraphConfiguration network, LayerChoice layers, Regularization... terms) {
    return put(network, layers, EnumSet.of(ParameterKind.BIASES), given(terms));
  }

  /** Removes all penalties from the weights and biases of all layers. */
  public static <M extends Model> M remove(M network) {
    return remove(network, LayerChoice.all());
  }

  /** Removes all penalties from the weights and biases of some layers. */
  public static <M extends Model> M remove(M network, LayerChoice layers) {
    return removeAll(network, layers);
  }

  /** Removes all penalties from all layers. */
  public static MultiLayerConfiguration remove(MultiLayerConfiguration network) {
    return removeAll(network, LayerChoice.all());
  }

  /** Removes all penalties from some layers. */
  public static MultiLayerConfiguration remove(
      MultiLayerConfiguration network, LayerChoice layers) {
    return removeAll(network, layers);
  }

  /** Removes all penalties from all layers. */
  public static ComputationGraphConfiguration remove(ComputationGraphConfiguration network) {
    return removeAll(network, LayerChoice.all());
  }

  /** Removes all penalties from some layers. */
  public static ComputationGraphConfiguration remove(
      ComputationGraphConfiguration network, LayerChoice layers) {
    return removeAll(network, layers);
  }

  private static <N> N removeAll(N network, LayerChoice layers) {
    return put(network, layers, EnumSet.allOf(ParameterKind.class), List.of());
  }

  /** Refuses none, which might be a slip, and would silently remove what there is. */
  private static List<Regularization> given(Regularization... terms) {
    if (terms.length == 0) {
      throw new IllegalArgumentException(
          "regularizations: there must be at least one term; to take away what there is, call"
              + " Regularizations.remove(network)");
    }
    return List.of(terms);
  }

  private static <N> N put(
      N network, LayerChoice choice, Set<ParameterKind> kinds, List<Regularization> given) {
    List<NetworkLayer> chosen =
        SelectedLayers.chosen(
            network,
            choice,
            config -> kinds.stream().anyMatch(kind -> !kind.in(config).isEmpty()),
            kinds.stream().map(ParameterKind::toString).collect(Collectors.joining(" or ")));
    for (NetworkLayer layer : chosen) {
      for (TrainingConfig config : layer.configurations()) {
        if (kinds.contains(ParameterKind.WEIGHTS)) {
          putOnWeights(config, given);
        }
        if (kinds.contains(ParameterKind.BIASES)) {
          putOnBiases(config, given);
        }
      }
    }
    return network;
  }

  private static void putOnWeights(TrainingConfig config, List<Regularization> given) {
    List<Regularization> own = clones(given).map(term -> sparingGain(term, config)).toList();
    if (config instanceof BaseLayer layer) {
      layer.setRegularization(joined(own, layer.getRegularization()));
    } else if (config instanceof AbstractSameDiffLayer layer) {
      layer.setRegularization(joined(own, layer.getRegularization()));
    } else if (config instanceof SameDiffVertex vertex) {
      vertex.setRegularization(joined(own, vertex.getRegularization()));
    }
  }

  private static void putOnBiases(TrainingConfig config, List<Regularization> given) {
    List<Regularization> own = clones(given).toList();
    if (config instanceof BaseLayer layer) {
      layer.setRegularizationBias(joined(own, layer.getRegularizationBias()));
    } else if (config instanceof AbstractSameDiffLayer layer) {
      layer.setRegularizationBias(joined(own, layer.getRegularizationBias()));
    } else if (config instanceof SameDiffVertex vertex) {
      vertex.setRegularizationBias(joined(own, vertex.getRegularizationBias()));
    }
  }

  private static Stream<Regularization> clones(List<Regularization> terms) {
    return terms.stream().map(Regularization::clone);
  }

  /** Joins the new terms and those of others, such as an optimizer, which come last. */
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
