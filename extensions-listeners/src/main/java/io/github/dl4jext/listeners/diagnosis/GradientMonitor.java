package io.github.dl4jext.listeners.diagnosis;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.diagnosis.PeriodicRows.Format;
import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.network.PerModelState;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.ParameterName;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures, layer by layer, how large the gradients are and how far an update moves the weights:
 * the Euclidean norms {@code |g|}, {@code |dw|} and {@code |w|} of each parameter, and {@code |dw|
 * / |w|}.
 *
 * <p>Gradients that shrink or grow by a factor from layer to layer vanish or explode. A ratio of
 * about 1e-3 per step is healthy for weights; with 1e-1 they lose what they have learnt, and with
 * 1e-6 they learn nothing.
 *
 * <table><caption>Parameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>meaning</th></tr>
 * <tr><td>everySteps</td><td>[1, inf)</td><td>100</td><td>steps between two entries;
 *   iterations 0, n, 2n, ... are measured</td></tr>
 * <tr><td>file</td><td>path</td><td>none</td><td>a CSV file; without one a table is printed to
 *   standard output</td></tr></table>
 *
 * <p><b>What is measured.</b> g is the gradient that DL4J's updater receives: the mean over the
 * minibatch ({@code conf.miniBatch}, the default), before gradient normalization, L1 and L2. dw is
 * the update that is subtracted from the weights, after all of these, the updater and weight decay.
 * w is the weight before the step; a change by constraints after the step shows in the next w.
 * Listeners are called in the order in which they were added, so that g is clipped if a listener
 * that clips was added before this one.
 *
 * <p>Batch normalization's running statistics have no gradient and are left out. The gradient and
 * update of a frozen layer are 0.
 *
 * <p><b>CSV.</b> A line per parameter: iteration, epoch, layer, parameter, gradientNorm,
 * updateNorm, weightNorm, updateToWeight. The lines of a step are appended together and are in the
 * file at once, so that a killed run keeps its log. An existing log is continued, and its last line
 * is cut off if it is incomplete; any other file is refused.
 *
 * <p><b>Cost.</b> A measured step copies each parameter, its gradient and its update as doubles;
 * the other steps cost nothing.
 *
 * <p><b>Edges.</b> For weights of zero, such as biases before the first step, the ratio is infinite
 * if they move, and NaN if they do not. Norms are computed in double, so that none overflows.
 *
 * <p><b>Threads.</b> Each model is measured separately, so the workers of {@code ParallelWrapper}
 * may share one instance; their rows follow each other.
 *
 * <p><b>Check.</b> w = (3, 4), g = (0.6, 0.8), {@code Sgd(0.5)}: |g| = 1, |dw| = 0.5, |w| = 5,
 * ratio 0.1.
 *
 * @see <a href="https://cs231n.github.io/neural-networks-3/#ratio">CS231n: ratio of weights and
 *     updates</a>
 */
public final class GradientMonitor extends BaseTrainingListener implements StatefulListener {

  /**
   * Holds the norms of one parameter at one step.
   *
   * @param iteration the step, from 0 as DL4J counts
   * @param epoch the epoch, from 0 as DL4J counts
   * @param layer the name of the layer or vertex
   * @param parameter DL4J's name of the parameter, such as {@code W}
   * @param gradientNorm the norm of its gradient, mean over the minibatch
   * @param updateNorm the norm of the update that was subtracted from it
   * @param weightNorm its norm before the step
   */
  public record ParameterNorms(
      int iteration,
      int epoch,
      String layer,
      String parameter,
      double gradientNorm,
      double updateNorm,
      double weightNorm) {

    /**
     * Returns how far the step moved the parameter: the norm of the update, divided by that of the
     * weights.
     */
    public double updateToWeight() {
      return updateNorm / weightNorm;
    }
  }

