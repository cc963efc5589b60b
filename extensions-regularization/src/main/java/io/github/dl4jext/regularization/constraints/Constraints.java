package io.github.dl4jext.regularization.constraints;

import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Learner;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkConfiguration;
import io.github.dl4jext.network.Node;
import io.github.dl4jext.regularization.pruning.PruningMask;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * Puts constraints on the layers of a network:
 *
 * <pre>{@code
 * MultiLayerNetwork net = new MultiLayerNetwork(Constraints.onWeights(conf, new MaxNorm(2)));
 * }</pre>
 *
 * <p>The network is a {@code MultiLayerConfiguration} or a {@code ComputationGraphConfiguration}
 * that is built, or a live {@code MultiLayerNetwork} or {@code ComputationGraph}: new, trained,
 * restored or imported. In a live network the constraints are first applied at the end of its next
 * step.
 *
 * <p>The constraints given replace all earlier ones on these parameters, DL4J's own too. {@link
 * #remove} removes constraints without new ones. Several are applied one after the other, in the
 * order given. Every layer gets a clone. Pruning masks stay, and are applied after the constraints.
 *
 * <p>Layers are reached through all their wrappers ({@code Bidirectional}, {@code LastTimeStep},
 * ...). DL4J applies the constraints of a frozen layer only after it is unfrozen. Gains of layer
 * norm, slopes of PReLU and the parameters of batch normalization do not count as weights here.
 * DL4J never constrains vertices with weights of their own ({@code AttentionVertex}).
 *
 * <p>Every method changes the network that it is given and returns it. If layers are chosen, the
 * others stay as they are. The methods throw {@code IllegalArgumentException} if the network is of
 * another type or not initialised, if a layer that was named does not exist or has no such
 * parameters, or if no constraint is given.
 */
public final class Constraints {

  private static final Target WEIGHTS = new Target("weights", Learner::kernels);
  private static final Target BIASES =
      new Target("biases", learner -> learner.biases().parameters());
  private static final Target BOTH =
      new Target(
          "weights or biases",
          learner ->
              Stream.of(WEIGHTS, BIASES)
                  .flatMap(t -> t.parameters.apply(learner).stream())
                  .toList());

  private record Target(String what, Function<Learner, List<String>> parameters) {

    Set<String> in(TrainingConfig config) {
      return new LinkedHashSet<>(parameters.apply(Learner.of(config)));
    }
  }

  private Constraints() {}

  /**
   * Constrains the weights of all layers.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}; it is changed
   * @param constraints at least one; each layer gets a clone
   * @param <M> the network's type
   * @return the network given
   * @throws IllegalArgumentException if the network is of another type or not initialised, or no
   *     constraint is given
   */
  public static <M extends Model> M onWeights(M network, LayerConstraint... constraints) {
    return onWeights(network, LayerSelector.all(), constraints);
  }

  /**
   * Constrains the weights of some layers.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}; it is changed
   * @param layers the layers; each that is named must have weights
   * @param constraints at least one; each layer gets a clone
   * @param <M> the network's type
   * @return the network given
   * @throws IllegalArgumentException if the network is of another type or not initialised, a named
   *     layer does not exist or has no weights, or no constraint is given
   */
  public static <M extends Model> M onWeights(
      M network, LayerSelector layers, LayerConstraint... constraints) {
    return put(network, Network.of(network).nodes(), layers, WEIGHTS, given(constraints));
  }

  /**
   * Constrains the weights of all layers.
   *
   * @param network a configuration that is built; it is changed
   * @param constraints at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if no constraint is given
   */
  public static MultiLayerConfiguration onWeights(
      MultiLayerConfiguration network, LayerConstraint... constraints) {
    return onWeights(network, LayerSelector.all(), constraints);
  }

