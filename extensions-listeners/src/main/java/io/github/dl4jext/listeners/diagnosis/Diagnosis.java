package io.github.dl4jext.listeners.diagnosis;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.diagnosis.checks.DiagnosisCheck;
import io.github.dl4jext.listeners.diagnosis.checks.Examination;
import io.github.dl4jext.listeners.diagnosis.checks.Finding;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.PerModelState;
import io.github.dl4jext.network.TrainingFollower;
import io.github.dl4jext.network.noise.RandomState;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds faults of a network and its training, layer by layer, and names the techniques that help.
 *
 * <pre>{@code
 * Diagnosis.check(net, batch).forEach(System.out::println);   // before training
 *
 * Diagnosis diagnosis = new Diagnosis();                      // while it trains
 * net.setListeners(diagnosis);
 * net.fit(data, 10);
 * System.out.println(diagnosis.report());
 * }</pre>
 *
 * <table><caption>Parameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>meaning</th></tr>
 * <tr><td>everySteps</td><td>[1, inf)</td><td>100</td><td>steps between two examined steps;
 *   iterations 0, n, 2n, ... are examined</td></tr>
 * </table>
 *
 * <p><b>Faults:</b> dead and saturated units, gradients that vanish or explode, SELU that does not
 * normalize itself, rates too high or too low, inputs and labels that do not fit, superfluous
 * biases, misplaced penalties, weights that cannot learn, a loss that is not finite. For each there
 * is a {@link DiagnosisCheck}, whose class comment states the figure that is measured, its limit
 * and the source.
 *
 * <p><b>Before training.</b> {@link #check} makes one step with a copy of the network; the network,
 * its updater and ND4J's random generator do not change. Faults that need many steps, such as a
 * rate that is too low, are found only by the listener.
 *
 * <p><b>Report.</b> Each fault is reported once for each layer, as a warning in the log and in
 * {@link #findings()}. A fault that disappears stays in the findings, with the step at which it was
 * first found.
 *
 * <p><b>Cost.</b> An examined step computes the layers' outputs once more, and reads them and the
 * norms of parameters, gradients and updates. The configuration is copied once. In other steps only
 * the loss is checked, and the step is examined if it is not finite.
 *
 * <p><b>Shape and type.</b> Stacks and graphs of any data type, with masks. The gradients, rates
 * and penalties of frozen layers are not checked. Layer-wise pretraining is not examined.
 *
 * <p><b>Edges.</b> Activations are recognised by their values and initialisers by the variance of
 * the weights, so that classes from other libraries are judged too. A check does not judge a layer
 * of a type that it does not know.
 *
 * <p><b>Order.</b> Listeners are called in the order in which they were added. Add this one after
 * those that clip, so that it judges the clipped gradients, and before {@code StopOnNaN}, which
 * ends training before later listeners are called.
 *
 * <p><b>Threads.</b> Each model is examined separately, so the workers of {@code ParallelWrapper}
 * may share one instance. A network that continues this training keeps the memory of its examined
 * steps. A checkpoint does not save findings: faults that are still present are found again.
 *
 * <p><b>Check.</b> A dense layer of ReLU whose biases are -100 has a share of dead units of 1.
 *
 * @see <a href="https://cs231n.github.io/neural-networks-3/">CS231n: babysitting the learning
 *     process</a>
 */
public final class Diagnosis extends BaseTrainingListener implements TrainingFollower {

  private static final Logger LOG = LoggerFactory.getLogger(Diagnosis.class);

  public static final Parameter<Integer> EVERY_STEPS = PeriodicRows.EVERY_STEPS;

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "diagnosis")
          .summary("Finds faults of network and training, and names the techniques that help.")
          .from("https://cs231n.github.io/neural-networks-3/")
          .taking(EVERY_STEPS)
          .madeBy(arguments -> new Diagnosis(arguments.get(EVERY_STEPS)));

  private final int everySteps;
  private final PerModelState<Examination> examinations =
      new PerModelState<>(model -> new Examination());
  private final Found found = new Found();

  /** Examines every hundredth step. */
  public Diagnosis() {
    this(EVERY_STEPS.defaultOf());
  }

  /**
   * Examines every n-th step.
   *
   * @param everySteps steps between two examined steps, in {@code [1, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is out of range
   */
  public Diagnosis(int everySteps) {
    Checks.of(TECHNIQUE.name()).check(EVERY_STEPS, everySteps).done();
    this.everySteps = everySteps;
  }

  /**
   * Examines a network before it is trained, by one step of a copy.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised; it is
   *     not changed
   * @param batch a minibatch of the training data, with labels; 500 examples show more than 32
   * @return the findings, in the order of the checks' names
   * @throws IllegalArgumentException if the network is of another type or not initialised
   */
  public static List<Finding> check(Model network, DataSet batch) {
    Objects.requireNonNull(batch, "diagnosis: batch must be given, was null");
    return check(network, copy -> copy.fit(batch));
  }

  /**
   * Examines a network before it is trained, by one step of a copy.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised; it is
   *     not changed
   * @param batch a minibatch of the training data, with labels; 500 examples show more than 32
   * @return the findings, in the order of the checks' names
   * @throws IllegalArgumentException if the network is of another type or not initialised
   */
  public static List<Finding> check(Model network, MultiDataSet batch) {
    Objects.requireNonNull(batch, "diagnosis: batch must be given, was null");
    return check(network, copy -> copy.fit(batch));
  }

  private static List<Finding> check(Model network, Consumer<Network> step) {
    Objects.requireNonNull(network, "diagnosis: network must be given, was null");
    RandomState random = RandomState.current();
    try {
      Network copy = Network.of(NetworkCopy.from(network).build());
      Trial trial = new Trial();
      copy.setListeners(List.of(trial));
      step.accept(copy);
      return trial.found.all();
    } finally {
      random.restore();
    }
  }

  /** Examines every step of one network, without warnings in the log. */
  private static final class Trial extends BaseTrainingListener {

    private final Examination examination = new Examination();
    private final Found found = new Found();

    @Override
    public void onBackwardPass(Model model) {
      examination.afterBackward(Network.of(model));
    }

    @Override
    public void onGradientCalculation(Model model) {
      found.add(examination.beforeUpdate(Network.of(model)));
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      found.add(examination.afterUpdate(Network.of(model)));
    }
  }

  /** Keeps the findings, each once for each layer, even after the workers have gone. */
  private static final class Found {

    private final Map<String, Finding> findings = new LinkedHashMap<>();
    private int steps;

    /** Adds findings, and returns those that are new. */
    synchronized List<Finding> add(List<Finding> seen) {
      return seen.stream()
          .filter(each -> findings.putIfAbsent(each.check() + " " + each.place(), each) == null)
          .toList();
    }

    synchronized List<Finding> all() {
      return List.copyOf(findings.values());
    }

    synchronized void count() {
      steps++;
    }

    synchronized int steps() {
      return steps;
    }
  }

  /** Keeps the minibatch. */
  @Override
  public void onBackwardPass(Model model) {
    Network network = Network.find(model).orElse(null);
    if (network != null && isDue(network, network.progress().iterations())) {
      examinations.of(model).afterBackward(network);
    }
  }

  /** Measures the gradients and the layers' outputs. */
  @Override
  public void onGradientCalculation(Model model) {
    Network network = Network.find(model).orElse(null);
    if (network != null && isDue(network, network.progress().iterations())) {
      found.count();
      tell(examinations.of(model).beforeUpdate(network));
    }
  }

  /** Measures the update, and runs the checks. */
  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    Network network = Network.find(model).orElse(null);
    if (network != null && isDue(network, iteration)) {
      tell(examinations.of(model).afterUpdate(network));
    }
  }

  private boolean isDue(Network network, int iteration) {
    return iteration % everySteps == 0 || !Double.isFinite(network.score());
  }

  private void tell(List<Finding> seen) {
    found
        .add(seen)
        .forEach(finding -> LOG.warn("diagnosis: iteration {}: {}", finding.iteration(), finding));
  }

  /** Lets the new network continue with the memory of the old one's steps. */
  @Override
  public void follow(Network before, Network now) {
    examinations.follow(before.model(), now.model(), Examination::copy);
  }

  /**
   * Returns all findings so far, each once for each layer, in the order of the steps. A fault that
   * several workers have is listed once.
   */
  public List<Finding> findings() {
    return found.all();
  }

  /**
   * Returns how many steps were examined; if there are none, the absence of findings means nothing.
   */
  public int examinedSteps() {
    return found.steps();
  }

  /** Returns the findings as a table of text, with the number of examined steps. */
  public String report() {
    return report(findings()) + examinedSteps() + " steps were examined\n";
  }

  /**
   * Writes findings as a table of text.
   *
   * @param findings the findings, such as those of {@link #check}
   * @return the table, whose last line ends with a line feed too
   */
  public static String report(List<Finding> findings) {
    Objects.requireNonNull(findings, "diagnosis: findings must be given, was null");
    TextTable table = new TextTable(6, "layer", "finding", "since", "figure", "measured", "advice");
    for (Finding finding : findings) {
      table.add(
          finding.place(),
          finding.check(),
          String.valueOf(finding.iteration()),
          finding.figures(),
          finding.measured(),
          finding.advice()
              + " ["
              + String.join(", ", finding.techniques())
              + (finding.techniques().isEmpty() ? "" : "; ")
              + finding.guide()
              + "]");
    }
    return findings.isEmpty() ? "no findings\n" : table.toString();
  }

  @Override
  public String toString() {
    return "Diagnosis(everySteps=" + everySteps + ")";
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
