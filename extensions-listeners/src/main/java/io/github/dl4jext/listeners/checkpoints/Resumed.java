package io.github.dl4jext.listeners.checkpoints;

import io.github.dl4jext.network.Epoch;
import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.network.StopsTraining;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.network.noise.RandomState;
import io.github.dl4jext.spi.Checks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.Normalizer;

/**
 * Resumes an interrupted training from a checkpoint; it is made by {@link Checkpoint#resume}.
 *
 * <pre>{@code
 * Resumed resumed = Checkpoint.resume(folder);
 * MultiLayerNetwork net = resumed.network();
 * net.setListeners(ema, plateau, new Checkpoint(folder)); // made as the first time
 * resumed.fit(train, 10);
 * }</pre>
 *
 * <p>The network is read from the file, and ND4J's random generator of this thread gets its saved
 * state. The program makes the listeners as it did the first time, because only it has their data
 * and functions. {@link #fit} and {@link #finishEpoch} restore the memory of each listener on the
 * network, by class and order, or by the name given to {@link #with}. If listeners are missing, are
 * too many, or have other settings, an exception before the first step lists them.
 *
 * <p><b>Data</b> also come from the program: the batches of an epoch must have the same order as
 * the first time. Random numbers that an iterator draws itself must depend on the epoch only.
 *
 * <p>A file that plain DL4J has written can be resumed too: it has no listener's memory, and
 * training begins with a new epoch. Only one thread may use an instance.
 */
public final class Resumed {

  private final Path file;
  private final Network network;
  private final TrainingProgress saved;
  private final @Nullable Normalizer<?> normalizer;

  /** The memory of the training; null in a file of plain DL4J. */
  private final @Nullable ListenerState training;

  private final Map<String, ListenerState> unclaimed = new LinkedHashMap<>();
  private final Set<TrainingListener> given = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean epochFinished;

  private Resumed(
      Path file,
      Network network,
      @Nullable Normalizer<?> normalizer,
      @Nullable ListenerState training) {
    this.file = file;
    this.network = network;
    this.normalizer = normalizer;
    this.training = training;
    this.saved = network.progress();
    if (training != null) {
      for (ListenerState listener : training.parts("listeners")) {
        unclaimed.put(listener.text("name"), listener);
      }
      network.setScore(training.number("score"));
      setRandom(training);
    }
  }

  static Resumed from(CheckpointFolder folder) {
    Optional<Path> found = folder.latestOrItself();
    Checks.of(Checkpoint.NAME)
        .that(found.isPresent(), "folder", "one with a checkpoint that can be read", folder)
        .done();
    Path file = found.get();
    try {
      return new Resumed(
          file,
          Network.of(CheckpointFile.network(file)),
          CheckpointFile.normalizer(file).orElse(null),
          CheckpointFile.training(file).orElse(null));
    } catch (IOException e) {
      throw new UncheckedIOException(
          Checkpoint.NAME + ": " + file + " cannot be read (" + e + ")", e);
    }
  }

  void requireConfigurationOf(Network other) {
    List<String> differences =
        ConfigurationDifferences.between(
            network.configuration().toJson(), other.configuration().toJson());
    Checks.of(Checkpoint.NAME)
        .that(
            differences.isEmpty(),
            "network",
            "configured as the one in " + file,
            String.join("; ", differences))
        .done();
  }

  private static void setRandom(ListenerState training) {
    ListenerState random = training.part("random");
    new RandomState(random.whole("seed"), random.whole("root"), random.whole("node")).restore();
  }

  /**
   * Returns the network as it was saved, without listeners.
   *
   * @param <M> its type, which must be that of the network that was saved
   * @return the network
   */
  @SuppressWarnings("unchecked") // the caller knows which of the two types it has saved
  public <M extends Model> M network() {
    return (M) network.model();
  }

  /** Returns the normalizer that was saved with the network, if there was one. */
  public Optional<Normalizer<?>> normalizer() {
    return Optional.ofNullable(normalizer);
  }

  /** Returns the file that this was read from. */
  public Path file() {
    return file;
  }

  /**
   * Returns the number of batches of its epoch that the training had done.
   *
   * @return the number; 0 between two epochs and in a file of plain DL4J, -1 within a sequence
   *     (truncated backpropagation through time), where training cannot resume
   */
  public int batchesOfEpoch() {
    return training == null ? 0 : (int) training.whole("batches");
  }

  /**
   * Restores the memory of a listener that was saved under a name; it need not be on the network.
   *
   * @param name the name given to {@link CheckpointBuilder#with}; for other listeners the simple
   *     name of the class, with a number from the second of a class on: {@code History}, {@code
   *     History 2}
   * @param listener the listener, made as the first time
   * @return this
   * @throws IllegalArgumentException if nothing was saved under that name, or if it belongs to
   *     another listener
   */
  public Resumed with(String name, StatefulListener listener) {
    ListenerState own = name == null ? null : unclaimed.get(name);
    Checks.of(Checkpoint.NAME)
        .that(own != null, "name", "one of " + unclaimed.keySet(), name)
        .that(listener != null, "listener", "a listener", listener)
        .done();
    load(Objects.requireNonNull(own, "checked above"), listener);
    return this;
  }

  private void load(ListenerState own, StatefulListener listener) {
    String made = listener.getClass().getName();
    if (!own.text("class").equals(made)) {
      throw new IllegalArgumentException(
          "\"" + own.text("name") + "\" was a " + own.text("class") + ", is a " + made);
    }
    listener.loadState(network, own.part("state"));
    unclaimed.remove(own.text("name"));
    given.add(listener);
  }

