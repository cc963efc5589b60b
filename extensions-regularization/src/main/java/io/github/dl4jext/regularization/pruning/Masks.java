package io.github.dl4jext.regularization.pruning;

import io.github.dl4jext.network.ComputesAs;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Learner;
import io.github.dl4jext.network.LiveNode;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.network.UnitAxes;
import io.github.dl4jext.spi.ParameterName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.factory.Nd4j;

/** Chooses the weights of a network to prune, and puts masks on them. */
final class Masks {

  /** The layers whose units can be pruned, because each weight belongs to one output. */
  private static final Set<Class<?>> UNITS =
      Set.of(
          DenseLayer.class,
          ConvolutionLayer.class,
          Convolution2D.class,
          Convolution1DLayer.class,
          Convolution1D.class,
          Convolution3D.class,
          Deconvolution2D.class,
          Deconvolution3D.class);

  /** The magnitude of a pruned weight: less than that of every other. */
  private static final double PRUNED = -1;

  private Masks() {}

  /** Weights that can be pruned. */
  private record Weights(ParameterSlot slot, Layer layer) {

    double[] values() {
      return PruningMask.numbers(slot.value());
    }

    /** The absolute values, or {@link #PRUNED} for weights that are pruned already. */
    double[] magnitudes() {
      double[] numbers = values();
      Optional<PruningMask> mask = present(slot);
      for (int i = 0; i < numbers.length; i++) {
        boolean pruned = mask.isPresent() && mask.get().prunes(i);
        numbers[i] = pruned ? PRUNED : Math.abs(numbers[i]);
      }
      return numbers;
    }

    PruningMask mask(IntPredicate pruned) {
      return maskOf(slot, pruned);
    }
  }

  private static PruningMask maskOf(ParameterSlot slot, IntPredicate pruned) {
    double[] factors =
        IntStream.range(0, (int) slot.value().length())
            .mapToDouble(i -> pruned.test(i) ? 0 : 1)
            .toArray();
    return PruningMask.of(
        slot.parameter(), Nd4j.createFromArray(factors).reshape('c', slot.value().shape()));
  }

  /** Chooses the masks that give a sparsity, by parameter. */
  static Map<ParameterName, PruningMask> of(
      Network network, LayerSelector layers, PruningMethod method, double sparsity) {
    List<Weights> all = weights(network, layers, method);
    Map<ParameterName, PruningMask> masks = new LinkedHashMap<>();
    if (method.prunesUnits()) {
      all.forEach(weights -> addUnits(network, weights, method, sparsity, masks));
    } else if (method.isGlobal()) {
      double[] together =
          all.stream().flatMapToDouble(weights -> Arrays.stream(weights.magnitudes())).toArray();
      boolean[] pruned = smallest(together, sparsity);
      int from = 0;
      for (Weights weights : all) {
        int first = from;
        masks.put(weights.slot().name(), weights.mask(i -> pruned[first + i]));
        from += (int) weights.slot().value().length();
      }
    } else {
      for (Weights weights : all) {
        boolean[] pruned = smallest(weights.magnitudes(), sparsity);
        masks.put(weights.slot().name(), weights.mask(i -> pruned[i]));
      }
    }
    return masks;
  }

  /** Chooses the smallest, and never fewer than are pruned already. */
  private static boolean[] smallest(double[] magnitudes, double sparsity) {
    long already = Arrays.stream(magnitudes).filter(value -> value == PRUNED).count();
    long wanted = (long) Math.rint(sparsity * magnitudes.length);
    return PruningMethod.smallest(magnitudes, (int) Math.max(already, wanted));
  }

  /**
   * Prunes the bias and the batch norm's gain and shift of a unit too, so that it outputs its
   * activation of 0.
   */
  private static void addUnits(
      Network network,
      Weights weights,
      PruningMethod method,
      double sparsity,
      Map<ParameterName, PruningMask> masks) {
    int[] unitOf =
        UnitAxes.unitOf(
            weights.layer(), weights.slot().parameter(), weights.slot().value().shape());
    int units = Arrays.stream(unitOf).max().orElse(0) + 1;
    double[] norms = method.norms(weights.values(), unitOf, units);
    boolean[] alive = new boolean[units];
    double[] magnitudes = weights.magnitudes();
    for (int i = 0; i < unitOf.length; i++) {
      alive[unitOf[i]] |= magnitudes[i] != PRUNED;
    }
    for (int unit = 0; unit < units; unit++) {
      norms[unit] = alive[unit] ? norms[unit] : PRUNED;
    }
    boolean[] pruned = smallest(norms, Math.min(sparsity, 1 - 1.0 / units));
    masks.put(weights.slot().name(), weights.mask(i -> pruned[unitOf[i]]));
    Stream.concat(biases(weights), shifts(network, weights.slot().node()))
        .filter(slot -> slot.value().length() == units)
        .forEach(slot -> masks.put(slot.name(), maskOf(slot, i -> pruned[i])));
  }

