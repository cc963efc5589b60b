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
 * Puts l1, l2 and weight decay on the layers of a network, in such a way that DL4J applies each of
 * them once:
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

  private static final Target WEIGHTS =
      new Target("weights", Learner::weights, Learner::kernels, Regularizations::sparingGain);
  private static final Target BIASES =
      new Target(
          "biases",
          Learner::biases,
          learner -> learner.biases().parameters(),
          (term, learner) -> term);

  /** What is regularized, and how a term becomes that of a layer. */
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

  /** Regularizes the weights of all layers. */
  public static <M extends Model> M onWeights(M network, Regularization... terms) {
    return onWeights(network, LayerSelector.all(), terms);
  }

  /** Regularizes the weights of some layers. */
  public static <M extends Model> M onWeights(
      M network, LayerSelector layers, Regularization... terms) {
    return put(network, Network.of(network).nodes(), layers, List.of(WEIGHTS), given(terms));
  }

  /** Regularizes the weights of all layers. */
  public static MultiLayerConfiguration onWeights(
      MultiLayerConfiguration network, Regularization... terms) {
    return onWeights(network, LayerSelector.all(), terms);
  }

  /** Regularizes the weights of some layers. */
  public static MultiLayerConfiguration onWeights(
      MultiLayerConfiguration network, LayerSelector layers, Regularization... terms) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, List.of(WEIGHTS), given(terms));
  }

  /** Regularizes the weights of all layers. */
  public static ComputationGraphConfiguration onWeights(
      ComputationGraphConfiguration network, Regularization... terms) {
    return onWeights(network, LayerSelector.all(), terms);
  }

  /** Regularizes the weights of some layers. */
  public static ComputationGraphConfiguration onWeights(
      ComputationGraphConfiguration network, LayerSelector layers, Regularization... terms) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, List.of(WEIGHTS), given(terms));
  }

  /** Regularizes the biases of all layers. */
  public static <M extends Model> M onBiases(M network, Regularization... terms) {
    return onBiases(network, LayerSelector.all(), terms);
  }

  /** Regularizes the biases of some layers. */
  public static <M extends Model> M onBiases(
      M network, LayerSelector layers, Regularization... terms) {
    return put(network, Network.of(network).nodes(), layers, List.of(BIASES), given(terms));
  }

  /** Regularizes the biases of all layers. */
  public static MultiLayerConfiguration onBiases(
      MultiLayerConfiguration network, Regularization... terms) {
    return onBiases(network, LayerSelector.all(), terms);
  }

  /** Regularizes the biases of some layers. */
  public static MultiLayerConfiguration onBiases(
      MultiLayerConfiguration network, LayerSelector layers, Regularization... terms) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, List.of(BIASES), given(terms));
  }

  /** Regularizes the biases of all layers. */
  public static ComputationGraphConfiguration onBiases(
      ComputationGraphConfiguration network, Regularization... terms) {
    return onBiases(network, LayerSelector.all(), terms);
  }

  /** Regularizes the biases of some layers. */
  public static ComputationGraphConfiguration onBiases(
      ComputationGraphConfiguration network, LayerSelector layers, Regularization... terms) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, List.of(BIASES), given(terms));
  }

  /** Removes all penalties from the weights and biases of all layers. */
  public static <M extends Model> M remove(M network) {
    return remove(network, LayerSelector.all());
  }

  /** Removes all penalties from the weights and biases of some layers. */
  public static <M extends Model> M remove(M network, LayerSelector layers) {
    return removeAll(network, Network.of(network).nodes(), layers);
  }

  /** Removes all penalties from all layers. */
  public static MultiLayerConfiguration remove(MultiLayerConfiguration network) {
    return removeAll(network, NetworkConfiguration.of(network).nodes(), LayerSelector.all());
  }

  /** Removes all penalties from some layers. */
  public static MultiLayerConfiguration remove(
      MultiLayerConfiguration network, LayerSelector layers) {
    return removeAll(network, NetworkConfiguration.of(network).nodes(), layers);
  }

  /** Removes all penalties from all layers. */
  public static ComputationGraphConfiguration remove(ComputationGraphConfiguration network) {
    return removeAll(network, NetworkConfiguration.of(network).nodes(), LayerSelector.all());
  }

  /** Removes all penalties from some layers. */
  public static ComputationGraphConfiguration remove(
      ComputationGraphConfiguration network, LayerSelector layers) {
    return removeAll(network, NetworkConfiguration.of(network).nodes(), layers);
  }

  private static <N> N removeAll(N network, List<? extends Node> nodes, LayerSelector layers) {
    return put(network, nodes, layers, List.of(WEIGHTS, BIASES), List.of());
  }

  /** Refuses none, which might be a slip, and would silently remove what there is. */
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

  /** DL4J regularizes the gain of layer norm with the weights, and does not say which it is at. */
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
