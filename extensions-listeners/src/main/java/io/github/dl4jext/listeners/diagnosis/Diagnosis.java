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
 * <tr><td>everySteps</td><td>[1, inf)</td><td>100</td><td>steps from one examined step to the next;
 *   iterations 0, n, 2n, ... are examined</td></tr></table>
 *
 * <p><b>What is looked for:</b> dead and saturated units, gradients that vanish or explode, SELU
 * that does not normalize itself, rates too high or too low, inputs and labels that do not fit,
 * superfluous biases, misplaced penalties, weights that cannot learn, a loss that is not finite.
 * Each is a {@link DiagnosisCheck}, whose class comment has what is measured, the limit and its
 * source.
 *
 * <p><b>Before training.</b> {@link #check} makes one step with a copy of the network, and leaves
 * the network, its updater and ND4J's random generator as they were. What needs many steps, such as
 * a rate that is too low, is found by the listener only.
 *
 * <p><b>Report.</b> Each fault is told once for each layer, as a warning in the log and in {@link
 * #findings()}. A fault that passes stays in the findings, with the step at which it was seen.
 *
 * <p><b>Cost.</b> An examined step computes the layers' outputs once more, reads them and the norms
 * of parameters, gradients and updates; a copy of the configuration is made once. The other steps
 * cost a look at the loss, which is examined at once if it is not finite.
 *
 * <p><b>Shape and type.</b> Both network types, any data type, stack and graph, with masks. Frozen
 * layers are not judged by gradient, rate or penalty. Layer-wise pretraining is not examined.
 *
 * <p><b>Edges.</b> Activations are known by their values and weights by their variance, so that it
 * does not matter whose class they are. A check that does not know a layer says nothing of it.
 *
 * <p><b>Order.</b> Listeners are called in the order in which they were added: add this one after
 * those that clip, to have the gradients judged as they are used, and before {@code StopOnNaN},
 * which ends training before others see the loss.
 *
 * <p><b>Threads.</b> Each model is examined on its own, so {@code ParallelWrapper}'s workers may
 * share one instance. A network that carries on this training goes on with what was found. A
 * checkpoint does not save it: what still is wrong is found again.
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
   * Examines steps.
   *
   * @param everySteps steps from one examined step to the next, in {@code [1, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public Diagnosis(int everySteps) {
    Checks.of(TECHNIQUE.name()).check(EVERY_STEPS, everySteps).done();
    this.everySteps = everySteps;
  }

  /**
   * Looks at a network before it is trained, by one step of a copy.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised, which is
   *     left as it was
   * @param batch a minibatch as it is trained with, with labels; 500 examples show more than 32
   * @return what was found, in the order of the checks' names
   */
  public static List<Finding> check(Model network, DataSet batch) {
    Objects.requireNonNull(batch, "diagnosis: batch must be given, was null");
    return check(network, copy -> copy.fit(batch));
  }

  /**
   * Looks at a network before it is trained, by one step of a copy.
   *
   * @param network a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised, which is
   *     left as it was
   * @param batch a minibatch as it is trained with, with labels; 500 examples show more than 32
   * @return what was found, in the order of the checks' names
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

  /** Examines every step of one network, and says nothing. */
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

  /** Keeps what was found, each once for each layer; workers may be gone when it is asked for. */
  private static final class Found {

    private final Map<String, Finding> findings = new LinkedHashMap<>();
    private int steps;

    /** Returns those that are new. */
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

  /** Takes the minibatch. */
  @Override
  public void onBackwardPass(Model model) {
    Network network = Network.find(model).orElse(null);
    if (network != null && isDue(network, network.progress().iterations())) {
      examinations.of(model).afterBackward(network);
    }
  }

  /** Measures gradients, and what layers put out. */
  @Override
  public void onGradientCalculation(Model model) {
    Network network = Network.find(model).orElse(null);
    if (network != null && isDue(network, network.progress().iterations())) {
      found.count();
      tell(examinations.of(model).beforeUpdate(network));
    }
  }

  /** Measures the update, and judges. */
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

  /** Lets the new network go on with what is known of the old one. */
  @Override
  public void follow(Network before, Network now) {
    examinations.follow(before.model(), now.model(), Examination::copy);
  }

  /**
   * Returns all that was found so far, each once for each layer, in the order of the steps. What
   * several workers find is told once.
   */
  public List<Finding> findings() {
    return found.all();
  }

  /** Returns how many steps were examined, so that no finding can be told from no look. */
  public int examinedSteps() {
    return found.steps();
  }

  /** Returns the findings as a table for reading, with how many steps were examined. */
  public String report() {
    return report(findings()) + examinedSteps() + " steps were examined\n";
  }

  /** Writes findings as a table, whose last line is ended too. */
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
