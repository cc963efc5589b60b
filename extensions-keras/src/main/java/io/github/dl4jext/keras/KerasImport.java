package io.github.dl4jext.keras;

import io.github.dl4jext.keras.KerasReport.Entry;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.transfer.surgery.GraphTransferBuilder;
import io.github.dl4jext.transfer.surgery.TransferBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;

/**
 * Reads a model that Keras 2 or 3 has saved as HDF5, by DL4J's import, and puts right what that
 * loses.
 *
 * <pre>{@code
 * KerasModel<MultiLayerNetwork> model = KerasImport.sequential(Path.of("model.h5"));
 * MultiLayerNetwork net = model.network();         // predicts as Keras's model does
 * MultiLayerNetwork trainable = model.trainable(); // with the file's loss and optimizer
 * System.out.println(model.report());              // what was taken, replaced, ignored
 * }</pre>
 */
public final class KerasImport {

  private KerasImport() {}

  /**
   * Reads a {@code keras.Sequential} model.
   *
   * @param file what {@code model.save("model.h5")} has written
   * @return the model
   * @throws KerasImportException if the file or the model cannot be read; the message says why and
   *     what to do
   */
  public static KerasModel<MultiLayerNetwork> sequential(Path file) {
    Objects.requireNonNull(file, "keras import: file must be given, was null");
    return read(file, true, Dl4jImport::stack, KerasImport::stackWithLoss);
  }

  /**
   * Reads a functional {@code keras.Model}.
   *
   * @param file what {@code model.save("model.h5")} has written
   * @return the model
   * @throws KerasImportException if the file or the model cannot be read; the message says why and
   *     what to do
   */
  public static KerasModel<ComputationGraph> graph(Path file) {
    Objects.requireNonNull(file, "keras import: file must be given, was null");
    return read(file, false, Dl4jImport::graph, KerasImport::graphWithLosses);
  }

  private static <N extends Model> KerasModel<N> read(
      Path path,
      boolean sequential,
      BiFunction<Dl4jImport, KerasFile, N> making,
      BiFunction<N, KerasTraining, N> withLosses) {
    try (KerasFile file = KerasFile.open(path)) {
      KerasFields config = file.modelConfig();
      int keras = file.kerasVersion();
      KerasStructure structure = KerasStructure.of(config);
      if (structure.sequential() != sequential) {
        throw new KerasImportException(
            sequential
                ? path + " has a functional model; read it by KerasImport.graph"
                : path + " has a sequential model; read it by KerasImport.sequential");
      }
      Map<String, Integer> ranks = KerasRanks.of(structure);
      StructureChecks.check(structure, ranks);
      List<LayerTranslation> layers =
          structure.layers().stream()
              .map(layer -> LayerTranslation.of(layer, keras, inputRank(layer, ranks), file))
              .toList();
      N network = making.apply(new Dl4jImport(structure, layers), file);
      List<String> frozen =
          layers.stream()
              .filter(layer -> !layer.spec().trainable() && hasParameters(layer, network))
              .map(layer -> layer.spec().name())
              .toList();
      List<Entry> entries = new ArrayList<>();
      layers.forEach(layer -> entries.addAll(layer.lines().entries()));
      Supplier<KerasTraining> training = training(path, file.trainingConfig(), network, entries);
      return new KerasModel<>(network, frozen, new KerasReport(entries), training, withLosses);
    }
  }

  private static int inputRank(KerasLayerSpec layer, Map<String, Integer> ranks) {
    return layer.isInput() ? 0 : Objects.requireNonNull(ranks.get(layer.inputs().get(0)));
  }

  private static boolean hasParameters(LayerTranslation layer, Model network) {
    boolean has =
        Network.of(network).nodes().stream()
            .anyMatch(node -> node.name().equals(layer.spec().name()) && node.parameterCount() > 0);
    if (has) {
      layer.lines().taken("trainable=False: frozen");
    }
    return has;
  }

  /** Reads loss and optimizer now, for the report, and fails when they are asked for. */
  private static Supplier<KerasTraining> training(
      Path path, @Nullable KerasFields config, Model network, List<Entry> entries) {
    if (config == null) {
      return () -> {
        throw new KerasImportException(
            path
                + " was saved without loss and optimizer; compile the model in Keras before it is"
                + " saved, or give network() a loss with TransferBuilder and an optimizer");
      };
    }
    ReportLines lines = new ReportLines("training");
    try {
      KerasTraining training = KerasTraining.of(config, network, lines);
      entries.addAll(lines.entries());
      return () -> training;
    } catch (IllegalArgumentException e) {
      String wrong =
          e instanceof KerasImportException
              ? String.valueOf(e.getMessage())
              : "the training configuration: " + e.getMessage();
      entries.add(new Entry("training", KerasReport.Treatment.IGNORED, wrong));
      return () -> {
        throw new KerasImportException(wrong, e);
      };
    }
  }

  private static MultiLayerNetwork stackWithLoss(
      MultiLayerNetwork network, KerasTraining training) {
    return new TransferBuilder(network)
        .withLoss(training.losses().values().iterator().next().function())
        .freeze(LayerSelector.none())
        .build();
  }

  private static ComputationGraph graphWithLosses(
      ComputationGraph network, KerasTraining training) {
    GraphTransferBuilder builder = new GraphTransferBuilder(network);
    training.losses().forEach((output, loss) -> builder.withLoss(output, loss.function()));
    return builder.freeze(LayerSelector.none()).build();
  }
}