  private static final String HEADER =
      "iteration,epoch,layer,parameter,gradientNorm,updateNorm,weightNorm,updateToWeight";

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "gradient_monitor")
          .summary(
              "Shows per parameter the gradient's norm, and how far the update moves the weights.")
          .from("https://cs231n.github.io/neural-networks-3/#ratio")
          .taking(PeriodicRows.EVERY_STEPS, PeriodicRows.FILE)
          .madeBy(GradientMonitor::new);

  private static final Format<ParameterNorms> FORMAT =
      new Format<>(
          TECHNIQUE.name(),
          HEADER,
          GradientMonitor::cells,
          GradientMonitor::row,
          GradientMonitor::table);

  private final PeriodicRows<ParameterNorms> report;
  private final PerModelState<Measurement> measurements =
      new PerModelState<>(model -> new Measurement());

  /** Prints a table to standard output every 100 steps. */
  public GradientMonitor() {
    this(PeriodicRows.EVERY_STEPS.defaultOf(), System.out);
  }

  /**
   * Prints tables.
   *
   * @param everySteps steps between two tables, at least 1
   * @param out the target, such as a {@code PrintStream} or a {@code StringBuilder}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the number is out of range
   */
  public GradientMonitor(int everySteps, Appendable out) {
    this(FORMAT.to(everySteps, out));
  }

  /**
   * Appends to a CSV file.
   *
   * @param everySteps steps between two measurements, at least 1
   * @param file the file; its folder is created if it is missing
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the number is out of range
   * @throws IllegalArgumentException if the file exists and is not a log of this kind
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  public GradientMonitor(int everySteps, Path file) {
    this(FORMAT.to(everySteps, file));
  }

  /**
   * Passes the rows to a program.
   *
   * @param everySteps steps between two measurements, at least 1
   * @param reader receives the rows of each measured step, in the network's order; called by one
   *     thread at a time
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the number is out of range
   */
  public GradientMonitor(int everySteps, Consumer<List<ParameterNorms>> reader) {
    this(FORMAT.to(everySteps, reader));
  }

  private GradientMonitor(Arguments arguments) {
    this(FORMAT.to(arguments));
  }

  private GradientMonitor(PeriodicRows<ParameterNorms> report) {
    this.report = report;
  }

  private static ParameterNorms row(List<String> cells) {
    return new ParameterNorms(
        Integer.parseInt(cells.get(0)),
        Integer.parseInt(cells.get(1)),
        cells.get(2),
        cells.get(3),
        Double.parseDouble(cells.get(4)),
        Double.parseDouble(cells.get(5)),
        Double.parseDouble(cells.get(6)));
  }

  private static List<?> cells(ParameterNorms row) {
    return List.of(
        row.iteration,
        row.epoch,
        row.layer,
        row.parameter,
        row.gradientNorm,
        row.updateNorm,
        row.weightNorm,
        row.updateToWeight());
  }

  /** Measures gradients and weights. */
  @Override
  public void onGradientCalculation(Model model) {
    Network network = Network.find(model).orElse(null);
    if (network != null && report.isDue(network.progress().iterations())) {
      measurements.of(model).before(network);
    }
  }

  /** Measures the update, and passes the rows on. */
  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    Network network = Network.find(model).orElse(null);
    if (network != null && report.isDue(iteration)) {
      report.add(measurements.of(model).after(network, iteration, epoch));
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
   * Returns the latest measurement: a row per parameter in the network's order; empty before the
   * first measured step.
   */
  public List<ParameterNorms> rows() {
    return report.latest();
  }

  /**
   * Writes the rows of one step as a table of text.
   *
   * @param rows the rows of one step
   * @return the table, whose last line ends with a line feed too
   */
  public static String table(List<ParameterNorms> rows) {
    Objects.requireNonNull(rows, "gradient_monitor: rows must be given, was null");
    TextTable table =
        new TextTable(2, "layer", "parameter", "gradient", "update", "weight", "update/weight");
    for (ParameterNorms row : rows) {
      table.add(
          row.layer,
          row.parameter,
          figure(row.gradientNorm),
          figure(row.updateNorm),
          figure(row.weightNorm),
          figure(row.updateToWeight()));
    }
    return rows.isEmpty()
        ? table.toString()
        : TextTable.title(rows.get(0).iteration, rows.get(0).epoch) + table;
  }

  private static String figure(double number) {
    return Double.isFinite(number)
        ? String.format(Locale.ROOT, "%.3e", number)
        : Double.toString(number);
  }

  @Override
  public String toString() {
    return "GradientMonitor(" + report + ")";
  }

  /** Measures the norms of one step of one model. */
  private static final class Measurement {

    private record Before(double gradientNorm, double weightNorm) {}

    private final Map<ParameterName, Before> norms = new HashMap<>();

    void before(Network network) {
      norms.clear();
      double count = network.gradientDivisor();
      for (ParameterSlot slot : network.slots()) {
        if (slot.hasGradient()) {
          double gradient = norm(slot.in(network.gradients())) / count;
          norms.put(slot.name(), new Before(gradient, norm(slot.in(network.parameters()))));
        }
      }
    }

    /**
     * Measures the update. The updater works in place, so the update is where the gradients were.
     */
    List<ParameterNorms> after(Network network, int iteration, int epoch) {
      List<ParameterNorms> measured = new ArrayList<>();
      for (ParameterSlot slot : network.slots()) {
        ParameterName name = slot.name();
        Before before = norms.get(name);
        if (before != null) {
          double update = norm(slot.in(network.gradients()));
          measured.add(
              new ParameterNorms(
                  iteration,
                  epoch,
                  name.node(),
                  name.parameter(),
                  before.gradientNorm,
                  update,
                  before.weightNorm));
        }
      }
      return List.copyOf(measured);
    }

    private static double norm(INDArray array) {
      return array.castTo(DataType.DOUBLE).norm2Number().doubleValue();
    }
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
