package io.github.dl4jext.transfer.pretraining;

import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/** Takes the settings of a {@link StackedAutoencoder}, all of which have defaults. */
public final class StackedAutoencoderBuilder {

  private static final Parameter<Integer> EPOCHS = Parameter.integer("epochs").in("[1, inf)");

  final List<DenseLayer> layers;
  Corruption corruption = Corruption.NONE;
  IUpdater updater = new Adam(1e-3);
  int epochs = 10;
  boolean greedy = true;
  boolean binary;
  DataType type = DataType.FLOAT;
  long seed = 42;
  TrainingListener[] listeners = {};

  StackedAutoencoderBuilder(List<DenseLayer> layers) {
    Checks.of(StackedAutoencoder.NAME)
        .that(!layers.isEmpty(), "layers", "at least one", layers)
        .done();
    this.layers = layers;
  }

  /**
   * Sets what is shown of the inputs, and what is asked for.
   *
   * @param value the task
   * @return this
   */
  public StackedAutoencoderBuilder corruption(Corruption value) {
    corruption = value;
    return this;
  }

  /**
   * Sets the updater of every layer.
   *
   * @param value the updater
   * @return this
   */
  public StackedAutoencoderBuilder updater(IUpdater value) {
    updater = value;
    return this;
  }

  /**
   * Sets how often the data is gone through, for each layer if greedy.
   *
   * @param value at least 1
   * @return this
   */
  public StackedAutoencoderBuilder epochs(int value) {
    epochs = value;
    return this;
  }

  /**
   * Sets whether layers are trained one after the other.
   *
   * @param value false to train all at once
   * @return this
   */
  public StackedAutoencoderBuilder greedy(boolean value) {
    greedy = value;
    return this;
  }

  /**
   * Sets whether inputs are probabilities: then the last decoder has a sigmoid and cross-entropy.
   *
   * @param value true if all inputs are in [0, 1]
   * @return this
   */
  public StackedAutoencoderBuilder binary(boolean value) {
    binary = value;
    return this;
  }

  /**
   * Sets the type of all numbers.
   *
   * @param value FLOAT or DOUBLE
   * @return this
   */
  public StackedAutoencoderBuilder type(DataType value) {
    type = value;
    return this;
  }

  /**
   * Sets the seed of weights and corruption.
   *
   * @param value any number
   * @return this
   */
  public StackedAutoencoderBuilder seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Sets who watches training.
   *
   * @param value listeners, which are added to the network of every layer
   * @return this
   */
  public StackedAutoencoderBuilder listeners(TrainingListener... value) {
    listeners = value.clone();
    return this;
  }

  /**
   * Checks all of it.
   *
   * @return an autoencoder to be trained
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is out of range
   */
  public StackedAutoencoder build() {
    Checks.of(StackedAutoencoder.NAME)
        .check(EPOCHS, epochs)
        .that(corruption != null, "corruption", "given", corruption)
        .that(updater != null, "updater", "given", updater)
        .that(type == DataType.FLOAT || type == DataType.DOUBLE, "type", "FLOAT or DOUBLE", type)
        .done();
    return new StackedAutoencoder(this);
  }
}
