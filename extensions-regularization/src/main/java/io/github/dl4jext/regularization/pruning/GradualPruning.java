package io.github.dl4jext.regularization.pruning;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.LayerSelector;
import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterLayout;
import io.github.dl4jext.network.PerModelState;
import io.github.dl4jext.network.StatefulListener;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.ParameterName;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Prunes a network gradually while it is trained: every dt steps the smallest weights become 0, so
 * that after t steps a share {@code s = s_f + (s_i - s_f) (1 - (t - t_0) / (t_1 - t_0))^p} of the
 * weights is 0.
 *
 * <p>Many weights are pruned early, when many are superfluous, and few late, so that the network
 * can make up for each loss. It is a listener:
 *
 * <pre>{@code
 * net.addListeners(new GradualPruning(0.8, 1000, 5000));
 * net.fit(data, 10);
 * }</pre>
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>s_f</td><td>finalSparsity</td><td>[0, 1)</td><td>required</td><td>share</td></tr>
 * <tr><td>t_0</td><td>beginStep</td><td>[0, inf)</td><td>required</td><td>step</td></tr>
 * <tr><td>t_1</td><td>endStep</td><td>(t_0, inf)</td><td>required</td><td>step</td></tr>
 * <tr><td>s_i</td><td>initialSparsity</td><td>[0, s_f]</td><td>0</td><td>share</td></tr>
 * <tr><td>dt</td><td>frequency</td><td>[1, inf)</td><td>100</td><td>steps</td></tr>
 * <tr><td>p</td><td>power</td><td>(0, inf)</td><td>3</td><td>-</td></tr>
 * <tr><td>-</td><td>method</td><td>{@link PruningMethod}</td><td>l1_unstructured</td><td>-</td></tr>
 * </table>
 *
 * <p><b>Steps</b> count those that are done. Before t_0 nothing is pruned, and after t_1 the masks
 * do not change. {@link #on} chooses the layers; by default all are pruned.
 *
 * <p><b>Memory.</b> The masks are in the network, see {@link Pruning}, so that a training that is
 * resumed from a checkpoint, or continued with another network, keeps them. A listener serves one
 * training. Workers that train together get the same masks, which are chosen from the weights of
 * the first worker that reaches the step. Call {@link #reset} before the listener serves another
 * training.
 *
 * <p><b>Check.</b> s_i = 0, s_f = 0.8, t_0 = 0, t_1 = 100: 0.7 after 50 steps.
 *
 * <p><b>Departs from tfmot.</b> The last pruning is at t_1, even if dt does not divide {@code t_1 -
 * t_0}, so that s_f is reached. A pruned weight is never released.
 *
 * @see <a href="https://arxiv.org/abs/1710.01878">Zhu and Gupta (2017)</a>
 */
public final class GradualPruning extends BaseTrainingListener implements StatefulListener {

  public static final Parameter<Double> FINAL_SPARSITY =
      Parameter.number("finalSparsity").in("[0, 1)").doc("share of zeros from endStep on");
  public static final Parameter<Integer> BEGIN_STEP =
      Parameter.integer("beginStep").in("[0, inf)").doc("steps before the first pruning");
  public static final Parameter<Integer> END_STEP =
      Parameter.integer("endStep")
          .in("[1, inf)")
          .doc("steps before the last pruning; more than beginStep");
  public static final Parameter<Double> INITIAL_SPARSITY =
      Parameter.number("initialSparsity")
          .in("[0, 1)")
          .orElse(0.0)
          .doc("share of zeros at beginStep, at most finalSparsity");
  public static final Parameter<Integer> FREQUENCY =
      Parameter.integer("frequency").in("[1, inf)").orElse(100).doc("steps between two prunings");
  public static final Parameter<Double> POWER =
      Parameter.number("power")
          .in("(0, inf)")
          .orElse(3.0)
          .doc("the higher, the earlier weights are pruned");
  public static final Parameter<PruningMethod> METHOD =
      Parameter.choice("method", PruningMethod.class)
          .orElse(PruningMethod.L1_UNSTRUCTURED)
          .doc("which weights are pruned first");

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "gradual_pruning")
          .summary("Sets more and more of the smallest weights to 0 while a network is trained")
          .from("https://arxiv.org/abs/1710.01878")
          .taking(FINAL_SPARSITY, BEGIN_STEP, END_STEP, INITIAL_SPARSITY, FREQUENCY, POWER, METHOD)
          .madeBy(given -> new GradualPruning(given, LayerSelector.all()));

  private static final int REMEMBERED = 2;

  private final Arguments arguments;
  private final LayerSelector layers;

  /** The number of times that each network has been pruned. */
  private final PerModelState<int[]> times = new PerModelState<>(model -> new int[1]);

  /** The masks of the last prunings, for workers that reach them later. */
  private final TreeMap<Integer, Chosen> known = new TreeMap<>();

  /** The masks that one network got, and that others with the same parameters get too. */
  private record Chosen(ParameterLayout layout, Map<ParameterName, PruningMask> masks) {}

  /**
   * Prunes the weights of the smallest absolute value of each layer.
   *
   * @param finalSparsity share of zeros from {@code endStep} on, in {@code [0, 1)}
   * @param beginStep steps before the first pruning, at least 0
   * @param endStep steps before the last pruning, more than {@code beginStep}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public GradualPruning(double finalSparsity, int beginStep, int endStep) {
    this(
        Arguments.of(FINAL_SPARSITY, finalSparsity)
            .with(BEGIN_STEP, beginStep)
            .with(END_STEP, endStep),
        LayerSelector.all());
  }

  private GradualPruning(Arguments given, LayerSelector layers) {
    arguments = TECHNIQUE.read(given);
    this.layers = Objects.requireNonNull(layers, "gradual pruning: layers must be given, was null");
    int begin = arguments.get(BEGIN_STEP);
    double last = arguments.get(FINAL_SPARSITY);
    TECHNIQUE
        .checks()
        .that(
            arguments.get(END_STEP) > begin,
            END_STEP.name(),
            "more than beginStep, which is " + begin,
            arguments.get(END_STEP))
        .that(
            arguments.get(INITIAL_SPARSITY) <= last,
            INITIAL_SPARSITY.name(),
            "at most finalSparsity, which is " + last,
            arguments.get(INITIAL_SPARSITY))
        .done();
  }

  /**
   * Returns a new listener that differs from this one in one parameter.
   *
   * @param parameter one of this class's parameters
   * @param value its new value
   * @param <T> the value's type
   * @return the new listener
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the value is out of range
   */
  public <T> GradualPruning with(Parameter<T> parameter, T value) {
    return new GradualPruning(arguments.with(parameter, value), layers);
  }

  /**
   * Returns a new listener that prunes only some layers, and otherwise equals this one.
   *
   * @param chosen the layers
   * @return the new listener
   */
  public GradualPruning on(LayerSelector chosen) {
    return new GradualPruning(arguments, chosen);
  }

  /**
   * Returns the share of zeros that the formula gives.
   *
   * @param step the number of steps that are done
   * @return the share, in {@code [0, 1)}
   */
  public double sparsityAt(int step) {
    int begin = arguments.get(BEGIN_STEP);
    if (step < begin) {
      return 0;
    }
    double last = arguments.get(FINAL_SPARSITY);
    double done = Math.min(1, (step - begin) / ((double) arguments.get(END_STEP) - begin));
    return last
        + (arguments.get(INITIAL_SPARSITY) - last) * Math.pow(1 - done, arguments.get(POWER));
  }

  /** Forgets the training so far, so that this listener can serve another one. */
  public synchronized void reset() {
    known.clear();
    times.all().forEach(time -> time[0] = 0);
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    int step = iteration + 1;
    int time = timeAt(step);
    int[] before = times.of(model);
    if (time == before[0]) {
      return;
    }
    before[0] = time;
    Network network = Network.of(model);
    int begin = arguments.get(BEGIN_STEP);
    long due = begin + (time - 1L) * arguments.get(FREQUENCY);
    double sparsity = sparsityAt((int) Math.min(due, arguments.get(END_STEP)));
    Chosen chosen = known.get(time);
    if (chosen == null || !chosen.layout().equals(network.layout())) {
      chosen =
          new Chosen(network.layout(), Masks.of(network, layers, arguments.get(METHOD), sparsity));
      known.put(time, chosen);
    }
    Masks.put(network, chosen.masks());
    while (known.size() > REMEMBERED) {
      known.pollFirstEntry();
    }
  }

  /**
   * Sets pruned weights to 0 again, because workers that share gradients exchange updates after
   * each has applied its constraints.
   */
  @Override
  public synchronized void onEpochEnd(Model model) {
    Masks.hold(Network.of(model));
  }

  /** Returns the number of prunings that are due after a number of steps. */
  private int timeAt(int step) {
    int begin = arguments.get(BEGIN_STEP);
    if (step < begin) {
      return 0;
    }
    int end = arguments.get(END_STEP);
    int frequency = arguments.get(FREQUENCY);
    return step < end
        ? 1 + (step - begin) / frequency
        : 1 + (int) Math.ceil((end - begin) / (double) frequency);
  }

  /** Returns the settings, since pruning changes training. The masks are in the network. */
  @Override
  public ListenerState state(Network network) {
    return new ListenerState().put("rule", toString());
  }

  /** Refuses the state of a listener with other settings. */
  @Override
  public void loadState(Network network, ListenerState state) {
    String given = state.text("rule");
    TECHNIQUE
        .checks()
        .that(given.equals(toString()), "resumeFrom", "given a listener like " + this, given)
        .done();
  }

  @Override
  public String toString() {
    return "GradualPruning" + arguments + " on " + layers;
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
