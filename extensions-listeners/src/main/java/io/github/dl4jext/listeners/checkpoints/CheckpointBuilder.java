package io.github.dl4jext.listeners.checkpoints;

import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.network.AtomicFiles;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.preprocessor.Normalizer;

/** Names the parameters of a {@link Checkpoint}. */
public final class CheckpointBuilder {

  Arguments given;
  Monitor monitor = Monitor.trainingLoss();
  final Map<String, StatefulListener> named = new LinkedHashMap<>();
  @Nullable Normalizer<?> normalizer;
  ModelWriter writer = AtomicFiles.Content::writeTo;

  /** The folder itself, because a text cannot name a folder of another file system. */
  final @Nullable Path place;

  CheckpointBuilder(Arguments given, @Nullable Path place) {
    this.given = given;
    this.place = place;
  }

  /**
   * Sets after how many steps the training is saved.
   *
   * @param steps the number of steps, or 0, the default, for never
   * @return this
   */
  public CheckpointBuilder everySteps(int steps) {
    given = given.with(Checkpoint.EVERY_STEPS, steps);
    return this;
  }

  /**
   * Sets after how many epochs the training is saved.
   *
   * @param epochs the number of epochs, or 0 for never; 1 by default
   * @return this
   */
  public CheckpointBuilder everyEpochs(int epochs) {
    given = given.with(Checkpoint.EVERY_EPOCHS, epochs);
    return this;
  }

  /**
   * Sets how many of the latest files are kept.
   *
   * @param number the number of files, at least 0; 3 by default
   * @return this
   */
  public CheckpointBuilder keepLast(int number) {
    given = given.with(Checkpoint.KEEP_LAST, number);
    return this;
  }

  /**
   * Sets how many of the best files are kept in addition.
   *
   * @param number the number of files, at least 0; 0 by default
   * @return this
   */
  public CheckpointBuilder keepBest(int number) {
    given = given.with(Checkpoint.KEEP_BEST, number);
    return this;
  }

  /**
   * Sets the monitor whose figure is the score of a file.
   *
   * @param watched the monitor; the training loss by default
   * @return this
   */
  public CheckpointBuilder monitor(Monitor watched) {
    monitor = watched;
    return this;
  }

  /**
   * Adds a listener under a name, for {@link Resumed#with}. The memory of listeners on the network
   * is saved without this too.
   *
   * @param name the name, which no other listener has
   * @param listener the listener whose memory is saved
   * @return this
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the name is null or taken, or the
   *     listener is null
   */
  public CheckpointBuilder with(String name, StatefulListener listener) {
    Checks.of(Checkpoint.NAME)
        .that(name != null && !named.containsKey(name), "name", "one that is not taken", name)
        .that(listener != null, "listener", "a listener", listener)
        .done();
    named.put(name, listener);
    return this;
  }

  /**
   * Saves a normalizer too, as DL4J's {@code ModelSerializer.addNormalizerToModel} does.
   *
   * @param fitted the fitted normalizer
   * @return this
   */
  public CheckpointBuilder normalizer(Normalizer<?> fitted) {
    normalizer = fitted;
    return this;
  }

  CheckpointBuilder writer(ModelWriter other) {
    writer = other;
    return this;
  }

  /**
   * Makes the listener, and the folder if it is missing.
   *
   * @return the listener
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range, or nothing
   *     would be saved or kept
   * @throws java.io.UncheckedIOException if the folder cannot be written
   */
  public Checkpoint build() {
    return new Checkpoint(this);
  }

  /** Writes a file's content; tests replace it to make writing fail. */
  @FunctionalInterface
  interface ModelWriter {
    void write(AtomicFiles.Content content, OutputStream out) throws IOException;
  }
}
