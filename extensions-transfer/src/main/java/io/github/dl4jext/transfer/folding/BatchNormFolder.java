package io.github.dl4jext.transfer.folding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Folds one batch norm after the other, for as long as one can be folded: first into the layer
 * before, and only if that cannot be into every layer that reads it.
 */
final class BatchNormFolder<M extends Model> {

  /** A layer that can take something in, and what reaches it. */
  private record Target(MutableNode part, WeightLayout layout, ChannelAffine affine) {}

  private final MutableNetwork<M> parts;
  private final Map<String, long[]> shapes = new HashMap<>();
  private final Map<String, List<String>> folded = new LinkedHashMap<>();
  private final Map<String, String> kept = new LinkedHashMap<>();
  private final int examples;

  /** Takes the parts to be changed, and what each of them computes from some batch. */
  BatchNormFolder(MutableNetwork<M> parts, Map<String, INDArray> activations, int examples) {
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
        if (part.isLayer() && part.layer() instanceof BatchNormalization) {
          again |= fold(part);
        }
      }
    } while (again && !kept.isEmpty());
  }

  /** Which layers took in which batch norm, by the name of the batch norm. */
  Map<String, List<String>> folded() {
    return folded;
  }

  /** Why a batch norm was kept, by its name. */
  Map<String, String> kept() {
    return kept;
  }

  private boolean fold(MutableNode norm) {
    Optional<String> unfit = unfit(norm);
    if (unfit.isPresent()) {
      kept.put(norm.name(), unfit.get());
      return false;
    }
    ChannelAffine affine = ChannelAffine.of(norm);
    if (!affine.isFinite()) {
      kept.put(
          norm.name(),
          "its gamma, beta, mean or variance is not finite, or its variance negative: train it or"
              + " mend it first");
      return false;
    }
    int rank = shapeOf(norm.name()).length;
    int axis = AffineCommutation.channelAxis(norm.layer(), rank, 1);
    List<Target> before = new ArrayList<>();
    Optional<String> notBefore = intoBefore(norm, affine, axis, before);
    if (notBefore.isEmpty()) {
      before.forEach(target -> target.layout().absorbAfter(target.part(), target.affine()));
      taken(norm, before);
      return true;
    }
    List<Target> after = new ArrayList<>();
    Optional<String> notAfter = intoAfter(norm.name(), affine, axis, after);
    if (notAfter.isEmpty()) {
      after.forEach(target -> target.layout().absorbBefore(target.part(), target.affine()));
      taken(norm, after);
      return true;
    }
    kept.put(
        norm.name(),
        "not into a layer before: " + notBefore.get() + "; nor after: " + notAfter.get());
    return false;
  }

  private long[] shapeOf(String name) {
    return Objects.requireNonNull(shapes.get(name), name);
  }

  private void taken(MutableNode norm, List<Target> targets) {
    folded.put(norm.name(), targets.stream().map(target -> target.part().name()).toList());
    parts.remove(norm);
  }

  private Optional<String> unfit(MutableNode norm) {
    if (norm.layer().getClass() != BatchNormalization.class) {
      return Optional.of("it is a " + norm.kind() + ", which may compute something else");
    }
    if (parts.isNamedOutput(norm.name())) {
      return Optional.of("it is an output of the network, which would lose its name");
    }
    boolean channelsFirst =
        ((BatchNormalization) norm.layer()).getCnn2DFormat() == CNN2DFormat.NCHW;
    if (shapeOf(norm.name()).length == 3 && channelsFirst) {
      return Optional.of(
          "DL4J normalizes sequences in channels-first format by example, not by channel; with NWC"
              + " sequences and dataFormat(NHWC) it can be folded");
    }
    return Optional.empty();
  }

  private Optional<String> intoBefore(
      MutableNode reader, ChannelAffine affine, int axis, List<Target> targets) {
    MutableNode source = parts.get(reader.inputs().get(0));
    if (source == null) {
      return Optional.of("it reads the network's input");
    }
    if (parts.consumers(source.name()).size() > 1) {
      return Optional.of(source + " is also read by others");
    }
    if (parts.isNamedOutput(source.name())) {
      return Optional.of(source + " is also an output of the network");
    }
    long[] shape = shapeOf(source.name());
    int rank = shape.length;
    IntUnaryOperator axisOfSource =
        any ->
            source.isLayer()
                ? AffineCommutation.channelAxis(
                    source.layer(), rank, reader.preProcessor() == null ? axis : 1)
                : axis;
    Optional<ChannelAffine> carried =
        PreProcessorAffine.backward(
            reader.preProcessor(),
            affine,
            PreProcessorAffine.shapeAfter(reader.preProcessor(), shape, examples),
            axis,
            axisOfSource,
            examples);
    if (carried.isEmpty()) {
      return Optional.of("the format of " + source + " or a preprocessor stands between");
    }
    Optional<WeightLayout> layout = WeightLayout.of(source);
    if (layout.isPresent()) {
      targets.add(new Target(source, layout.get(), carried.get()));
      return WeightLayout.refusesAfter(source);
    }
    Optional<String> refused = AffineCommutation.refuses(source, carried.get());
    return refused.isPresent()
        ? refused
        : intoBefore(source, carried.get(), axisOfSource.applyAsInt(rank), targets);
  }

  private Optional<String> intoAfter(
      String name, ChannelAffine affine, int axis, List<Target> targets) {
    List<MutableNode> readers = parts.consumers(name);
    if (readers.isEmpty()) {
      return Optional.of("nothing reads it");
    }
    for (MutableNode reader : readers) {
      Optional<String> refused = intoReader(name, reader, affine, axis, targets);
      if (refused.isPresent()) {
        return refused;
      }
    }
    return Optional.empty();
  }

  private Optional<String> intoReader(
      String name, MutableNode reader, ChannelAffine affine, int axis, List<Target> targets) {
    if (!reader.isLayer()) {
      return AffineCommutation.refuses(reader, affine);
    }
    int[] axisRead = {axis};
    Optional<ChannelAffine> carried =
        PreProcessorAffine.forward(
            reader.preProcessor(),
            affine,
            shapeOf(name),
            axis,
            rank ->
                axisRead[0] =
                    AffineCommutation.channelAxis(
                        reader.layer(), rank, reader.preProcessor() == null ? axis : 1),
            examples);
    if (carried.isEmpty()) {
      return Optional.of("the format of " + reader + " or a preprocessor stands between");
    }
    Optional<WeightLayout> layout = WeightLayout.of(reader);
    if (layout.isPresent()) {
      targets.add(new Target(reader, layout.get(), carried.get()));
      return WeightLayout.refusesBefore(reader, carried.get());
    }
    Optional<String> refused = AffineCommutation.refuses(reader, carried.get());
    if (refused.isPresent()) {
      return refused;
    }
    if (parts.isNamedOutput(reader.name())) {
      return Optional.of(reader + " is an output of the network");
    }
    int rank = shapeOf(reader.name()).length;
    return intoAfter(reader.name(), carried.get(), rank == 2 ? 1 : axisRead[0], targets);
  }
}