  /**
   * Trains the rest of the epoch that was interrupted, and ends the epoch. It first restores the
   * listeners' memory, and then does nothing if the checkpoint was made between two epochs.
   *
   * @param data the training data, whose batches that are done already are skipped
   * @throws IllegalStateException if the listeners differ, the network was trained meanwhile, or
   *     the checkpoint was made between the segments of one sequence (truncated backpropagation
   *     through time)
   * @throws IllegalArgumentException if the data have fewer batches than are done
   */
  public void finishEpoch(DataSetIterator data) {
    finishEpoch(data.resetSupported(), data::reset, data::hasNext, data::next, network::fit);
  }

  /**
   * Trains the rest of the epoch as {@link #finishEpoch(DataSetIterator)} does.
   *
   * @param data the training data, whose batches that are done already are skipped
   */
  public void finishEpoch(MultiDataSetIterator data) {
    finishEpoch(data.resetSupported(), data::reset, data::hasNext, data::next, network::fit);
  }

  private <D> void finishEpoch(
      boolean resets,
      Runnable reset,
      BooleanSupplier hasNext,
      Supplier<D> next,
      Consumer<? super D> fit) {
    if (!begin()) {
      return;
    }
    if (resets) {
      reset.run();
    }
    for (int i = 0; i < batchesOfEpoch(); i++) {
      Checks.of(Checkpoint.NAME)
          .that(
              hasNext.getAsBoolean(),
              "data",
              "those of the interrupted training, with at least "
                  + batchesOfEpoch()
                  + " batches in an epoch",
              i)
          .done();
      next.get();
    }
    Epoch.steps(
        network,
        () -> {
          while (hasNext.getAsBoolean()) {
            fit.accept(next.get());
          }
        });
    Epoch.end(network);
  }

  /**
   * Resumes the training until the network has been trained for a number of epochs in all. It ends
   * earlier if a listener such as {@code EarlyStopping} requests it.
   *
   * @param data the training data
   * @param epochs the number of epochs in all, the same as for a run that is not interrupted
   * @throws IllegalStateException as {@link #finishEpoch(DataSetIterator)}
   * @throws IllegalArgumentException as {@link #finishEpoch(DataSetIterator)}
   */
  public void fit(DataSetIterator data, int epochs) {
    finishEpoch(data);
    rest(network -> network.fitEpoch(data), epochs);
  }

  /**
   * Resumes the training as {@link #fit(DataSetIterator, int)} does.
   *
   * @param data the training data
   * @param epochs the number of epochs in all, the same as for a run that is not interrupted
   */
  public void fit(MultiDataSetIterator data, int epochs) {
    finishEpoch(data);
    rest(network -> network.fitEpoch(data), epochs);
  }

  private void rest(Consumer<Network> epoch, int epochs) {
    while (network.progress().epochs() < epochs && !StopsTraining.isWantedBy(network)) {
      epoch.accept(network);
    }
  }

  /** Restores the listeners' memory; returns true if there is an epoch to finish. */
  private boolean begin() {
    if (epochFinished) {
      return false;
    }
    if (!network.progress().equals(saved)) {
      throw new IllegalStateException(
          Checkpoint.NAME
              + ": the network must be as it was saved, at "
              + saved
              + ", was at "
              + network.progress()
              + "; call finishEpoch or fit before anything else trains it");
    }
    epochFinished = true;
    if (training == null) {
      return false;
    }
    loadListeners(training);
    setRandom(training);
    int batches = batchesOfEpoch();
    if (batches < 0) {
      throw new IllegalStateException(
          Checkpoint.NAME
              + ": "
              + file
              + " was made within a sequence, between two segments of truncated backpropagation"
              + " through time, where training cannot resume; resume from one that was made at an"
              + " epoch's end");
    }
    return batches > 0;
  }

  private void loadListeners(ListenerState memory) {
    List<String> differences = new ArrayList<>();
    for (TrainingListener listener : network.listeners()) {
      if (listener instanceof StatefulListener stateful && !given.contains(listener)) {
        loadByClass(stateful, differences);
      } else if (listener instanceof Checkpoint checkpoint) {
        checkpoint.resume(network, memory);
      }
    }
    unclaimed.forEach((name, own) -> differences.add("no listener takes \"" + name + "\" over"));
    if (!differences.isEmpty()) {
      throw new IllegalStateException(
          Checkpoint.NAME
              + ": training can resume from "
              + file
              + " only with the listeners that it had, but "
              + String.join("; ", differences)
              + ". To continue with others, train network() by its own fit");
    }
  }

  private void loadByClass(StatefulListener listener, List<String> differences) {
    String made = listener.getClass().getName();
    Optional<ListenerState> own =
        unclaimed.values().stream().filter(any -> any.text("class").equals(made)).findFirst();
    if (own.isEmpty()) {
      differences.add("there was no " + listener);
      return;
    }
    try {
      load(own.get(), listener);
    } catch (IllegalArgumentException e) {
      unclaimed.remove(own.get().text("name"));
      differences.add(e.getMessage());
    }
  }

  @Override
  public String toString() {
    return "Resumed(" + file + ", " + saved + ", batchesOfEpoch=" + batchesOfEpoch() + ")";
  }
}
