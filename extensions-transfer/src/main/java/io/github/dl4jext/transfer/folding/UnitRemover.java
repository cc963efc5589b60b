package io.github.dl4jext.transfer.folding;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Removes units that make no difference, one layer after the other, until none is left. Two kinds
 * do not: those whose incoming weights are all 0, so that they always put out the same, and those
 * that nothing looks at, as their outgoing weights are all 0.
 */
final class UnitRemover<M extends Model> {

  private static final Set<Class<?>> RESIZED =
      Set.of(
          CnnToFeedForwardPreProcessor.class,
          RnnToFeedForwardPreProcessor.class,
          FeedForwardToRnnPreProcessor.class);

  private static final Set<String> STATISTICS =
      Set.of("gamma", "beta", "mean", "var", "log10stdev");

  private final MutableNetwork<M> parts;
  private final Map<String, long[]> shapes = new HashMap<>();
  private final Map<String, Integer> removed = new LinkedHashMap<>();
  private final Map<String, String> kept = new TreeMap<>();
  private final int examples;

  /** Takes the parts to be changed, and what each of them computes from some batch. */
  UnitRemover(MutableNetwork<M> parts, Map<String, INDArray> activations, int examples) {
    this.parts = parts;
    this.examples = examples;
    activations.forEach((name, array) -> shapes.put(name, array.shape()));
  }

  void run() {
    boolean again;
    do {
      again = false;
      kept.clear();
      for (MutableNode part : parts.all()) {
        again |= remove(part);
      }
    } while (again);
  }

  /** How many units each layer has lost, by its name. */
  Map<String, Integer> removed() {
    return removed;
  }

  /** Why units that always put out the same were kept, by the name of their layer. */
  Map<String, String> kept() {
    return kept;
  }

  private boolean remove(MutableNode part) {
    Optional<WeightLayout> layout = WeightLayout.of(part).filter(WeightLayout::canLoseChannels);
    if (layout.isEmpty() || parts.outputs().contains(part.name())) {
      return false;
    }
    Optional<double[]> constants = constants(part, layout.get());
    if (constants.isEmpty()) {
      return false;
    }
    int units = constants.get().length;
    int rank = shapeOf(part.name()).length;
    Search search =
        new Search(
            part.name(),
            new UnitTrace(
                IntStream.range(0, units).toArray(),
                constants.get(),
                AffineCommutation.channelAxis(part.layer(), rank)));
    parts.all().forEach(other -> search.after(other.name()));
    Set<Integer> gone = search.removable();
    if (gone.size() == units) {
      gone.remove(0); // a layer without a unit cannot be
    }
    search.why(constants.get(), gone).ifPresent(reason -> kept.put(part.name(), reason));
    if (gone.isEmpty()) {
      return false;
    }
    search.apply(gone);
    removed.merge(part.name(), gone.size(), Integer::sum);
    return true;
  }

  /** What each unit always puts out, NaN if it depends; empty if units depend on each other. */
  private static Optional<double[]> constants(MutableNode part, WeightLayout layout) {
    Optional<UnaryOperator<double[]>> activation =
        part.layer() instanceof BaseLayer layer
            ? elementwise(layer.getActivationFn())
            : Optional.empty();
    if (activation.isEmpty() || WeightLayout.refusesBoth(part).isPresent()) {
      return Optional.empty();
    }
    boolean[] zero = layout.zeroOutputs(part);
    double[] values = activation.get().apply(layout.biases(part));
    for (int i = 0; i < zero.length; i++) {
      values[i] = zero[i] ? values[i] : Double.NaN;
    }
    return Optional.of(values);
  }

  /** An activation, if it computes each number from itself. */
  private static Optional<UnaryOperator<double[]>> elementwise(IActivation activation) {
    double[] probe = {-1.5, 0.25, 2};
    UnaryOperator<double[]> one =
        numbers ->
            activation
                .getActivation(
                    Nd4j.createFromArray(numbers.clone()).reshape(numbers.length, 1), false)
                .reshape(-1)
                .toDoubleVector();
    double[] together =
        activation
            .getActivation(Nd4j.createFromArray(probe.clone()).reshape(1, probe.length), false)
            .reshape(-1)
            .toDoubleVector();
    return Arrays.equals(one.apply(probe), together) ? Optional.of(one) : Optional.empty();
  }

  private long[] shapeOf(String name) {
    return Objects.requireNonNull(shapes.get(name), name);
  }

  /** Follows the units of one layer through the network, as far as they can be told apart. */
  private final class Search {

    /** What each part puts out, as far as it was asked for. */
    private final Map<String, Optional<UnitTrace>> traces = new HashMap<>();

    /** What each part reads, behind its preprocessor. */
    private final Map<String, UnitTrace> read = new HashMap<>();

