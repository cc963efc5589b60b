package io.github.dl4jext.keras;

import io.github.dl4jext.keras.KerasReport.Entry;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.LiveNode;
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
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;

/**
 * Reads a model that Keras 2 or 3 has saved as HDF5, with DL4J's import, and restores the settings
 * that this import loses.
 *
 * <pre>{@code
 * KerasModel<MultiLayerNetwork> model = KerasImport.sequential(Path.of("model.h5"));
 * MultiLayerNetwork net = model.network();         // predicts as Keras's model does
 * MultiLayerNetwork trainable = model.trainable(); // with the file's loss and optimizer
 * System.out.println(model.report()); // which settings were taken, replaced or ignored
 * }</pre>
 */
public final class KerasImport {

  private KerasImport() {}

  /**
   * Reads a {@code keras.Sequential} model.
   *
   * @param file a file that {@code model.save("model.h5")} has written
   * @return the model, with its network and a report
   * @throws KerasImportException if the file or the model cannot be read, or is of the other kind;
   *     the message says why and what to do
   */
  public static KerasModel<MultiLayerNetwork> sequential(Path file) {
    Objects.requireNonNull(file, "keras import: file must be given, was null");
    return read(file, true, Dl4jImport::stack, KerasImport::stackWithLoss);
  }

  /**
   * Reads a functional {@code keras.Model}.
   *
   * @param file a file that {@code model.save("model.h5")} has written
   * @return the model, with its network and a report
   * @throws KerasImportException if the file or the model cannot be read, or is of the other kind;
   *     the message says why and what to do
   */
  public static KerasModel<ComputationGraph> graph(Path file) {
    Objects.requireNonNull(file, "keras import: file must be given, was null");
    return read(file, false, Dl4jImport::graph, KerasImport::graphWithLosses);
  }

  private interface WithLosses<N> {
    N on(N network, KerasTraining training, KerasStructure structure);
  }

  private static <N extends Model> KerasModel<N> read(
      Path path,
      boolean sequential,
      BiFunction<Dl4jImport, KerasFile, N> making,
      WithLosses<N> withLosses) {
    try (KerasFile file = KerasFile.open(path)) {
      return read(path, file, sequential, making, withLosses);
    } catch (KerasImportException e) {
      throw e.of(path);
    } catch (RuntimeException e) {
      throw new KerasImportException(
              "the model cannot be read, " + e + "; if Keras loads it, DL4J cannot represent it", e)
          .of(path);
    }
  }

  private static <N extends Model> KerasModel<N> read(
      Path path,
      KerasFile file,
      boolean sequential,
      BiFunction<Dl4jImport, KerasFile, N> making,
      WithLosses<N> withLosses) {
    KerasFields config = file.modelConfig();
    int keras = file.kerasVersion();
    KerasStructure structure = KerasStructure.of(config);
    if (structure.sequential() != sequential) {
      throw new KerasImportException(
          sequential
              ? path + " holds a functional model; read it with KerasImport.graph"
              : path + " holds a sequential model; read it with KerasImport.sequential");
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
            .filter(layer -> layer.isFixed() || isFrozen(layer, network))
            .map(layer -> layer.spec().name())
            .toList();
    List<Entry> entries = new ArrayList<>();
    layers.forEach(layer -> entries.addAll(layer.lines().entries()));
    Supplier<KerasTraining> training =
        training(path, file.trainingConfig(), network, ranks, structure, entries);
    return new KerasModel<>(
        network,
        frozen,
        new KerasReport(entries),
        training,
        (model, wanted) -> withLosses.on(model, wanted, structure));
  }

  private static int inputRank(KerasLayerSpec layer, Map<String, Integer> ranks) {
    return layer.isInput() ? 0 : Objects.requireNonNull(ranks.get(layer.inputs().get(0)));
  }

  private static boolean isFrozen(LayerTranslation layer, Model network) {
    boolean has =
        !layer.spec().trainable()
            && Network.of(network).nodes().stream()
                .anyMatch(
                    node -> node.name().equals(layer.spec().name()) && node.parameterCount() > 0);
    if (has) {
      layer.lines().taken("trainable=False: frozen");
    }
    return has;
  }

  /**
   * Reads the loss and the optimizer at once, for the report; if they cannot be read, the exception
   * is thrown only when they are asked for.
   */
  private static Supplier<KerasTraining> training(
      Path path,
      @Nullable KerasFields config,
      Model network,
      Map<String, Integer> ranks,
      KerasStructure structure,
      List<Entry> entries) {
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
      KerasTraining training = KerasTraining.of(config, network, ranks, structure, lines);
      entries.addAll(lines.entries());
      return () -> training;
    } catch (IllegalArgumentException e) {
      String wrong =
          e instanceof KerasImportException
              ? String.valueOf(e.getMessage())
              : "the training configuration: " + e.getMessage();
      entries.add(new Entry("training", KerasReport.Treatment.IGNORED, wrong));
      return () -> {
        throw new KerasImportException(wrong, e).of(path);
      };
    }
  }

  private static MultiLayerNetwork stackWithLoss(
      MultiLayerNetwork network, KerasTraining training, KerasStructure structure) {
    TransferBuilder builder = new TransferBuilder(network).freeze(LayerSelector.none());
    KerasLoss loss = training.losses().values().iterator().next();
    List<LiveNode> nodes = Network.of(network).nodes();
    return takesLoss(nodes.get(nodes.size() - 1))
        ? builder.withLoss(loss.function()).build()
        : builder.inputType(structure.inputTypes().get(0)).add(loss.asLayer()).build();
  }

  private static ComputationGraph graphWithLosses(
      ComputationGraph network, KerasTraining training, KerasStructure structure) {
    GraphTransferBuilder builder = new GraphTransferBuilder(network).freeze(LayerSelector.none());
    List<String> outputs = new ArrayList<>();
    training
        .losses()
        .forEach(
            (output, loss) -> {
              if (takesLoss(Network.of(network).node(output))) {
                builder.withLoss(output, loss.function());
                outputs.add(output);
              } else {
                builder.inputTypes(structure.inputTypes().toArray(new InputType[0]));
                builder.add(output + "_loss", loss.asLayer(), output);
                outputs.add(output + "_loss");
              }
            });
    return builder.outputs(outputs.toArray(String[]::new)).build();
  }

  /**
   * Tells whether a layer can become one with a loss; others, such as convolutions, get a loss
   * layer on top.
   */
  private static boolean takesLoss(LiveNode node) {
    Layer layer = node.layer().orElse(null);
    return layer instanceof DenseLayer
        || layer instanceof ActivationLayer
        || layer instanceof BaseOutputLayer
        || layer instanceof TimeDistributed each && each.getUnderlying() instanceof DenseLayer;
  }
}
