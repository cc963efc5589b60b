package io.github.dl4jext.regularization.constraints;

import io.github.dl4jext.network.LayerChoice;
import io.github.dl4jext.network.NetworkLayer;
import io.github.dl4jext.network.ParameterKind;
import io.github.dl4jext.network.SelectedLayers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;

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
 * too; with none given, there is none any more. Several hold one after the other in the order
 * given. Every layer gets a clone.
 *
 * <p>Layers are reached through all their wrappers ({@code Bidirectional}, {@code LastTimeStep},
 * ...). Frozen ones get the constraints for the day when they thaw; as long as they are frozen DL4J
 * leaves them alone. Gains of layer norm, slopes of PReLU and the parameters of batch normalization
 * are no weights here. Vertices with weights of their own ({@code AttentionVertex}) are never
 * constrained by DL4J.
 */
public final class Constraints {

  private Constraints() {}

  /**
   * Constrains the weights of all layers.
   *
   * @param network a configuration or a live network, which is changed
   * @param constraints what is to hold after each step; none takes away what there is
   * @param <N> its type
   * @return the same network
   * @throws IllegalArgumentException if the network is of another type, or not initialised
   */
  public static <N> N onWeights(N network, LayerConstraint... constraints) {
    return onWeights(network, LayerChoice.all(), constraints);
  }

  /**
   * Constrains the weights of some layers.
   *
   * @param network a configuration or a live network, which is changed
   * @param layers which layers; the others stay as they are
   * @param constraints what is to hold after each step; none takes away what there is
   * @param <N> its type
   * @return the same network
   * @throws IllegalArgumentException if the network is of another type, or not initialised, or has
   *     no such layer, or one that was named has no weights
   */
  public static <N> N onWeights(N network, LayerChoice layers, LayerConstraint... constraints) {
    return put(network, layers, ParameterKind.WEIGHTS, List.of(constraints));
  }

  /**
   * Constrains the biases of all layers, each vector as a whole.
   *
   * @param network a configuration or a live network, which is changed
   * @param constraints what is to hold after each step; none takes away what there is
   * @param <N> its type
   * @return the same network
   * @throws IllegalArgumentException if the network is of another type, or not initialised
   */
  public static <N> N onBiases(N network, LayerConstraint... constraints) {
    return onBiases(network, LayerChoice.all(), constraints);
  }

  /**
   * Constrains the biases of some layers, each vector as a whole.
   *
   * @param network a configuration or a live network, which is changed
   * @param layers which layers; the others stay as they are
   * @param constraints what is to hold after each step; none takes away what there is
   * @param <N> its type
   * @return the same network
   * @throws IllegalArgumentException if the network is of another type, or not initialised, or has
   *     no such layer, or one that was named has no biases
   */
  public static <N> N onBiases(N network, LayerChoice layers, LayerConstraint... constraints) {
    return put(network, layers, ParameterKind.BIASES, List.of(constraints));
  }

  private static <N> N put(
      N network, LayerChoice choice, ParameterKind parameters, List<LayerConstraint> given) {
    List<NetworkLayer> chosen =
        SelectedLayers.chosen(
            network,
            choice,
            config -> config instanceof Layer && !parameters.in(config).isEmpty(),
            parameters + " that DL4J could constrain");
    for (NetworkLayer layer : chosen) {
      for (TrainingConfig config : layer.configurations()) {
        put((Layer) config, new LinkedHashSet<>(parameters.in(config)), given);
      }
      layer.wrappers().forEach(Constraints::tell);
    }
    return network;
  }

  /** A frozen layer that is read from JSON sets its own constraints on the layer within. */
  private static void tell(Layer wrapper) {
    if (wrapper instanceof FrozenLayer frozen) {
      frozen.setConstraints(frozen.getLayer().getConstraints());
    } else if (wrapper instanceof FrozenLayerWithBackprop frozen) {
      frozen.setConstraints(frozen.getUnderlying().getConstraints());
    }
  }

  private static void put(Layer layer, Set<String> names, List<LayerConstraint> given) {
    List<LayerConstraint> list = new ArrayList<>();
    List<LayerConstraint> present = layer.getConstraints();
    if (present != null) {
      for (LayerConstraint constraint : present) {
        keepOnOthers(layer, constraint, names, list);
      }
    }
    for (LayerConstraint constraint : given) {
      list.add(on(names, constraint));
    }
    layer.setConstraints(list.isEmpty() ? null : list);
  }

  /** What a constraint that was there before still holds on. */
  private static void keepOnOthers(
      Layer layer, LayerConstraint constraint, Set<String> names, List<LayerConstraint> kept) {
    Set<String> others =
        new LinkedHashSet<>(
            constraint.getParams() == null
                ? ParameterKind.weightKeys(layer)
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

  private static boolean isScale(Layer layer, String name) {
    return ParameterKind.weightKeys(layer).contains(name)
        && !ParameterKind.WEIGHTS.in(layer).contains(name);
  }

  private static LayerConstraint on(Set<String> names, LayerConstraint constraint) {
    LayerConstraint own = constraint.clone();
    own.setParams(new LinkedHashSet<>(names));
    return own;
  }
}