  private static Stream<ParameterSlot> biases(Weights weights) {
    List<String> names = Learner.of(weights.layer()).biases().parameters();
    return weights.slot().node().slots().stream().filter(slot -> names.contains(slot.parameter()));
  }

  /** Gains and shifts of the batch norms that read a layer. */
  private static Stream<ParameterSlot> shifts(Network network, LiveNode node) {
    return node.consumers().stream()
        .map(network::node)
        .filter(reader -> reader.preProcessor().isEmpty())
        .filter(reader -> reader.layer().filter(BatchNormalization.class::isInstance).isPresent())
        .flatMap(reader -> reader.slots().stream())
        .filter(
            slot ->
                slot.parameter().equals(BatchNormalizationParamInitializer.GAMMA)
                    || slot.parameter().equals(BatchNormalizationParamInitializer.BETA));
  }

  private static List<Weights> weights(
      Network network, LayerSelector layers, PruningMethod method) {
    List<Weights> all = new ArrayList<>();
    List<String> without = new ArrayList<>();
    for (LiveNode node : layers.in(network.nodes())) {
      List<Weights> found = weights(node, method);
      all.addAll(found);
      if (found.isEmpty()) {
        without.add(node.name());
      }
    }
    String what = method.prunesUnits() ? "units" : "weights";
    if (layers.isExplicit() && !without.isEmpty()) {
      throw new IllegalArgumentException(
          "pruning: the layers "
              + without
              + " have no "
              + what
              + " that can be pruned"
              + (method.prunesUnits()
                  ? ", as dense layers and convolutions have that are no output of the network"
                  : "")
              + "; leave them out of the choice");
    }
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "pruning: the network must have layers with " + what + " to prune among " + layers);
    }
    return all;
  }

  private static List<Weights> weights(LiveNode node, PruningMethod method) {
    List<Weights> found = new ArrayList<>();
    for (ParameterSlot slot : node.slots()) {
      layers(node)
          .filter(layer -> Learner.of(layer).kernels().contains(slot.parameter()))
          .filter(
              layer ->
                  !method.prunesUnits() || UNITS.contains(ComputesAs.of(layer)) && !node.isOutput())
          .findFirst()
          .ifPresent(layer -> found.add(new Weights(slot, layer)));
    }
    return found;
  }

  private static Stream<Layer> layers(LiveNode node) {
    return node.learners().stream().filter(Layer.class::isInstance).map(Layer.class::cast);
  }

  /** Puts masks on a network, in place of earlier ones on the same parameters. */
  static void put(Network network, Map<ParameterName, PruningMask> masks) {
    for (ParameterSlot slot : network.slots()) {
      PruningMask mask = masks.get(slot.name());
      if (mask != null) {
        layers(slot.node())
            .filter(layer -> Learner.of(layer).parameters().contains(slot.parameter()))
            .forEach(layer -> replace(slot.node(), layer, slot.parameter(), mask));
        mask.hold(slot.value());
      }
    }
  }

  /** Sets the weights to 0 that a network's masks prune. */
  static void hold(Network network) {
    for (ParameterSlot slot : network.slots()) {
      present(slot).ifPresent(mask -> mask.hold(slot.value()));
    }
  }

  /** Removes all masks of a layer. */
  static void remove(LiveNode node) {
    layers(node).forEach(layer -> node.constrain(layer, without(layer, name -> true)));
  }

  private static void replace(LiveNode node, Layer layer, String parameter, PruningMask mask) {
    List<LayerConstraint> constraints = without(layer, parameter::equals);
    constraints.add(mask.clone());
    node.constrain(layer, constraints);
  }

  private static List<LayerConstraint> without(Layer layer, Predicate<String> parameter) {
    return new ArrayList<>(
        constraints(layer)
            .filter(c -> !(c instanceof PruningMask mask && parameter.test(mask.parameter())))
            .toList());
  }

  private static Stream<LayerConstraint> constraints(Layer layer) {
    List<LayerConstraint> present = layer.getConstraints();
    return present == null ? Stream.empty() : present.stream();
  }

  /** Returns the mask of a parameter, if it has one. */
  static Optional<PruningMask> present(ParameterSlot slot) {
    return layers(slot.node())
        .flatMap(Masks::constraints)
        .filter(PruningMask.class::isInstance)
        .map(PruningMask.class::cast)
        .filter(mask -> mask.parameter().equals(slot.parameter()))
        .findFirst();
  }
}
