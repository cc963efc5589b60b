package io.github.dl4jext.listeners.checkpoints;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.checkpoints.CheckpointFolder.Saved;
import io.github.dl4jext.listeners.monitoring.FiniteCheck;
import io.github.dl4jext.listeners.monitoring.MeanLoss;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.PerModelState;
import io.github.dl4jext.network.TrainingFollower;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves the model while it learns, so that a training that was interrupted resumes where it was.
 *
 * <pre>{@code
 * net.addListeners(new Checkpoint(Path.of("checkpoints")));
 * ...
 * Path file = Checkpoint.latest(Path.of("checkpoints")).orElseThrow();
 * MultiLayerNetwork net = MultiLayerNetwork.load(file.toFile(), true);
 * }</pre>
 *
 * <table><caption>Parameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>meaning</th></tr>
 * <tr><td>folder</td><td>path</td><td>required</td><td>where the files go; of one training at a
 *   time</td></tr>
 * <tr><td>everySteps</td><td>[0, inf)</td><td>0</td><td>saves when so many more steps are done; 0
 *   not to</td></tr>
 * <tr><td>everyEpochs</td><td>[0, inf)</td><td>1</td><td>saves when so many more epochs are done; 0
 *   not to</td></tr>
 * <tr><td>keepLast</td><td>[0, inf)</td><td>3</td><td>latest ones to keep</td></tr>
 * <tr><td>keepBest</td><td>[0, inf)</td><td>0</td><td>best ones to keep besides, by score</td></tr>
 * <tr><td>monitor</td><td>{@link Monitor}</td><td>training loss</td><td>in Java alone: what is to be
 *   best. The training loss is the mean over the epoch's steps so far</td></tr></table>
 *
 * <p><b>Resuming</b> is no break: the same batches give the same parameters, bit by bit. The file
 * has parameters, updater state, and the counts of steps and epochs as they are when the step or
 * epoch is over, with constraints applied. It does not have the random generator (dropout draws
 * other masks), nor the place in the data: a checkpoint within an epoch resumes with a new epoch of
 * data.
 *
 * <p><b>Files</b> are named {@code checkpoint-step0000001200-epoch00003-score0.25.zip} by the steps
 * and epochs that are done, and sort by them. Each is written under another name, forced to the
 * disk and then renamed at once, before any older one is deleted: a kill or a full disk costs no
 * good file. What a kill left is cleared away when a listener is made for the folder. Only files
 * with such names are ever deleted.
 *
 * <p><b>Errors.</b> The constructor fails if the folder cannot be written. The first step fails,
 * before any update, if the folder has checkpoints of later steps than the model's: they are of
 * another training, and would count as the last ones. A file that cannot be written ends training
 * by an {@link java.io.UncheckedIOException} that names the last good one.
 *
 * <p><b>Edges.</b> A model with NaN or infinite parameters is not saved, which a warning says: it
 * would in time push the good ones out. A score that is not finite is never among the best. Of
 * equal scores the earlier is better.
 *
 * <p><b>When the network becomes another one</b> (layers frozen, unfrozen, a new head), it is saved
 * in the same folder, in the order of steps. If it counts its steps from 0, its files count as
 * older ones, which a warning says.
 *
 * <p><b>Order.</b> Add it after listeners that change the model. A monitor that evaluates the model
 * belongs to epochs: within steps it would disturb truncated backpropagation through time.
 *
 * <p><b>Threads.</b> One file is written at a time. {@code ParallelWrapper}'s workers would take
 * turns to overwrite one file of each step; call {@link #save} after its {@code fit} instead.
 *
 * <p><b>Departs from DL4J.</b> {@code CheckpointListener} saves before the step is counted and
 * before constraints are applied, and at an epoch's end before the epoch is counted: training
 * resumed from its files repeats a step's learning rate, and goes elsewhere. It writes the file
 * under its final name, and trusts an index that may name half a file.
 *
 * @see <a href="https://keras.io/api/callbacks/model_checkpoint/">Keras: ModelCheckpoint</a>
 */
public final class Checkpoint extends BaseTrainingListener implements TrainingFollower {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

  public static final Parameter<String> FOLDER =
      Parameter.text("folder").doc("where the files go; of one training at a time");

  public static final Parameter<Integer> EVERY_STEPS =
      Parameter.integer("everySteps")
          .in("[0, inf)")
          .orElse(0)
          .doc("saves when so many more steps are done; 0 not to");

  public static final Parameter<Integer> EVERY_EPOCHS =
      Parameter.integer("everyEpochs")
          .in("[0, inf)")
          .orElse(1)
          .doc("saves when so many more epochs are done; 0 not to");

  public static final Parameter<Integer> KEEP_LAST =
      Parameter.integer("keepLast").in("[0, inf)").orElse(3).doc("latest ones to keep");

  public static final Parameter<Integer> KEEP_BEST =
      Parameter.integer("keepBest")
          .in("[0, inf)")
          .orElse(0)
          .doc("best ones to keep besides, by training score");

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "checkpoint")
          .summary(
              "Saves the model every few steps or epochs; no kill or full disk costs the last good"
                  + " one.")
          .from("https://keras.io/api/callbacks/model_checkpoint/")
          .taking(FOLDER, EVERY_STEPS, EVERY_EPOCHS, KEEP_LAST, KEEP_BEST)
          .madeBy(arguments -> new Builder(arguments).build());

  private final Arguments arguments;
  private final CheckpointFolder folder;
  private final int everySteps;
  private final int everyEpochs;
  private final Monitor monitor;
  private final ModelWriter writer;
  private final MeanLoss loss = new MeanLoss();

  /** A folder is looked into once for each model, before its first update. */
  private final PerModelState<AtomicBoolean> started =
      new PerModelState<>(model -> new AtomicBoolean());

  /**
   * Saves at the end of every epoch, and keeps the last three.
   *
   * @param folder where the files go; made if need be
   * @throws java.io.UncheckedIOException if the folder cannot be written
   */
  public Checkpoint(Path folder) {
    this(builder(folder));
  }

  private Checkpoint(Builder from) {
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
    folder = new CheckpointFolder(Path.of(arguments.get(FOLDER)));
    monitor = from.monitor;
    writer = from.writer;
    folder.open();
  }

  /** Begins with the defaults, and the folder where the files go. */
  public static Builder builder(Path folder) {
    return new Builder(folder == null ? Arguments.none() : Arguments.of(FOLDER, folder.toString()));
  }

  /** Finds the latest checkpoint in a folder; passes over unreadable ones with a warning. */
  public static Optional<Path> latest(Path folder) {
    return new CheckpointFolder(folder).latest();
  }

  /**
   * Finds the checkpoint of the best score in a folder; passes over unreadable ones with a warning.
   *
   * @param folder the folder of checkpoints
   * @param higherIsBetter whether the highest score is the best, or the lowest
   * @return the file; empty if there is none
   */
  public static Optional<Path> best(Path folder, boolean higherIsBetter) {
    return new CheckpointFolder(folder).best(higherIsBetter);
  }

  /** Finds the latest checkpoint in this listener's folder that can be read. */
  public Optional<Path> latest() {
    return folder.latest();
  }

  /** Finds the checkpoint of the best score in this listener's folder that can be read. */
  public Optional<Path> best() {
    return folder.best(monitor.higherIsBetter());
  }

  /**
   * Looks into the folder before the first update.
   *
   * @throws IllegalStateException if there are checkpoints of later steps than the model's
   */
  @Override
  public synchronized void onGradientCalculation(Model model) {
    Network network = Network.find(model).orElse(null);
    if (network == null || started.of(model).get()) {
      return;
    }
    int steps = network.progress().iterations();
    List<Saved> later = folder.laterThan(steps);
    if (!later.isEmpty()) {
      throw new IllegalStateException(
          TECHNIQUE.name()
              + ": folder must have no checkpoints of later steps than the model's, which is at "
              + steps
              + ", was one with "
              + later.get(0).file()
              + "; resume from the latest one, or take another folder");
    }
    started.of(model).set(true);
  }

  @Override
  public synchronized void onEpochStart(Model model) {
    loss.beginEpoch();
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    loss.add(model.score());
    int steps = iteration + 1;
    if (everySteps == 0 || steps % everySteps != 0) {
      return;
    }
    Network.find(model)
        .ifPresent(
            network -> {
              // DL4J applies constraints after its listeners, and to the next step's count.
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
    Network network = Network.find(model).orElse(null);
    if (network != null) {
      int epochs = network.progress().epochs() + 1;
      if (everyEpochs != 0 && epochs % everyEpochs == 0) {
        save(network, network.progress().iterations(), epochs);
      }
    }
  }

  /**
   * Saves a model now, for training that nobody listens to, and not within a listener's call.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}
   * @return the file; empty if the model has NaN or infinite parameters, or is not among those to
   *     keep
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public synchronized Optional<Path> save(Model model) {
    Network network = Network.of(model);
    return save(network, network.progress().iterations(), network.progress().epochs());
  }

  /** Saves as it will be when what is under way has been counted. */
  private Optional<Path> save(Network network, int steps, int epochs) {
    if (!FiniteCheck.all(network.parameters())) {
      LOG.warn(
          "{}: the model after step {} is not saved, for it has NaN or infinite parameters;"
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
      file = folder.write(steps, epochs, reached, out -> writer.write(network.model(), out));
    } finally {
      network.setProgress(now);
    }
    folder.prune(arguments.get(KEEP_LAST), arguments.get(KEEP_BEST), monitor.higherIsBetter());
    return Optional.of(file).filter(Files::exists);
  }

  /** Keeps the same folder, and warns if the network's files will count as older ones. */
  @Override
  public synchronized void follow(Network before, Network now) {
    int steps = now.progress().iterations();
    List<Saved> later = folder.laterThan(steps);
    if (!later.isEmpty()) {
      LOG.warn(
          "{}: the network that carries on the training is at step {}, before that of {};"
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

  /** Writes a model as bytes; another one in tests of what goes wrong. */
  @FunctionalInterface
  interface ModelWriter {
    void write(Model model, OutputStream out) throws IOException;
  }

  /** Names the parameters of a {@link Checkpoint}. */
  public static final class Builder {

    private Arguments given;
    private Monitor monitor = Monitor.trainingLoss();
    private ModelWriter writer = (model, out) -> ModelSerializer.writeModel(model, out, true);

    private Builder(Arguments given) {
      this.given = given;
    }

    /** Saves when so many more steps are done; 0 not to. */
    public Builder everySteps(int steps) {
      given = given.with(EVERY_STEPS, steps);
      return this;
    }

    /** Saves when so many more epochs are done; 0 not to. */
    public Builder everyEpochs(int epochs) {
      given = given.with(EVERY_EPOCHS, epochs);
      return this;
    }

    /** Keeps so many of the latest ones. */
    public Builder keepLast(int number) {
      given = given.with(KEEP_LAST, number);
      return this;
    }

    /** Keeps so many of the best ones besides. */
    public Builder keepBest(int number) {
      given = given.with(KEEP_BEST, number);
      return this;
    }

    /** Names what is to be best; without this it is the training loss. */
    public Builder monitor(Monitor watched) {
      monitor = watched;
      return this;
    }

    Builder writer(ModelWriter other) {
      writer = other;
      return this;
    }

    /** Makes the listener, and the folder if need be. */
    public Checkpoint build() {
      return new Checkpoint(this);
    }
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
