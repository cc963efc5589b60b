package io.github.dl4jext.listeners.checkpoints;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.checkpoints.CheckpointFolder.Saved;
import io.github.dl4jext.listeners.monitoring.EpochWatch;
import io.github.dl4jext.listeners.monitoring.FiniteCheck;
import io.github.dl4jext.listeners.monitoring.MeanLoss;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.listeners.monitoring.StepGuard;
import io.github.dl4jext.network.AtomicFiles;
import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.PerModelState;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.network.TrainingFollower;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.Normalizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves a training while it runs, so that it can be resumed after a kill.
 *
 * <pre>{@code
 * net.setListeners(ema, plateau, Checkpoint.builder(folder).everySteps(1000).build());
 * net.fit(train, 10);
 * ...
 * Resumed resumed = Checkpoint.resume(folder);
 * MultiLayerNetwork net = resumed.network();
 * net.setListeners(ema, plateau, Checkpoint.builder(folder).everySteps(1000).build());
 * resumed.fit(train, 10);
 * }</pre>
 *
 * <table><caption>Parameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>meaning</th></tr>
 * <tr><td>folder</td><td>path</td><td>required</td><td>the folder for the files, of one training at
 *   a time</td></tr>
 * <tr><td>everySteps</td><td>[0, inf)</td><td>0</td><td>saves after this number of steps; 0 for
 *   never</td></tr>
 * <tr><td>everyEpochs</td><td>[0, inf)</td><td>1</td><td>saves after this number of epochs; 0 for
 *   never</td></tr>
 * <tr><td>keepLast</td><td>[0, inf)</td><td>3</td><td>the number of latest files to keep</td></tr>
 * <tr><td>keepBest</td><td>[0, inf)</td><td>0</td><td>the number of best files to keep in addition,
 *   by score</td></tr>
 * <tr><td>with</td><td>listener</td><td>those on the network</td><td>in Java only: a listener and
 *   its name</td></tr>
 * <tr><td>normalizer</td><td>{@link Normalizer}</td><td>none</td><td>in Java only: a normalizer
 *   that is saved too</td></tr>
 * <tr><td>monitor</td><td>{@link Monitor}</td><td>training loss</td><td>in Java only: the score of
 *   the best files. The training loss is the mean over the epoch's steps so far</td></tr>
 * </table>
 *
 * <p><b>Resuming</b> leaves no trace: the same batches give the same parameters, bit by bit, in the
 * middle of an epoch too; see {@link Resumed}. The file contains:
 *
 * <ul>
 *   <li>the parameters, the updater's state, and the counts of steps and epochs, as they are when
 *       the step or epoch is over, with constraints applied;
 *   <li>the number of batches of the epoch that are done;
 *   <li>the state of ND4J's random generator in the training thread;
 *   <li>the memory of each {@link StatefulListener} on the network, and of those given by name;
 *   <li>the normalizer, if one is given.
 * </ul>
 *
 * <p>It does not contain the data or the random numbers of their iterator. DL4J's {@code load} can
 * read the network from it. With truncated backpropagation through time, training can be resumed
 * only from the end of an epoch.
 *
 * <p><b>Files</b> are named {@code checkpoint-step0000001200-epoch00003-score0.25.zip} by the steps
 * and epochs that are done, and sort in this order. Each is written under another name, forced to
 * the disk and then renamed in one operation, before any older one is deleted, so that neither a
 * kill nor a full disk destroys a good file. Unfinished files are deleted when the next listener is
 * made for the folder. Only files with such names are ever deleted.
 *
 * <p><b>Errors.</b> The constructor throws {@link java.io.UncheckedIOException} if the folder
 * cannot be written. The first step throws {@code IllegalStateException}, before any update, in two
 * cases. One is that the folder has checkpoints of later steps than the model's, which belong to
 * another training and would count as the latest ones (a later one that cannot be read is renamed
 * to {@code .damaged} instead). The other is that a {@code StatefulListener} comes after this one,
 * because its memory would be saved without the last step. If a file cannot be written, the step
 * throws {@code UncheckedIOException} with the name of the last good file. The network then has the
 * update, but DL4J has not counted it yet.
 *
 * <p><b>Edges.</b> A model with NaN or infinite parameters is not saved, because such files would
 * in time replace the good ones; a warning says so. A score that is not finite is never among the
 * best. Of equal scores the earlier one counts as better.
 *
 * <p><b>When the network becomes another one</b> (layers frozen, unfrozen, a new head), the new one
 * is saved in the same folder, in the order of steps. If it counts its steps from 0, its files
 * count as older ones, and a warning says so.
 *
 * <p><b>Averaged weights.</b> With a monitor {@code ofAverage} the best files are those with the
 * best average. They contain the same as other files: the network's own weights, and the memory of
 * the listener that averages. After resuming, {@code ema.averaged(network)} is the network that was
 * judged.
 *
 * <p><b>Order.</b> Add this listener last. Use a monitor that evaluates the model only with {@code
 * everyEpochs}: between steps it would disturb truncated backpropagation through time.
 *
 * <p><b>Threads.</b> One file is written at a time. The workers of {@code ParallelWrapper} would
 * overwrite each other's file of a step, and it announces no epochs: train with {@code
 * ParallelTraining}, or call {@link #save} after its {@code fit}.
 *
 * <p><b>Departs from DL4J.</b> {@code CheckpointListener} saves before the step is counted and
 * before constraints are applied, and at an epoch's end before the epoch is counted, so that a
 * training resumed from its files repeats a step's learning rate, and leads to other weights. It
 * writes a file under its final name, and relies on an index that may name an incomplete file.
 *
 * @see <a href="https://keras.io/api/callbacks/model_checkpoint/">Keras: ModelCheckpoint</a>
 */
public final class Checkpoint extends BaseTrainingListener
    implements TrainingFollower, StatefulListener.Saver {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

  public static final Parameter<String> FOLDER =
      Parameter.text("folder").doc("the folder for the files, of one training at a time");

  public static final Parameter<Integer> EVERY_STEPS =
      Parameter.integer("everySteps")
          .in("[0, inf)")
          .orElse(0)
          .doc("saves after this number of steps; 0 for never");

  public static final Parameter<Integer> EVERY_EPOCHS =
      Parameter.integer("everyEpochs")
          .in("[0, inf)")
          .orElse(1)
          .doc("saves after this number of epochs; 0 for never");

  public static final Parameter<Integer> KEEP_LAST =
      Parameter.integer("keepLast")
          .in("[0, inf)")
          .orElse(3)
          .doc("the number of latest files to keep");

  public static final Parameter<Integer> KEEP_BEST =
      Parameter.integer("keepBest")
          .in("[0, inf)")
          .orElse(0)
          .doc("the number of best files to keep in addition, by training score");

  /** The name with which messages begin. */
  static final String NAME = "checkpoint";

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, NAME)
          .summary(
              "Saves the training every few steps or epochs; neither a kill nor a full disk destroys"
                  + " the last good file.")
          .from("https://keras.io/api/callbacks/model_checkpoint/")
          .taking(FOLDER, EVERY_STEPS, EVERY_EPOCHS, KEEP_LAST, KEEP_BEST)
          .madeBy(arguments -> new CheckpointBuilder(arguments, null).build());

  private final Arguments arguments;
  private final CheckpointFolder folder;
  private final int everySteps;
  private final int everyEpochs;
  private final Monitor monitor;
  private final Map<String, StatefulListener> named;
  private final @Nullable Normalizer<?> normalizer;
  private final CheckpointBuilder.ModelWriter writer;
  private MeanLoss loss = new MeanLoss();
  private final StepGuard guard = new StepGuard();
  private final EpochWatch epochs = new EpochWatch(NAME, "no epoch is saved");
  private final PerModelState<EpochPlace> places = new PerModelState<>(model -> new EpochPlace());

  /**
   * Saves at the end of every epoch, and keeps the last three.
   *
   * @param folder the folder for the files; created if missing
   * @throws java.io.UncheckedIOException if the folder cannot be written
   */
  public Checkpoint(Path folder) {
    this(builder(folder));
  }

  Checkpoint(CheckpointBuilder from) {
    arguments = TECHNIQUE.read(from.given);
    everySteps = arguments.get(EVERY_STEPS);
    everyEpochs = arguments.get(EVERY_EPOCHS);
    int keepLast = arguments.get(KEEP_LAST);
    TECHNIQUE
        .checks()
        .that(
            everySteps != 0 || everyEpochs != 0,
            "everyEpochs",
            "at least 1 if everySteps is 0",
            everyEpochs)
        .that(
            keepLast != 0 || arguments.get(KEEP_BEST) != 0,
            "keepLast",
            "at least 1 if keepBest is 0",
            keepLast)
        .that(from.monitor != null, "monitor", "a monitor", from.monitor)
        .done();
    folder = new CheckpointFolder(from.place == null ? Path.of(arguments.get(FOLDER)) : from.place);
    monitor = from.monitor;
    named = new LinkedHashMap<>(from.named);
    normalizer = from.normalizer;
    writer = from.writer;
    folder.open();
  }

  /**
   * Begins with the defaults and a folder.
   *
   * @param folder the folder for the files; {@link CheckpointBuilder#build} creates it if it is
   *     missing
   * @return a builder
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the folder is null
   */
  public static CheckpointBuilder builder(Path folder) {
    Checks.of(NAME).that(folder != null, "folder", "a path", folder).done();
    return new CheckpointBuilder(Arguments.of(FOLDER, folder.toString()), folder);
  }

  /**
   * Finds the latest checkpoint in a folder; skips unreadable ones with a warning.
   *
   * @param folder the folder of checkpoints
   * @return the file; empty if there is none
   */
  public static Optional<Path> latest(Path folder) {
    return given(folder).latest();
  }

  private static CheckpointFolder given(Path folder) {
    TECHNIQUE.checks().that(folder != null, "folder", "a path", folder).done();
    return new CheckpointFolder(folder);
  }

  /**
   * Reads the latest checkpoint that can be read, to resume its training.
   *
   * @param folder the folder of checkpoints, or a file, which may also be one that DL4J has written
   * @return the network, and everything that its training needs to resume
   * @throws IllegalArgumentException if there is no checkpoint that can be read
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  public static Resumed resume(Path folder) {
    return Resumed.from(given(folder));
  }

  /**
   * Reads the latest checkpoint as {@link #resume(Path)} does, and checks that its network is
   * configured as the one that the program makes.
   *
   * @param folder the folder of checkpoints, or a file
   * @param network the network as the program makes it before the first training; it is not changed
   * @return the network, and everything that its training needs to resume
   * @throws IllegalArgumentException if there is no checkpoint that can be read, or if the
   *     configurations differ in more than what training itself changes, such as learning rates;
   *     the message lists the differences
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  public static Resumed resume(Path folder, Model network) {
    Resumed resumed = resume(folder);
    resumed.requireConfigurationOf(Network.of(network));
    return resumed;
  }

  /**
   * Finds the checkpoint with the best score in a folder; skips unreadable ones with a warning.
   *
   * @param folder the folder of checkpoints
   * @param higherIsBetter true if the highest score is the best, false if the lowest is
   * @return the file; empty if there is none
   */
  public static Optional<Path> best(Path folder, boolean higherIsBetter) {
    return given(folder).best(higherIsBetter);
  }

  /** Finds the latest checkpoint in this listener's folder that can be read. */
  public Optional<Path> latest() {
    return folder.latest();
  }

  /** Finds the checkpoint with the best score in this listener's folder that can be read. */
  public Optional<Path> best() {
    return folder.best(monitor.higherIsBetter());
  }

  /**
   * Checks the folder and the other listeners before the first update.
   *
   * @throws IllegalStateException if there are checkpoints of later steps than the model's, or a
   *     listener with a memory comes after this one
   */
  @Override
  public synchronized void onGradientCalculation(Model model) {
    Network network = Network.find(model).orElse(null);
    if (network == null || places.of(model).started) {
      return;
    }
    guard.beforeUpdate(model, () -> start(network));
  }

  private void start(Network network) {
    folder.requireNoneAfter(network.progress().iterations());
    SavedTraining.requireLast(network, this);
    places.of(network.model()).started = true;
  }

  @Override
  public synchronized void onEpochStart(Model model) {
    loss.beginEpoch();
    epochs.begin();
    places.of(model).set(true, 0);
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    guard.afterUpdate(model);
    if (everyEpochs != 0) {
      epochs.step(model);
    }
    loss.add(model.score());
    EpochPlace place = places.of(model);
    place.step();
    int steps = iteration + 1;
    if (everySteps == 0 || steps % everySteps != 0) {
      return;
    }
    Network.find(model)
        .ifPresent(
            network -> {
              // DL4J applies constraints after its listeners, with the count of the next step.
              INDArray before = network.parameters().dup();
              try {
                model.applyConstraints(steps, epoch);
                save(network, steps, epoch);
              } finally {
                network.parameters().assign(before);
              }
            });
  }

  @Override
  public synchronized void onEpochEnd(Model model) {
    epochs.end();
    Network network = Network.find(model).orElse(null);
    if (network != null) {
      places.of(model).set(false, 0);
      int done = network.progress().epochs() + 1;
      if (everyEpochs != 0 && done % everyEpochs == 0) {
        save(network, network.progress().iterations(), done);
      }
    }
  }

  /**
   * Saves a model now. This is for training without listeners; do not call it from a listener.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @return the file; empty if the model has NaN or infinite parameters, or is not among the files
   *     to keep
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public synchronized Optional<Path> save(Model model) {
    Network network = Network.of(model);
    return save(network, network.progress().iterations(), network.progress().epochs());
  }

  /** Saves the model with the counts that it will have after the present step or epoch. */
  private Optional<Path> save(Network network, int steps, int epochs) {
    if (!FiniteCheck.all(network.parameters())) {
      LOG.warn(
          "{}: the model after step {} is not saved, because it has NaN or infinite parameters;"
              + " stop_on_nan would have stopped there",
          TECHNIQUE.name(),
          steps);
      return Optional.empty();
    }
    double reached =
        monitor.isTrainingLoss() && loss.steps() > 0 ? loss.mean() : monitor.of(network.model());
    TrainingProgress now = network.progress();
    Path file;
    try {
      network.setProgress(new TrainingProgress(steps, epochs));
      int batches = places.of(network.model()).batches();
      ListenerState training = SavedTraining.of(network, batches, named).put("loss", loss.state());
      AtomicFiles.Content content = out -> CheckpointFile.write(network, training, normalizer, out);
      file = folder.write(steps, epochs, reached, out -> writer.write(content, out));
    } finally {
      network.setProgress(now);
    }
    folder.prune(arguments.get(KEEP_LAST), arguments.get(KEEP_BEST), monitor.higherIsBetter());
    return Optional.of(file).filter(Files::exists);
  }

  /** Restores the place in the epoch and the loss so far. */
  synchronized void resume(Network network, ListenerState training) {
    int batches = (int) training.whole("batches");
    places.of(network.model()).set(batches > 0, batches);
    loss = MeanLoss.of(training.part("loss"));
  }

  /** Keeps the same folder, and warns if the network's files will count as older ones. */
  @Override
  public synchronized void follow(Network before, Network now) {
    places.follow(before.model(), now.model(), EpochPlace::copy);
    int steps = now.progress().iterations();
    List<Saved> later = folder.laterThan(steps);
    if (!later.isEmpty()) {
      LOG.warn(
          "{}: the network that continues the training is at step {}, before that of {};"
              + " its checkpoints will count as older ones, take another folder for it",
          TECHNIQUE.name(),
          steps,
          later.get(later.size() - 1).file());
    }
  }

  @Override
  public String toString() {
    return "Checkpoint" + arguments;
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