    private final Map<Integer, String> needed = new TreeMap<>();
    private final String source;
    private final UnitTrace first;

    Search(String source, UnitTrace first) {
      this.source = source;
      this.first = first;
      traces.put(source, Optional.of(first));
    }

    Set<Integer> removable() {
      Set<Integer> units = new TreeSet<>();
      for (int unit : first.unit()) {
        if (!needed.containsKey(unit)) {
          units.add(unit);
        }
      }
      return units;
    }

    /** Why units that always put out the same stay. */
    Optional<String> why(double[] constants, Set<Integer> gone) {
      List<String> reasons =
          IntStream.range(0, constants.length)
              .filter(unit -> !Double.isNaN(constants[unit]) && !gone.contains(unit))
              .mapToObj(unit -> needed.getOrDefault(unit, "a layer must have a unit"))
              .toList();
      return reasons.isEmpty()
          ? Optional.empty()
          : Optional.of(
              reasons.size()
                  + " constant units, since "
                  + reasons.stream().distinct().collect(Collectors.joining("; ")));
    }

    private void need(UnitTrace trace, String reason) {
      Arrays.stream(trace.unit()).forEach(unit -> needed.putIfAbsent(unit, reason));
    }

    private Optional<UnitTrace> nothing(UnitTrace trace, String reason) {
      need(trace, reason);
      return Optional.empty();
    }

    Optional<UnitTrace> after(String name) {
      Optional<UnitTrace> known = traces.get(name);
      if (known != null) {
        return known;
      }
      MutableNode part = parts.get(name);
      Optional<UnitTrace> trace = part == null ? Optional.empty() : computed(part);
      if (trace.isPresent() && parts.outputs().contains(name)) {
        trace = nothing(trace.get(), part + " is an output of the network");
      }
      traces.put(name, trace);
      return trace;
    }

    private Optional<UnitTrace> computed(MutableNode part) {
      if (!part.isLayer()) {
        return vertex(part);
      }
      String input = part.inputs().get(0);
      Optional<UnitTrace> before = after(input);
      if (before.isEmpty()) {
        return before;
      }
      InputPreProcessor preProcessor = part.preProcessor();
      if (preProcessor != null && !RESIZED.contains(preProcessor.getClass())) {
        return nothing(before.get(), "a preprocessor of " + part + " needs them");
      }
      int axis = before.get().axis();
      Optional<UnitTrace> here =
          before
              .get()
              .through(
                  preProcessor,
                  shapeOf(input),
                  rank ->
                      AffineCommutation.channelAxis(
                          part.layer(), rank, preProcessor == null ? axis : 1),
                  examples);
      if (here.isEmpty()) {
        return nothing(before.get(), "the format of " + part + " stands between");
      }
      read.put(part.name(), here.get());
      Optional<WeightLayout> layout = WeightLayout.of(part);
      if (layout.isPresent()) {
        weigh(part, layout.get(), here.get());
        return Optional.empty();
      }
      Optional<UnitTrace> passed = passed(part, here.get());
      int rank = shapeOf(part.name()).length;
      return passed.isPresent()
          ? passed.map(trace -> rank == 2 ? trace.along(1) : trace)
          : nothing(here.get(), part + " needs them");
    }

    private Optional<UnitTrace> vertex(MutableNode part) {
      List<UnitTrace> all = part.inputs().stream().flatMap(input -> after(input).stream()).toList();
      if (all.isEmpty()) {
        return Optional.empty();
      }
      int axis = all.get(0).axis();
      boolean merges =
          part.vertex().getClass() == MergeVertex.class
              && ((MergeVertex) part.vertex()).getMergeAxis() == axis
              && all.stream().allMatch(trace -> trace.axis() == axis);
      if (!merges) {
        all.forEach(trace -> need(trace, part + " needs them"));
        return Optional.empty();
      }
      return Optional.of(
          new UnitTrace(
              part.inputs().stream()
                  .flatMapToInt(
                      input ->
                          after(input)
                              .map(trace -> Arrays.stream(trace.unit()))
                              .orElseGet(() -> others(input, axis)))
                  .toArray(),
              part.inputs().stream()
                  .flatMapToDouble(
                      input ->
                          after(input)
                              .map(trace -> Arrays.stream(trace.constant()))
                              .orElseGet(
                                  () -> others(input, axis).mapToDouble(other -> Double.NaN)))
                  .toArray(),
              axis));
    }

    private IntStream others(String input, int axis) {
      return IntStream.generate(() -> UnitTrace.OTHER).limit(shapeOf(input)[axis]);
    }

