package io.github.dl4jext.regularization.penalties;

import io.github.dl4jext.network.ByLength;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Learner;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Puts L1, L2 and weight decay on the layers of a network, so that DL4J applies each of them once:
 *
 * <pre>{@code
 * MultiLayerNetwork net = new MultiLayerNetwork(Regularizations.onWeights(conf, new L2(1e-4)));
 * }</pre>
 *
 * <p>The network is a {@code MultiLayerConfiguration} or a {@code ComputationGraphConfiguration}
 * that is built, or a live {@code MultiLayerNetwork} or {@code ComputationGraph}: new, trained,
 * restored or imported. A live network is regularized from its next step on.
 *
 * <p>The terms given replace every earlier L1, L2 and weight decay, DL4J's own too (such as a
 * global one, which DL4J applies twice). {@link #remove} removes them without new ones. A term of
 * an optimizer, such as the decay of AdamW, stays and acts in addition. Every layer gets a clone.
 *
 * <p>Layers are reached through all their wrappers. In frozen layers the terms act once the layers
 * are unfrozen. Gains of layer norm, slopes of PReLU and the parameters of batch normalization are
 * not regularized.
 *
 * <p>Every method changes the network that it is given and returns it. If layers are chosen, the
 * others stay as they are. The methods throw {@code IllegalArgumentException} if the network is of
 * another type or not initialised, if a layer that was named does not exist or has no such
 * parameters, or if no term is given.
 */
public final class Regularizations {

  private static final Target WEIGHTS =
      new Target("weights", Learner::weights, Learner::kernels, Regularizations::sparingGain);
  private static final Target BIASES =
      new Target(
          "biases",
          Learner::biases,
          learner -> learner.biases().parameters(),
          (term, learner) -> term);

  /** The parameters that are regularized, and how a term is fitted to a layer. */
  private record Target(
      String what,
      Function<Learner, Learner.Group> group,
      Function<Learner, List<String>> parameters,
      BiFunction<Regularization, Learner, Regularization> fitted) {

    boolean isIn(Learner learner) {
      return !parameters.apply(learner).isEmpty();
    }

    /** Puts the new terms before those of others, such as an optimizer. */
    void put(Learner learner, List<Regularization> given) {
      Learner.Group regularized = group.apply(learner);
      List<Regularization> joined = new ArrayList<>();
      given.forEach(term -> joined.add(fitted.apply(term.clone(), learner)));
      regularized.regularizations().stream().filter(term -> !givesWay(term)).forEach(joined::add);
      regularized.setRegularizations(joined);
    }
  }

  private Regularizations() {}

  /**
   * Regularizes the weights of all layers.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}; it is changed
   * @param terms at least one; each layer gets a clone
   * @param <M> the network's type
   * @return the network given
   * @throws IllegalArgumentException if the network is of another type or not initialised, or no
   *     term is given
   */
  public static <M extends Model> M onWeights(M network, Regularization... terms) {
    return onWeights(network, LayerSelector.all(), terms);
  }

  /**
   * Regularizes the weights of some layers.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}; it is changed
   * @param layers the layers; each that is named must have weights
   * @param terms at least one; each layer gets a clone
   * @param <M> the network's type
   * @return the network given
   * @throws IllegalArgumentException if the network is of another type or not initialised, a named
   *     layer does not exist or has no weights, or no term is given
   */
  public static <M extends Model> M onWeights(
      M network, LayerSelector layers, Regularization... terms) {
    return put(network, Network.of(network).nodes(), layers, List.of(WEIGHTS), given(terms));
  }

  /**
   * Regularizes the weights of all layers.
   *
   * @param network a configuration that is built; it is changed
   * @param terms at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if no term is given
   */
  public static MultiLayerConfiguration onWeights(
      MultiLayerConfiguration network, Regularization... terms) {
    return onWeights(network, LayerSelector.all(), terms);
  }

  /**
   * Regularizes the weights of some layers.
   *
   * @param network a configuration that is built; it is changed
   * @param layers the layers; each that is named must have weights
   * @param terms at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if a named layer does not exist or has no weights, or no term
   *     is given
   */
  public static MultiLayerConfiguration onWeights(
      MultiLayerConfiguration network, LayerSelector layers, Regularization... terms) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, List.of(WEIGHTS), given(terms));
  }

  /**
   * Regularizes the weights of all layers.
   *
   * @param network a configuration that is built; it is changed
   * @param terms at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if no term is given
   */
  public static ComputationGraphConfiguration onWeights(
      ComputationGraphConfiguration network, Regularization... terms) {
    return onWeights(network, LayerSelector.all(), terms);
  }

  /**
   * Regularizes the weights of some layers.
   *
   * @param network a configuration that is built; it is changed
   * @param layers the layers; each that is named must have weights
   * @param terms at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if a named layer does not exist or has no weights, or no term
   *     is given
   */
  public static ComputationGraphConfiguration onWeights(
      ComputationGraphConfiguration network, LayerSelector layers, Regularization... terms) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, List.of(WEIGHTS), given(terms));
  }

  /**
   * Regularizes the biases of all layers.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}; it is changed
   * @param terms at least one; each layer gets a clone
   * @param <M> the network's type
   * @return the network given
   * @throws IllegalArgumentException if the network is of another type or not initialised, or no
   *     term is given
   */
  public static <M extends Model> M onBiases(M network, Regularization... terms) {
    return onBiases(network, LayerSelector.all(), terms);
  }

  /**
   * Regularizes the biases of some layers.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}; it is changed
   * @param layers the layers; each that is named must have biases
   * @param terms at least one; each layer gets a clone
   * @param <M> the network's type
   * @return the network given
   * @throws IllegalArgumentException if the network is of another type or not initialised, a named
   *     layer does not exist or has no biases, or no term is given
   */
  public static <M extends Model> M onBiases(
      M network, LayerSelector layers, Regularization... terms) {
    return put(network, Network.of(network).nodes(), layers, List.of(BIASES), given(terms));
  }

  /**
   * Regularizes the biases of all layers.
   *
   * @param network a configuration that is built; it is changed
   * @param terms at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if no term is given
   */
  public static MultiLayerConfiguration onBiases(
      MultiLayerConfiguration network, Regularization... terms) {
    return onBiases(network, LayerSelector.all(), terms);
  }

  /**
   * Regularizes the biases of some layers.
   *
   * @param network a configuration that is built; it is changed
   * @param layers the layers; each that is named must have biases
   * @param terms at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if a named layer does not exist or has no biases, or no term
   *     is given
   */
  public static MultiLayerConfiguration onBiases(
      MultiLayerConfiguration network, LayerSelector layers, Regularization... terms) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, List.of(BIASES), given(terms));
  }

  /**
   * Regularizes the biases of all layers.
   *
   * @param network a configuration that is built; it is changed
   * @param terms at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if no term is given
   */
  public static ComputationGraphConfiguration onBiases(
      ComputationGraphConfiguration network, Regularization... terms) {
    return onBiases(network, LayerSelector.all(), terms);
  }

  /**
   * Regularizes the biases of some layers.
   *
   * @param network a configuration that is built; it is changed
   * @param layers the layers; each that is named must have biases
   * @param terms at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if a named layer does not exist or has no biases, or no term
   *     is given
   */
  public static ComputationGraphConfiguration onBiases(
      ComputationGraphConfiguration network, LayerSelector layers, Regularization... terms) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, List.of(BIASES), given(terms));
  }

  /**
   * Removes all penalties from the weights and biases of all layers.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}; it is changed
   * @param <M> the network's type
   * @return the network given
   * @throws IllegalArgumentException if the network is of another type or not initialised
   */
  public static <M extends Model> M remove(M network) {
    return remove(network, LayerSelector.all());
  }

  /**
   * Removes all penalties from the weights and biases of some layers.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}; it is changed
   * @param layers the layers; each that is named must have weights or biases
   * @param <M> the network's type
   * @return the network given
   * @throws IllegalArgumentException if the network is of another type or not initialised, or a
   *     named layer does not exist or has no weights or biases
   */
  public static <M extends Model> M remove(M network, LayerSelector layers) {
    return removeAll(network, Network.of(network).nodes(), layers);
  }

  /**
   * Removes all penalties from all layers.
   *
   * @param network a configuration that is built; it is changed
   * @return the network given
   */
  public static MultiLayerConfiguration remove(MultiLayerConfiguration network) {
    return removeAll(network, NetworkConfiguration.of(network).nodes(), LayerSelector.all());
  }

  /**
   * Removes all penalties from some layers.
   *
   * @param network a configuration that is built; it is changed
   * @param layers the layers; each that is named must have weights or biases
   * @return the network given
   * @throws IllegalArgumentException if a named layer does not exist or has no weights or biases
   */
  public static MultiLayerConfiguration remove(
      MultiLayerConfiguration network, LayerSelector layers) {
    return removeAll(network, NetworkConfiguration.of(network).nodes(), layers);
  }

  /**
   * Removes all penalties from all layers.
   *
   * @param network a configuration that is built; it is changed
   * @return the network given
   */
  public static ComputationGraphConfiguration remove(ComputationGraphConfiguration network) {
    return removeAll(network, NetworkConfiguration.of(network).nodes(), LayerSelector.all());
  }

  /**
   * Removes all penalties from some layers.
   *
   * @param network a configuration that is built; it is changed
   * @param layers the layers; each that is named must have weights or biases
   * @return the network given
   * @throws IllegalArgumentException if a named layer does not exist or has no weights or biases
   */
  public static ComputationGraphConfiguration remove(
      ComputationGraphConfiguration network, LayerSelector layers) {
    return removeAll(network, NetworkConfiguration.of(network).nodes(), layers);
  }

  private static <N> N removeAll(N network, List<? extends Node> nodes, LayerSelector layers) {
    return put(network, nodes, layers, List.of(WEIGHTS, BIASES), List.of());
  }

  /**
   * Refuses an empty list, which may be a mistake and would remove the existing ones without
   * notice.
   */
  private static List<Regularization> given(Regularization... terms) {
    Objects.requireNonNull(terms, "regularizations: terms must be given, was null");
    if (terms.length == 0) {
      throw new IllegalArgumentException(
          "regularizations: there must be at least one term; to remove the existing ones, call"
              + " Regularizations.remove(network)");
    }
    return List.of(terms);
  }

  private static <N> N put(
      N network,
      List<? extends Node> nodes,
      LayerSelector layers,
      List<Target> targets,
      List<Regularization> given) {
    Objects.requireNonNull(layers, "regularizations: layers must be given, was null");
    Predicate<TrainingConfig> treatable =
        config -> targets.stream().anyMatch(target -> target.isIn(Learner.of(config)));
    String what = targets.stream().map(Target::what).collect(Collectors.joining(" or "));
    for (Node node : layers.in(nodes, treatable, what)) {
      node.learners().stream()
          .filter(treatable)
          .map(Learner::of)
          .forEach(learner -> targets.forEach(target -> target.put(learner, given)));
    }
    return network;
  }

  private static boolean givesWay(Regularization term) {
    return term instanceof ByLength some && givesWay(some.term())
        || term instanceof L1Regularization
        || term instanceof L2Regularization
        || term instanceof org.nd4j.linalg.learning.regularization.WeightDecay;
  }

  /**
   * DL4J regularizes the gain of layer norm with the weights, and does not tell a term which of
   * them it gets.
   */
  private static Regularization sparingGain(Regularization term, Learner learner) {
    if (!(learner.configuration() instanceof FeedForwardLayer layer)
        || learner.kernels().size() == learner.weights().parameters().size()) {
      return term;
    }
    if (layer.getNIn() == 1) {
      throw new IllegalArgumentException(
          "layer "
              + layer.getLayerName()
              + ": with one input its weights cannot be distinguished from the gain of its layer norm, which"
              + " must not be regularized; leave the layer out of the choice");
    }
    return ByLength.except(term, layer.getNOut());
  }
}
