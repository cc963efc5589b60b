package io.github.dl4jext.keras;

import io.github.dl4jext.keras.KerasReport.Entry;
import io.github.dl4jext.keras.KerasReport.Treatment;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.transfer.freezing.Freezing;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.activations.IActivation;

/**
 * Holds a model that was read from a file of Keras, see {@link KerasImport}.
 *
 * @param <N> the type of the network
 */
public final class KerasModel<N extends Model> {

  /** Not frozen: a layer on top that is frozen could not be given a loss. */
  private final N network;

  private final String[] frozen;
  private final KerasReport report;
  private final Supplier<KerasTraining> training;
  private final BiFunction<N, KerasTraining, N> withLosses;

  KerasModel(
      N network,
      List<String> frozen,
      KerasReport report,
      Supplier<KerasTraining> training,
      BiFunction<N, KerasTraining, N> withLosses) {
    this.network = network;
    this.frozen = frozen.toArray(new String[0]);
    this.report = report;
    this.training = training;
    this.withLosses = withLosses;
  }

  /**
   * The network that predicts as Keras's does, with activations, initialisers, dropouts,
   * constraints, penalties, batch normalization and frozen layers as the file says. It has no loss
   * of the file (a graph's dense layer on top of sequences has a squared error, without which DL4J
   * could not have it there); for training take {@link #trainable()}, or give it a loss with {@code
   * TransferBuilder}.
   *
   * @return another network with each call
   */
  public N network() {
    return frozen(NetworkCopy.from(network).build());
  }

  /**
   * The network with the loss and the optimizer that the file was compiled with, and with listeners
   * for what Keras's optimizer does beside its steps: {@code clipvalue}, {@code clipnorm}, {@code
   * global_clipnorm}, {@code use_ema}. Its optimizer remembers nothing of Keras's training.
   *
   * @return another network with each call
   * @throws KerasImportException if the file was saved without loss and optimizer, or these are not
   *     known
   */
  public N trainable() {
    KerasTraining wanted = training.get();
    Map<String, IActivation> activations = wanted.activations();
    N copy =
        NetworkCopy.from(network)
            .changing(
                configuration ->
                    configuration
                        .nodes()
                        .forEach(
                            node -> {
                              IActivation activation = activations.get(node.name());
                              if (activation != null) {
                                LayerCorrection.activate(node, activation);
                              }
                            }))
            .build();
    N trainable;
    try {
      trainable = withLosses.apply(copy, wanted);
    } catch (KerasImportException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new KerasImportException(
          "the loss cannot be put on the network: "
              + e.getMessage()
              + ". Take network() and give it a loss with TransferBuilder",
          e);
    }
    wanted.optimizer().configure(trainable);
    return frozen(trainable);
  }

  private N frozen(N model) {
    return frozen.length == 0 ? model : Freezing.freeze(model, LayerSelector.named(frozen));
  }

  /**
   * Says what became of the settings of the file.
   *
   * @return for each layer what was taken, replaced and ignored
   */
  public KerasReport report() {
    return report;
  }

  /**
   * Refuses a file of which something has no effect here.
   *
   * @return this
   * @throws KerasImportException if anything was ignored; the message lists it
   */
  public KerasModel<N> strict() {
    List<Entry> ignored = report.of(Treatment.IGNORED);
    if (!ignored.isEmpty()) {
      throw new KerasImportException(
          "the file has settings that have no effect here:\n"
              + String.join("\n", ignored.stream().map(e -> e.place() + ": " + e.text()).toList()));
    }
    return this;
  }
}
