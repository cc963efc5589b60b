package io.github.dl4jext.keras;

import io.github.dl4jext.keras.KerasReport.Entry;
import io.github.dl4jext.keras.KerasReport.Treatment;
import io.github.dl4jext.network.NetworkCopy;
import java.util.List;
import org.deeplearning4j.nn.api.Model;

/**
 * Holds a model that was read from a file of Keras, see {@link KerasImport}.
 *
 * @param <N> the type of the network
 */
public final class KerasModel<N extends Model> {

  private final N network;
  private final KerasReport report;

  KerasModel(N network, KerasReport report) {
    this.network = network;
    this.report = report;
  }

  /**
   * The network that predicts as Keras's does, with activations, initialisers, dropouts,
   * constraints, penalties, batch normalization and frozen layers as the file says. It has no loss;
   * for training take {@code trainable()}, or give it a loss with {@code TransferBuilder}.
   *
   * @return another network with each call
   */
  public N network() {
    return NetworkCopy.from(network).build();
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
