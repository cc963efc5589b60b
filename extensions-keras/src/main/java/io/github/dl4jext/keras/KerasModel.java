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
 * Holds a model that {@link KerasImport} has read from a Keras file.
 *
 * @param <N> the type of the network
 */
public final class KerasModel<N extends Model> {

  /** Without frozen layers, because a frozen layer on top could not be given a loss. */
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
   * Makes a network that predicts as Keras's model does, with the activations, initialisers,
   * dropout, constraints, penalties, batch normalization and frozen layers of the file. It does not
   * have the loss of the file: to train, use {@link #trainable()}, or give the network a loss with
   * {@code TransferBuilder}. (A graph's dense layer on top of sequences has the squared error as
   * its loss, because DL4J allows no layer without a loss there.)
   *
   * @return a new network at each call
   */
  public N network() {
    return frozen(NetworkCopy.from(network).build());
  }

  /**
   * Makes the network with the loss and the optimizer with which the model was compiled, and with
   * listeners that do what Keras's optimizer does in addition to its steps: {@code clipvalue},
   * {@code clipnorm}, {@code global_clipnorm} and {@code use_ema}. The updater's state is new; that
   * of the training in Keras is not imported.
   *
   * @return a new network at each call
   * @throws KerasImportException if the file was saved without loss and optimizer, if one of these
   *     is not supported, or if the loss does not fit the network
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
   * Reports what became of the settings of the file.
   *
   * @return for each layer, and for the training configuration, what was taken, replaced and
   *     ignored
   */
  public KerasReport report() {
    return report;
  }

  /**
   * Refuses a file with settings that have no effect here.
   *
   * @return this
   * @throws KerasImportException if a setting was ignored; the message lists all of these
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