    /** A unit can go where a layer has only zeros for it, or can take its constant in. */
    private void weigh(MutableNode part, WeightLayout layout, UnitTrace trace) {
      if (!layout.canLoseChannels() || part.layer() instanceof EmbeddingLayer) {
        need(trace, part + " needs them");
        return;
      }
      boolean[] zero = layout.zeroInputs(part);
      Optional<String> refused =
          WeightLayout.refusesBefore(part, new ChannelAffine(new double[] {1}, new double[] {1}));
      for (int i = 0; i < zero.length; i++) {
        double constant = trace.constant()[i];
        if (!zero[i] && Double.isNaN(constant)) {
          needed.putIfAbsent(trace.unit()[i], part + " needs what is computed from them");
        } else if (!zero[i] && constant != 0 && refused.isPresent()) {
          needed.putIfAbsent(trace.unit()[i], refused.get());
        }
      }
    }

    /** What a layer without units of its own puts out; empty if it needs all. */
    private Optional<UnitTrace> passed(MutableNode part, UnitTrace trace) {
      Layer layer = part.layer();
      Class<?> type = layer.getClass();
      if (type == DropoutLayer.class || type == Cropping2D.class || type == Upsampling2D.class) {
        return Optional.of(trace);
      }
      if (type == ActivationLayer.class) {
        return elementwise(((ActivationLayer) layer).getActivationFn()).map(trace::mapAll);
      }
      if (type == ZeroPaddingLayer.class) {
        return Optional.of(trace.onlyZeros());
      }
      if (type == SubsamplingLayer.class || type == Subsampling1DLayer.class) {
        SubsamplingLayer pooling = (SubsamplingLayer) layer;
        return Optional.of(
            pooled(trace, pooling.getPoolingType(), AffineCommutation.isUnpadded(pooling)));
      }
      if (type == GlobalPoolingLayer.class) {
        return Optional.of(pooled(trace, ((GlobalPoolingLayer) layer).getPoolingType(), true));
      }
      return type == BatchNormalization.class ? normalized(part, trace) : Optional.empty();
    }

    private UnitTrace pooled(UnitTrace trace, PoolingType type, boolean unpadded) {
      if (type == PoolingType.PNORM) {
        return trace.map(c -> Double.NaN);
      }
      return type == PoolingType.SUM || !unpadded ? trace.onlyZeros() : trace;
    }

    private Optional<UnitTrace> normalized(MutableNode part, UnitTrace trace) {
      boolean byExample =
          shapeOf(part.name()).length == 3
              && ((BatchNormalization) part.layer()).getCnn2DFormat() == CNN2DFormat.NCHW;
      ChannelAffine affine = ChannelAffine.of(part);
      if (byExample || affine.channels() != trace.channels()) {
        return Optional.empty();
      }
      return Optional.of(
          trace.mapAll(
              numbers ->
                  IntStream.range(0, numbers.length)
                      .mapToDouble(i -> affine.scale()[i] * numbers[i] + affine.shift()[i])
                      .toArray()));
    }

    void apply(Set<Integer> gone) {
      MutableNode from = Objects.requireNonNull(parts.get(source), source);
      read.forEach(
          (name, trace) -> dropInputs(Objects.requireNonNull(parts.get(name), name), trace, gone));
      WeightLayout.of(from).orElseThrow().keepOutputs(from, first.kept(gone));
      traces.forEach(
          (name, trace) ->
              trace.ifPresent(
                  channels -> shapeOf(name)[channels.axis()] = channels.without(gone).channels()));
    }

    private void dropInputs(MutableNode part, UnitTrace trace, Set<Integer> gone) {
      int[] stay = trace.kept(gone);
      if (stay.length == trace.channels()) {
        return;
      }
      part.preProcessor(resized(part, gone));
      Optional<WeightLayout> layout = WeightLayout.of(part);
      if (layout.isPresent()) {
        double[] constants = trace.constantsOf(gone);
        if (Arrays.stream(constants).anyMatch(c -> c != 0)) {
          double[] ones = DoubleStream.generate(() -> 1).limit(constants.length).toArray();
          layout.get().absorbBefore(part, new ChannelAffine(ones, constants));
        }
        layout.get().keepInputs(part, stay);
      } else if (part.layer() instanceof BatchNormalization norm) {
        part.stored().stream()
            .filter(STATISTICS::contains)
            .forEach(key -> part.reduce(key, all -> WeightLayout.take(all, all.rank() - 1, stay)));
        norm.setNIn(stay.length);
        norm.setNOut(stay.length);
      }
    }

    private @Nullable InputPreProcessor resized(MutableNode part, Set<Integer> gone) {
      if (part.preProcessor() instanceof CnnToFeedForwardPreProcessor flat) {
        CnnToFeedForwardPreProcessor smaller = flat.clone();
        smaller.setNumChannels(after(part.inputs().get(0)).orElseThrow().without(gone).channels());
        return smaller;
      }
      return part.preProcessor();
    }
  }
}
