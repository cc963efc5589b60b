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
 * restored or imported. It is changed, and returned. In a live network the constraints hold from
 * the end of its next step on.
 *
 * <p>The constraints given take the place of all that were on these parameters before, DL4J's own
 * too; {@link #remove} takes away what there is. Several hold one after the other in the order
 * given. Every layer gets a clone. The masks of pruning are left on, and hold after them.
 *
 * <p>Layers are reached through all their wrappers ({@code Bidirectional}, {@code LastTimeStep},
 * ...). In frozen ones the constraints hold once they are unfrozen; as long as they are frozen DL4J
 * leaves them alone. Gains of layer norm, slopes of PReLU and the parameters of batch normalization
 * are no weights here. Vertices with weights of their own ({@code AttentionVertex}) are never
 * constrained by DL4J.
 *
 * <p>Every method changes the network that it is given and returns it. Where layers are chosen, the
 * others stay as they are. {@code IllegalArgumentException} says that the network is of another
 * type or not initialised, that there is no such layer, that one which was named has nothing of the
 * kind, or that no constraint was given.
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

  /** Constrains the weights of all layers. */
  public static <M extends Model> M onWeights(M network, LayerConstraint... constraints) {
    return onWeights(network, LayerSelector.all(), constraints);
  }

  /** Constrains the weights of some layers. */
  public static <M extends Model> M onWeights(
      M network, LayerSelector layers, LayerConstraint... constraints) {
    return put(network, Network.of(network).nodes(), layers, WEIGHTS, given(constraints));
  }

  /** Constrains the weights of all layers. */
  public static MultiLayerConfiguration onWeights(
      MultiLayerConfiguration network, LayerConstraint... constraints) {
    return onWeights(network, LayerSelector.all(), constraints);
  }

  /** Constrains the weights of some layers. */
  public static MultiLayerConfiguration onWeights(
      MultiLayerConfiguration network, LayerSelector layers, LayerConstraint... constraints) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, WEIGHTS, given(constraints));
  }

  /** Constrains the weights of all layers. */
  public static ComputationGraphConfiguration onWeights(
      ComputationGraphConfiguration network, LayerConstraint... constraints) {
    return onWeights(network, LayerSelector.all(), constraints);
  }

  /** Constrains the weights of some layers. */
  public static ComputationGraphConfiguration onWeights(
      ComputationGraphConfiguration network, LayerSelector layers, LayerConstraint... constraints) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, WEIGHTS, given(constraints));
  }

  /** Constrains the biases of all layers, each vector as a whole. */
  public static <M extends Model> M onBiases(M network, LayerConstraint... constraints) {
    return onBiases(network, LayerSelector.all(), constraints);
  }

  /** Constrains the biases of some layers, each vector as a whole. */
  public static <M extends Model> M onBiases(
      M network, LayerSelector layers, LayerConstraint... constraints) {
    return put(network, Network.of(network).nodes(), layers, BIASES, given(constraints));
  }

  /** Constrains the biases of all layers. */
  public static MultiLayerConfiguration onBiases(
      MultiLayerConfiguration network, LayerConstraint... constraints) {
    return onBiases(network, LayerSelector.all(), constraints);
  }

  /** Constrains the biases of some layers. */
  public static MultiLayerConfiguration onBiases(
      MultiLayerConfiguration network, LayerSelector layers, LayerConstraint... constraints) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, BIASES, given(constraints));
  }

  /** Constrains the biases of all layers. */
  public static ComputationGraphConfiguration onBiases(
      ComputationGraphConfiguration network, LayerConstraint... constraints) {
    return onBiases(network, LayerSelector.all(), constraints);
  }

  /** Constrains the biases of some layers. */
  public static ComputationGraphConfiguration onBiases(
      ComputationGraphConfiguration network, LayerSelector layers, LayerConstraint... constraints) {
    return put(
        network, NetworkConfiguration.of(network).nodes(), layers, BIASES, given(constraints));
  }

  /** Removes all constraints from the weights and biases of all layers. */
  public static <M extends Model> M remove(M network) {
    return remove(network, LayerSelector.all());
  }

  /** Removes all constraints from the weights and biases of some layers. */
  public static <M extends Model> M remove(M network, LayerSelector layers) {
    return removeAll(network, Network.of(network).nodes(), layers);
  }

  /** Removes all constraints from all layers. */
  public static MultiLayerConfiguration remove(MultiLayerConfiguration network) {
    return removeAll(network, NetworkConfiguration.of(network).nodes(), LayerSelector.all());
  }

  /** Removes all constraints from some layers. */
  public static MultiLayerConfiguration remove(
      MultiLayerConfiguration network, LayerSelector layers) {
    return removeAll(network, NetworkConfiguration.of(network).nodes(), layers);
  }

  /** Removes all constraints from all layers. */
  public static ComputationGraphConfiguration remove(ComputationGraphConfiguration network) {
    return removeAll(network, NetworkConfiguration.of(network).nodes(), LayerSelector.all());
  }

  /** Removes all constraints from some layers. */
  public static ComputationGraphConfiguration remove(
      ComputationGraphConfiguration network, LayerSelector layers) {
    return removeAll(network, NetworkConfiguration.of(network).nodes(), layers);
  }

  private static <N> N removeAll(N network, List<? extends Node> nodes, LayerSelector layers) {
    return put(network, nodes, layers, BOTH, List.of());
  }

  /** Refuses none, which might be a slip, and would silently remove what there is. */
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
    List<LayerConstraint> masks = new ArrayList<>(); // last, so that nothing undoes them
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

  /** Keeps a constraint that was there before on the other parameters on which it held. */
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
