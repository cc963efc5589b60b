package io.github.dl4jext.listeners.diagnosis;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.diagnosis.PeriodicRows.Format;
import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Records the learning rate that was applied, layer by layer.
 *
 * <p>It shows what a schedule really does: whether it counts steps or epochs, whether it resumed
 * after a restore, and whether biases and frozen layers got what they should.
 *
 * <table><caption>Parameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>meaning</th></tr>
 * <tr><td>everySteps</td><td>[1, inf)</td><td>100</td><td>steps between two entries;
 *   iterations 0, n, 2n, ... are logged</td></tr>
 * <tr><td>file</td><td>path</td><td>none</td><td>a CSV file; without one the lines are printed to
 *   standard output</td></tr></table>
 *
 * <p><b>Which rate.</b> The rate that DL4J's updater uses in that step, with its own counts. A
 * layer has a row per updater: one for all its parameters, or two if there is a {@code
 * biasUpdater}. Layers inside wrappers ({@code Bidirectional}, {@code LastTimeStep}, {@code
 * TimeDistributed}, {@code MaskZeroLayer}) are shown too. The rate is 0 for a {@code FrozenLayer},
 * and NaN for an updater without one ({@code AdaDelta}, {@code NoOp}). The rate of a {@code
 * FrozenLayerWithBackprop} is shown as it is, because DL4J keeps the layer's updater there and
 * applies its rate to a gradient of zero and to L2.
 *
 * <p>Batch normalization's running statistics and parameters that only pretraining changes have no
 * row. Further scaling of the update by a {@code Regularization} or an {@code Optimizer} does not
 * show here; see {@link GradientMonitor}.
 *
 * <p><b>CSV.</b> A line per row: iteration, epoch, layer, parameters, rate. Lines are appended, and
 * are in the file at once. An existing log is continued; any other file is refused.
 *
 * <p><b>Cost.</b> No array is read.
 *
 * <p><b>Threads.</b> The workers of {@code ParallelWrapper} may share one instance; their rows
 * follow each other.
 *
 * <p><b>Check.</b> {@code Sgd(0.5)} for weights and {@code Sgd(0.25)} for biases: each step gives
 * {@code W,0.5} and {@code b,0.25}.
 *
 * @see <a href="https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate">PyTorch:
 *     how to adjust the learning rate</a>
 */
public final class LearningRateLog extends BaseTrainingListener implements StatefulListener {

  /**
   * Holds the rate of a layer's parameters that share an updater, at one step.
   *
   * @param iteration the step, from 0 as DL4J counts
   * @param epoch the epoch, from 0 as DL4J counts
   * @param layer the name of the layer or vertex
   * @param parameters DL4J's names of the parameters, with a space between
   * @param rate the rate that was applied; 0 if frozen, NaN if the updater has none
   */
  public record AppliedRate(
      int iteration, int epoch, String layer, String parameters, double rate) {}

  private static final String HEADER = "iteration,epoch,layer,parameters,rate";

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "learning_rate_log")
          .summary("Records the learning rate that was applied, layer by layer.")
          .from("https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate")
          .taking(PeriodicRows.EVERY_STEPS, PeriodicRows.FILE)
          .madeBy(LearningRateLog::new);

  private static final Format<AppliedRate> FORMAT =
      new Format<>(
          TECHNIQUE.name(),
          HEADER,
          LearningRateLog::cells,
          LearningRateLog::row,
          LearningRateLog::table);

  private final PeriodicRows<AppliedRate> report;

  /** Prints the rates to standard output every 100 steps. */
  public LearningRateLog() {
    this(PeriodicRows.EVERY_STEPS.defaultOf(), System.out);
  }

  /**
   * Prints tables.
   *
   * @param everySteps steps between two tables, at least 1
   * @param out the target, such as a {@code PrintStream} or a {@code StringBuilder}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the number is out of range
   */
  public LearningRateLog(int everySteps, Appendable out) {
    this(FORMAT.to(everySteps, out));
  }

  /**
   * Appends to a CSV file.
   *
   * @param everySteps steps between two entries, at least 1
   * @param file the file; its folder is created if it is missing
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the number is out of range
   * @throws IllegalArgumentException if the file exists and is not a log of this kind
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  public LearningRateLog(int everySteps, Path file) {
    this(FORMAT.to(everySteps, file));
  }

  /**
   * Passes the rows to a program.
   *
   * @param everySteps steps between two entries, at least 1
   * @param reader receives the rows of each logged step, in the network's order; called by one
   *     thread at a time
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the number is out of range
   */
  public LearningRateLog(int everySteps, Consumer<List<AppliedRate>> reader) {
    this(FORMAT.to(everySteps, reader));
  }

  private LearningRateLog(Arguments arguments) {
    this(FORMAT.to(arguments));
  }

  private LearningRateLog(PeriodicRows<AppliedRate> report) {
    this.report = report;
  }

  private static AppliedRate row(List<String> cells) {
    return new AppliedRate(
        Integer.parseInt(cells.get(0)),
        Integer.parseInt(cells.get(1)),
        cells.get(2),
        cells.get(3),
        Double.parseDouble(cells.get(4)));
  }

  private static List<?> cells(AppliedRate row) {
    return List.of(row.iteration, row.epoch, row.layer, row.parameters, row.rate);
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    Network network = Network.find(model).orElse(null);
    if (network != null && report.isDue(iteration)) {
      report.add(
          AppliedRates.ofAll(network, iteration, epoch).stream()
              .map(r -> new AppliedRate(iteration, epoch, r.layer(), r.parameters(), r.rate()))
              .toList());
    }
  }

  /** Returns the latest rows. */
  @Override
  public ListenerState state(Network network) {
    return report.state();
  }

  @Override
  public void loadState(Network network, ListenerState state) {
    report.loadState(state);
  }

  /**
   * Returns the latest entry: a row per layer and updater in the network's order; empty before the
   * first logged step.
   */
  public List<AppliedRate> rows() {
    return report.latest();
  }

  /**
   * Writes the rows of one step as a table of text.
   *
   * @param rows the rows of one step
   * @return the table, whose last line ends with a line feed too
   */
  public static String table(List<AppliedRate> rows) {
    Objects.requireNonNull(rows, "learning_rate_log: rows must be given, was null");
    TextTable table = new TextTable(2, "layer", "parameters", "rate");
    rows.forEach(row -> table.add(row.layer, row.parameters, String.valueOf(row.rate)));
    return rows.isEmpty()
        ? table.toString()
        : TextTable.title(rows.get(0).iteration, rows.get(0).epoch) + table;
  }

  @Override
  public String toString() {
    return "LearningRateLog(" + report + ")";
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
