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

  /** The folder itself, which a text may not tell: it may be of another file system. */
  final @Nullable Path place;

  CheckpointBuilder(Arguments given, @Nullable Path place) {
    this.given = given;
    this.place = place;
  }

  /** Saves when so many more steps are done; 0 not to. */
  public CheckpointBuilder everySteps(int steps) {
    given = given.with(Checkpoint.EVERY_STEPS, steps);
    return this;
  }

  /** Saves when so many more epochs are done; 0 not to. */
  public CheckpointBuilder everyEpochs(int epochs) {
    given = given.with(Checkpoint.EVERY_EPOCHS, epochs);
    return this;
  }

  /** Keeps so many of the latest ones. */
  public CheckpointBuilder keepLast(int number) {
    given = given.with(Checkpoint.KEEP_LAST, number);
    return this;
  }

  /** Keeps so many of the best ones besides. */
  public CheckpointBuilder keepBest(int number) {
    given = given.with(Checkpoint.KEEP_BEST, number);
    return this;
  }

  /** Names what is to be best; without this it is the training loss. */
  public CheckpointBuilder monitor(Monitor watched) {
    monitor = watched;
    return this;
  }

  /**
   * Names a listener whose memory is saved, for {@link Resumed#with}. Those on the network are
   * saved without it too.
   */
  public CheckpointBuilder with(String name, StatefulListener listener) {
    Checks.of(Checkpoint.NAME)
        .that(name != null && !named.containsKey(name), "name", "one that is not taken", name)
        .that(listener != null, "listener", "a listener", listener)
        .done();
    named.put(name, listener);
    return this;
  }

  /** Saves a normalizer too, as DL4J's {@code ModelSerializer.addNormalizerToModel} does. */
  public CheckpointBuilder normalizer(Normalizer<?> fitted) {
    normalizer = fitted;
    return this;
  }

  CheckpointBuilder writer(ModelWriter other) {
    writer = other;
    return this;
  }

  /** Makes the listener, and the folder if need be. */
  public Checkpoint build() {
    return new Checkpoint(this);
  }

  /** Writes a file's content; another one in tests of what goes wrong. */
  @FunctionalInterface
  interface ModelWriter {
    void write(AtomicFiles.Content content, OutputStream out) throws IOException;
  }
}
