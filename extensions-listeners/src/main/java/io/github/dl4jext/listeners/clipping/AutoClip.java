package io.github.dl4jext.listeners.clipping;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm.ClippingReport;
import io.github.dl4jext.listeners.monitoring.RecentNorms;
import io.github.dl4jext.network.ListenerState;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.PerModelState;
import io.github.dl4jext.network.ScaledNorm;
import io.github.dl4jext.network.TrainingFollower;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * AutoClip: clips the gradient of the whole network to a percentile of the norms that were seen so
 * far, {@code g <- g min(1, c_t / |g|)} with {@code c_t} the percentile of {@code |g_1| ... |g_t|}.
 *
 * <p>It is {@link ClipByGlobalNorm} with a limit that need not be known beforehand, and that
 * follows the gradients as they shrink in training.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>p</td><td>percentile</td><td>[0, 100]</td><td>10</td><td>% of the norms</td></tr>
 * <tr><td>-</td><td>window</td><td>[1, 100000]</td><td>1000</td><td>steps</td></tr>
 * <tr><td>-</td><td>perTimeStep</td><td>true, false</td><td>false</td><td>-</td></tr></table>
 *
 * <p><b>The limit.</b> The norm of the step itself is included in the percentile, so that the first
 * step is never clipped. The percentile is interpolated linearly between two norms, as in NumPy.
 * The default clips nine steps out of ten; a percentile of 90 clips only spikes.
 *
 * <p><b>What is clipped.</b> As for {@link ClipByGlobalNorm}, also for sequences: the gradient of
 * the mean loss with respect to all parameters that learn, over the whole step if gradients are
 * accumulated, by its L2 norm.
 *
 * <p><b>Shape and type.</b> Every parameter, of {@code MultiLayerNetwork} and {@code
 * ComputationGraph}, in place. A step costs one norm and the sorting of {@code window} numbers.
 *
 * <p><b>Edges.</b> A gradient with NaN or an infinity does not change, and its norm is not
 * remembered. A zero gradient counts with the norm 0, and stays zero.
 *
 * <p><b>Checkpoints, other networks.</b> The norms are saved with the training, and are carried
 * over to a network that continues it, see {@link TrainingFollower}.
 *
 * <p><b>Threads.</b> One listener may serve several networks; each has its own norms, and so has
 * each worker of {@code ParallelWrapper}.
 *
 * <p><b>Check.</b> p = 50, norms 4, 2, 9: the limits are 4, 3 and 4, and the norms become 4, 2 and
 * 4.
 *
 * <p><b>Departs from the paper.</b> The paper keeps all norms; here only the last {@code window}
 * count, so that memory and time do not grow.
 *
 * @see <a href="https://arxiv.org/abs/2007.14469">Seetharaman, Wichern, Pardo, Le Roux (2020)</a>
 */
public final class AutoClip extends GradientClip implements TrainingFollower {

  private static final long serialVersionUID = 1L;

  public static final Parameter<Double> PERCENTILE =
      Parameter.number("percentile")
          .in("[0, 100]")
          .orElse(10)
          .doc("which percentile of the norms is the limit");
  public static final Parameter<Integer> WINDOW =
      Parameter.integer("window")
          .in("[1, 100000]")
          .orElse(1000)
          .doc("the number of steps whose norms are remembered");

  /** Whether the norms are those of the mean over time steps; see {@link #perTimeStep()}. */
  public static final Parameter<Boolean> PER_TIME_STEP = TIME_STEPS;

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "auto_clip")
          .summary("Clips the gradient of the whole network to a percentile of the norms seen")
          .from("https://arxiv.org/abs/2007.14469")
          .taking(PERCENTILE, WINDOW, PER_TIME_STEP)
          .madeBy(AutoClip::new);

  private final transient PerModelState<State> states = new PerModelState<>(model -> new State());

  private final class State {
    private final TrainableGradient gradient = new TrainableGradient();
    private final RecentNorms norms;
    private volatile ClippingReport report = ClippingReport.NONE;

    State() {
      this(new RecentNorms(arguments.get(WINDOW)));
    }

    State(RecentNorms norms) {
      this.norms = norms;
    }

    State carriedOver() {
      State copy = new State(norms.copy());
      copy.report = report;
      return copy;
    }
  }

  /** Takes the defaults. */
  public AutoClip() {
    this(Arguments.none());
  }

  /**
   * Clips to the percentile given.
   *
   * @param percentile which percentile of the norms is the limit, in {@code [0, 100]}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public AutoClip(double percentile) {
    this(Arguments.of(PERCENTILE, percentile));
  }

  /**
   * Clips to the percentile given, of the norms in a window.
   *
   * @param percentile which percentile of the norms is the limit, in {@code [0, 100]}
   * @param window the number of steps whose norms are remembered, in {@code [1, 100000]}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public AutoClip(double percentile, int window) {
    this(Arguments.of(PERCENTILE, percentile).with(WINDOW, window));
  }

  private AutoClip(Arguments given) {
    super(TECHNIQUE, given);
  }

  /**
   * Uses norms of the mean over the time steps of sequences, over which DL4J sums. This is for
   * minibatches of sequences that differ in length.
   *
   * @return a new listener with otherwise the same parameters
   */
  public AutoClip perTimeStep() {
    return new AutoClip(arguments.with(PER_TIME_STEP, true));
  }

  @Override
  void clip(ClippedGradient gradient, double divisor) {
    State state = states.of(gradient.model());
    List<INDArray> views = gradient.views(state.gradient);
    ScaledNorm norm = ScaledNorm.of(views);
    double mean = norm.value() / divisor;
    boolean clip = false;
    if (Double.isFinite(mean)) {
      state.norms.add(mean);
      double limit = state.norms.quantile(arguments.get(PERCENTILE) / 100) * divisor;
      clip = norm.isAbove(limit);
      if (clip) {
        norm.shrink(views, limit);
      }
    }
    state.report = state.report.next(mean, clip);
  }

  /**
   * Reports how the gradients of a network were clipped.
   *
   * @param model the network
   * @return the report, of no steps if the network was not trained with this listener
   */
  public ClippingReport report(Model model) {
    return states.find(model).map(state -> state.report).orElse(ClippingReport.NONE);
  }

  @Override
  public ListenerState state(Network network) {
    State known = states.of(network.model());
    return known.report.into(super.state(network)).put("norms", known.norms.toArray());
  }

  @Override
  public void loadState(Network network, ListenerState state) {
    super.loadState(network, state);
    State made = new State(RecentNorms.of(arguments.get(WINDOW), state.numbers("norms")));
    made.report = ClippingReport.of(state);
    states.put(network.model(), made);
  }

  /** Carries the norms and the report over. */
  @Override
  public void follow(Network before, Network now) {
    states.follow(before.model(), now.model(), State::carriedOver);
  }

  /** Makes the fields that serialization leaves out. */
  private Object readResolve() {
    return new AutoClip(arguments);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
