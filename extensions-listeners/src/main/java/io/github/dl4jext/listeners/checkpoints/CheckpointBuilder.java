package io.github.dl4jext.listeners.checkpoints;

import java.nio.file.Path;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;

/** Names the parameters of a {@link Checkpoint}. */
public final class CheckpointBuilder {

  final Path folder;
  int everySteps = Checkpoint.EVERY_STEPS.defaultValue().orElseThrow();
  int everyEpochs = Checkpoint.EVERY_EPOCHS.defaultValue().orElseThrow();
  int keepLast = Checkpoint.KEEP_LAST.defaultValue().orElseThrow();
  int keepBest = Checkpoint.KEEP_BEST.defaultValue().orElseThrow();
  boolean higherIsBetter = Checkpoint.HIGHER_IS_BETTER.defaultValue().orElseThrow();
  ToDoubleFunction<Model> score = Model::score;
  Checkpoint.ModelWriter writer = (model, out) -> ModelSerializer.writeModel(model, out, true);

  CheckpointBuilder(Path folder) {
    this.folder = folder;
  }

  /**
   * Saves by steps.
   *
   * @param steps saves when so many more are done; 0 not to
   * @return this
   */
  public CheckpointBuilder everySteps(int steps) {
    everySteps = steps;
    return this;
  }

  /**
   * Saves by epochs.
   *
   * @param epochs saves when so many more are done; 0 not to
   * @return this
   */
  public CheckpointBuilder everyEpochs(int epochs) {
    everyEpochs = epochs;
    return this;
  }

  /**
   * Keeps the latest ones.
   *
   * @param number of them
   * @return this
   */
  public CheckpointBuilder keepLast(int number) {
    keepLast = number;
    return this;
  }

  /**
   * Keeps the best ones besides.
   *
   * @param number of them
   * @return this
   */
  public CheckpointBuilder keepBest(int number) {
    keepBest = number;
    return this;
  }

  /**
   * Whether the score is to grow.
   *
   * @param higher true for an accuracy, false for a loss
   * @return this
   */
  public CheckpointBuilder higherIsBetter(boolean higher) {
    higherIsBetter = higher;
    return this;
  }

  /**
   * What is to be best, in place of the training score of the last minibatch.
   *
   * @param function of the model, such as its accuracy on validation data
   * @return this
   */
  public CheckpointBuilder score(ToDoubleFunction<Model> function) {
    score = function;
    return this;
  }

  CheckpointBuilder writer(Checkpoint.ModelWriter other) {
    writer = other;
    return this;
  }

  /**
   * Makes the listener, and the folder if need be.
   *
   * @return the listener
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is out of range
   * @throws java.io.UncheckedIOException if the folder cannot be written
   */
  public Checkpoint build() {
    return new Checkpoint(this);
  }
}
