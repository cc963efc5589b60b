package io.github.dl4jext.transfer.pretraining;

import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Takes the settings of a {@link StackedAutoencoder}, all of which have defaults, and checks them
 * in {@link #build}.
 */
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
   * Sets which part of the inputs the network sees, and which part it must reconstruct.
   *
   * @param value the task; {@link Corruption#NONE} by default
   * @return this
   */
  public StackedAutoencoderBuilder corruption(Corruption value) {
    corruption = value;
    return this;
  }

  /**
   * Sets the updater of every layer that has none of its own.
   *
   * @param value the updater; Adam with rate 0.001 by default
   * @return this
   */
  public StackedAutoencoderBuilder updater(IUpdater value) {
    updater = value;
    return this;
  }

  /**
   * Sets the number of passes through the data, for each layer if greedy.
   *
   * @param value at least 1; 10 by default
   * @return this
   */
  public StackedAutoencoderBuilder epochs(int value) {
    epochs = value;
    return this;
  }

  /**
   * Sets whether the layers are trained one after the other.
   *
   * @param value true, the default, to train them one after the other; false to train all at once
   * @return this
   */
  public StackedAutoencoderBuilder greedy(boolean value) {
    greedy = value;
    return this;
  }

  /**
   * Sets whether inputs are probabilities. If so, the last layer of the decoder has a sigmoid and
   * cross-entropy as its loss.
   *
   * @param value true if all inputs are in [0, 1]; false by default
   * @return this
   */
  public StackedAutoencoderBuilder binary(boolean value) {
    binary = value;
    return this;
  }

  /**
   * Sets the type of all numbers.
   *
   * @param value FLOAT, the default, or DOUBLE
   * @return this
   */
  public StackedAutoencoderBuilder type(DataType value) {
    type = value;
    return this;
  }

  /**
   * Sets the seed of the initial weights and the corruption.
   *
   * @param value any number; 42 by default
   * @return this
   */
  public StackedAutoencoderBuilder seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Sets the listeners that watch the training.
   *
   * @param value listeners, which are added to every network that is trained
   * @return this
   */
  public StackedAutoencoderBuilder listeners(TrainingListener... value) {
    listeners = value.clone();
    return this;
  }

  /**
   * Checks the settings and makes the autoencoder.
   *
   * @return an autoencoder that has not been trained
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