  /**
   * Constrains the weights of some layers.
   *
   * @param network a configuration that is built; it is changed
   * @param layers the layers; each that is named must have weights
   * @param constraints at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if a named layer does not exist or has no weights, or no
   *     constraint is given
   */
  public static MultiLayerConfiguration onWeights(
      MultiLayerConfiguration network, LayerSelector layers, LayerConstraint... constraints) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, WEIGHTS, given(constraints));
  }

  /**
   * Constrains the weights of all layers.
   *
   * @param network a configuration that is built; it is changed
   * @param constraints at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if no constraint is given
   */
  public static ComputationGraphConfiguration onWeights(
      ComputationGraphConfiguration network, LayerConstraint... constraints) {
    return onWeights(network, LayerSelector.all(), constraints);
  }

  /**
   * Constrains the weights of some layers.
   *
   * @param network a configuration that is built; it is changed
   * @param layers the layers; each that is named must have weights
   * @param constraints at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if a named layer does not exist or has no weights, or no
   *     constraint is given
   */
  public static ComputationGraphConfiguration onWeights(
      ComputationGraphConfiguration network, LayerSelector layers, LayerConstraint... constraints) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, WEIGHTS, given(constraints));
  }

  /**
   * Constrains the biases of all layers, each vector as a whole.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}; it is changed
   * @param constraints at least one; each layer gets a clone
   * @param <M> the network's type
   * @return the network given
   * @throws IllegalArgumentException if the network is of another type or not initialised, or no
   *     constraint is given
   */
  public static <M extends Model> M onBiases(M network, LayerConstraint... constraints) {
    return onBiases(network, LayerSelector.all(), constraints);
  }

  /**
   * Constrains the biases of some layers, each vector as a whole.
   *
   * @param network a live {@code MultiLayerNetwork} or {@code ComputationGraph}; it is changed
   * @param layers the layers; each that is named must have biases
   * @param constraints at least one; each layer gets a clone
   * @param <M> the network's type
   * @return the network given
   * @throws IllegalArgumentException if the network is of another type or not initialised, a named
   *     layer does not exist or has no biases, or no constraint is given
   */
  public static <M extends Model> M onBiases(
      M network, LayerSelector layers, LayerConstraint... constraints) {
    return put(network, Network.of(network).nodes(), layers, BIASES, given(constraints));
  }

  /**
   * Constrains the biases of all layers.
   *
   * @param network a configuration that is built; it is changed
   * @param constraints at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if no constraint is given
   */
  public static MultiLayerConfiguration onBiases(
      MultiLayerConfiguration network, LayerConstraint... constraints) {
    return onBiases(network, LayerSelector.all(), constraints);
  }

  /**
   * Constrains the biases of some layers.
   *
   * @param network a configuration that is built; it is changed
   * @param layers the layers; each that is named must have biases
   * @param constraints at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if a named layer does not exist or has no biases, or no
   *     constraint is given
   */
  public static MultiLayerConfiguration onBiases(
      MultiLayerConfiguration network, LayerSelector layers, LayerConstraint... constraints) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, BIASES, given(constraints));
  }

  /**
   * Constrains the biases of all layers.
   *
   * @param network a configuration that is built; it is changed
   * @param constraints at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if no constraint is given
   */
  public static ComputationGraphConfiguration onBiases(
      ComputationGraphConfiguration network, LayerConstraint... constraints) {
    return onBiases(network, LayerSelector.all(), constraints);
  }

  /**
   * Constrains the biases of some layers.
   *
   * @param network a configuration that is built; it is changed
   * @param layers the layers; each that is named must have biases
   * @param constraints at least one; each layer gets a clone
   * @return the network given
   * @throws IllegalArgumentException if a named layer does not exist or has no biases, or no
   *     constraint is given
   */
  public static ComputationGraphConfiguration onBiases(
      ComputationGraphConfiguration network, LayerSelector layers, LayerConstraint... constraints) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, BIASES, given(constraints));
  }

  /**
   * Removes all constraints from the weights and biases of all layers.
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
   * Removes all constraints from the weights and biases of some layers.
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
   * Removes all constraints from all layers.
   *
   * @param network a configuration that is built; it is changed
   * @return the network given
   */
  public static MultiLayerConfiguration remove(MultiLayerConfiguration network) {
    return removeAll(network, NetworkConfiguration.of(network).nodes(), LayerSelector.all());
  }

  /**
   * Removes all constraints from some layers.
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
   * Removes all constraints from all layers.
   *
   * @param network a configuration that is built; it is changed
   * @return the network given
   */
  public static ComputationGraphConfiguration remove(ComputationGraphConfiguration network) {
    return removeAll(network, NetworkConfiguration.of(network).nodes(), LayerSelector.all());
  }

  /**
   * Removes all constraints from some layers.
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
    return put(network, nodes, layers, BOTH, List.of());
  }

  /**
   * Refuses an empty list, which may be a mistake and would remove the existing ones without
   * notice.
   */
  private static List<LayerConstraint> given(LayerConstraint... constraints) {
    Objects.requireNonNull(constraints, "constraints: constraints must be given, was null");
    if (constraints.length == 0) {
      throw new IllegalArgumentException(
          "constraints: there must be at least one constraint; to remove the existing ones, call"
              + " Constraints.remove(network)");
    }
    return List.of(constraints);
  }

  private static <N> N put(
      N network,
      List<? extends Node> nodes,
      LayerSelector layers,
      Target target,
      List<LayerConstraint> given) {
    Objects.requireNonNull(layers, "constraints: layers must be given, was null");
    Predicate<TrainingConfig> treatable =
        config -> config instanceof Layer && !target.in(config).isEmpty();
    for (Node node : layers.in(nodes, treatable, target.what + " that DL4J could constrain")) {
      node.learners().stream()
          .filter(treatable)
          .forEach(config -> put(node, (Layer) config, target.in(config), given));
    }
    return network;
  }

  private static void put(Node node, Layer layer, Set<String> names, List<LayerConstraint> given) {
    List<LayerConstraint> list = new ArrayList<>();
    List<LayerConstraint> masks = new ArrayList<>(); // last, so that no constraint undoes them
    List<LayerConstraint> present = layer.getConstraints();
    if (present != null) {
      for (LayerConstraint constraint : present) {
        if (constraint instanceof PruningMask) {
          masks.add(constraint);
        } else {
          keepOnOthers(layer, constraint, names, list);
        }
      }
    }
    for (LayerConstraint constraint : given) {
      list.add(on(names, constraint));
    }
    list.addAll(masks);
    node.constrain(layer, list);
  }

  /** Keeps an earlier constraint on those of its parameters that get no new one. */
  private static void keepOnOthers(
      Layer layer, LayerConstraint constraint, Set<String> names, List<LayerConstraint> kept) {
    Set<String> others =
        new LinkedHashSet<>(
            constraint.getParams() == null
                ? Learner.of(layer).weights().parameters()
                : constraint.getParams());
    if (!others.removeAll(names)) {
      kept.add(constraint);
      return;
    }
    others.removeIf(name -> isScale(layer, name)); // DL4J counts these with the weights
    if (!others.isEmpty()) {
      kept.add(on(others, constraint));
    }
  }

  private static boolean isScale(TrainingConfig layer, String name) {
    return Learner.of(layer).weights().parameters().contains(name)
        && !Learner.of(layer).kernels().contains(name);
  }

  private static LayerConstraint on(Set<String> names, LayerConstraint constraint) {
    LayerConstraint own = constraint.clone();
    own.setParams(new LinkedHashSet<>(names));
    return own;
  }
}
