package io.github.dl4jext.keras;

import io.github.dl4jext.keras.KerasReport.Entry;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

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
    return read(file, true, Dl4jImport::stack);
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
    return read(file, false, Dl4jImport::graph);
  }

  private static <N extends Model> KerasModel<N> read(
      Path path, boolean sequential, BiFunction<Dl4jImport, KerasFile, N> making) {
    try (KerasFile file = KerasFile.open(path)) {
      int keras = file.kerasVersion();
      KerasStructure structure = KerasStructure.of(file.modelConfig());
      if (structure.sequential() != sequential) {
        throw new KerasImportException(
            sequential
                ? path + " has a functional model; read it by KerasImport.graph"
                : path + " has a sequential model; read it by KerasImport.sequential");
      }
      List<LayerTranslation> layers =
          structure.layers().stream()
              .map(layer -> LayerTranslation.of(layer, keras, file))
              .toList();
      N network = making.apply(new Dl4jImport(structure, layers), file);
      List<Entry> entries =
          layers.stream().flatMap(layer -> layer.lines().entries().stream()).toList();
      return new KerasModel<>(frozen(network, layers), new KerasReport(entries));
    }
  }

  private static <N extends Model> N frozen(N network, List<LayerTranslation> layers) {
    String[] names =
        layers.stream()
            .filter(layer -> !layer.spec().trainable())
            .map(layer -> layer.spec().name())
            .toArray(String[]::new);
    return names.length == 0 ? network : Freezing.freeze(network, LayerSelector.named(names));
  }
}
