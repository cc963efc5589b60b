package io.github.dl4jext.listeners.clipping;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.clipping.ClippedGradient.Part;
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
 * Clips the gradient of the whole network to a length: {@code g <- g min(1, c / |g|)}, where |g| is
 * the L2 norm over all parameters together.
 *
 * <p>One bad batch then cannot move the weights far away. Unlike clipping layer by layer or element
 * by element, it keeps the direction of the step. Recurrent networks and Transformers are trained
 * with it; 1 is the usual length.
 *
 * <pre>{@code
 * ClipByGlobalNorm clip = new ClipByGlobalNorm(1.0);
 * network.addListeners(clip);
 * network.fit(batches);
 * System.out.println(clip.report(network).clippedShare());
 * }</pre>
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>c</td><td>maxNorm</td><td>(0, inf)</td><td>required</td><td>norm of the mean gradient
 * </td></tr>
 * <tr><td>-</td><td>errorIfNonFinite</td><td>true, false</td><td>false</td><td>-</td></tr>
 * <tr><td>-</td><td>norm</td><td>l1, l2, max</td><td>l2</td><td>-</td></tr>
 * <tr><td>-</td><td>perTimeStep</td><td>true, false</td><td>false</td><td>-</td></tr></table>
 *
 * <p><b>Norm.</b> |g| may also be the sum of all absolute values ({@code l1}) or the largest
 * absolute value ({@code max}), which are PyTorch's {@code norm_type} 1 and infinity. All of them
 * keep the direction.
 *
 * <p><b>What is clipped.</b> The gradient of the mean loss over the minibatch. DL4J passes
 * listeners the sum, which is divided by the number of examples here, unless the network is set to
 * {@code miniBatch(false)}. Frozen layers, parameters with the updater {@code NoOp}, the statistics
 * of batch normalization and parameters of pretraining are not part of the norm, and do not change.
 * Clipping comes before DL4J's own gradient normalization, before L1 and L2, and before the
 * updater. In layer-wise pretraining the gradient is that of the layer alone, with all of its
 * parameters.
 *
 * <p><b>Accumulated gradients.</b> If {@code GradientAccumulation} makes one step of several
 * minibatches, the mean gradient of the step is clipped, like that of one large minibatch, and the
 * report counts steps. The minibatches before the last are not clipped by themselves.
 *
 * <p><b>Shape and type.</b> Every parameter, of {@code MultiLayerNetwork} and {@code
 * ComputationGraph}, in place. A step costs one norm for every stretch of memory without frozen
 * parameters (most networks have one), and one multiplication if it is clipped.
 *
 * <p><b>Edges.</b> A zero gradient stays zero. A finite gradient is clipped correctly even if its
 * norm is too large for a float. A gradient with NaN or an infinity does not change, so that other
 * listeners can find its origin. With {@code errorIfNonFinite} an {@code ArithmeticException} that
 * names the parameter ends the training before the weights change.
 *
 * <p><b>Check.</b> c = 1, gradient (3, 4): (0.6, 0.8), and the report's norm is 5.
 *
 * <p><b>When the network becomes another one</b> (layers frozen, unfrozen, a new head) the report
 * continues with it, see {@link TrainingFollower}.
 *
 * <p><b>Sequences.</b> DL4J sums the loss over time steps, so that the norm grows with their
 * number; PyTorch's losses are means over them. With {@code perTimeStep} the limit and the report
 * apply to the mean over the time steps that have a loss. These are the time steps of the labels
 * that no mask hides; in truncated backpropagation, those of the segment; in an accumulated step,
 * those of its last minibatch. Outputs with different numbers of time steps are refused.
 *
 * <p><b>Threads.</b> One listener may serve several networks; each has its own report. {@code
 * ParallelWrapper} trains copies: each is clipped separately, and the report of the network given
 * to the wrapper is that of its first worker. Spark's workers get copies of the listener, whose
 * reports are lost.
 *
 * <p><b>Departs from PyTorch.</b> {@code clip_grad_norm_} divides by {@code |g| + 1e-6}; here the
 * norm of a clipped gradient is c, except for rounding, and never above c. PyTorch also multiplies
 * by a factor that is NaN, which makes the whole gradient NaN. <b>From DL4J:</b> {@code
 * ClipL2PerLayer} changes the direction of the gradient, since each layer has its own limit, and
 * clips the statistics of batch normalization too.
 *
 * @see <a href="https://arxiv.org/abs/1211.5063">Pascanu, Mikolov, Bengio (2012)</a>
 */
public final class ClipByGlobalNorm extends GradientClip implements TrainingFollower {

  private static final long serialVersionUID = 1L;

  public static final Parameter<Double> MAX_NORM =
      Parameter.number("maxNorm").in("(0, inf)").doc("largest norm of the mean gradient");
  public static final Parameter<Boolean> ERROR_IF_NON_FINITE =
      Parameter.flag("errorIfNonFinite")
          .orElse(false)
          .doc("whether NaN or an infinity in the gradient ends training");
  public static final Parameter<NormType> NORM =
      Parameter.choice("norm", NormType.class)
          .orElse(NormType.L2)
          .doc("how the length of the gradient is measured");

  /** Whether the limit applies to the mean over time steps; see {@link #perTimeStep()}. */
  public static final Parameter<Boolean> PER_TIME_STEP = TIME_STEPS;

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "clip_by_global_norm")
          .summary("Clips the gradient of the whole network to a norm, and keeps its direction")
          .from("https://arxiv.org/abs/1211.5063")
          .taking(MAX_NORM, ERROR_IF_NON_FINITE, NORM, PER_TIME_STEP)
          .madeBy(ClipByGlobalNorm::new);

  private final transient PerModelState<State> states = new PerModelState<>(model -> new State());

  /**
   * Reports how gradients were clipped so far.
   *
   * @param norm the norm of the last mean gradient before it was clipped; NaN before the first
   * @param clipped whether the last gradient was clipped
   * @param steps the number of gradients seen
   * @param clippedSteps the number of gradients that were clipped
   */
  public record ClippingReport(double norm, boolean clipped, long steps, long clippedSteps) {

    static final ClippingReport NONE = new ClippingReport(Double.NaN, false, 0, 0);

    /** Returns the share of the steps that were clipped, from 0 to 1; 0 before the first step. */
    public double clippedShare() {
      return steps == 0 ? 0 : (double) clippedSteps / steps;
    }

    ClippingReport next(double lastNorm, boolean lastClipped) {
      return new ClippingReport(
          lastNorm, lastClipped, steps + 1, clippedSteps + (lastClipped ? 1 : 0));
    }

    /** Adds the report to a listener's state. */
    ListenerState into(ListenerState state) {
      return state
          .put("norm", norm)
          .put("clipped", clipped)
          .put("steps", steps)
          .put("clippedSteps", clippedSteps);
    }

    /** Reads the report from a listener's state. */
    static ClippingReport of(ListenerState state) {
      return new ClippingReport(
          state.number("norm"),
          state.flag("clipped"),
          state.whole("steps"),
          state.whole("clippedSteps"));
    }
  }

  private static final class State {
    private final TrainableGradient gradient = new TrainableGradient();
    private volatile ClippingReport report = ClippingReport.NONE;

    State carriedOver() {
      State copy = new State();
      copy.report = report;
      return copy;
    }
  }

  /**
   * Clips to the norm given; a gradient that is not finite does not change.
   *
   * @param maxNorm largest norm of the mean gradient, in {@code (0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is out of range
   */
  public ClipByGlobalNorm(double maxNorm) {
    this(Arguments.of(MAX_NORM, maxNorm));
  }

  /**
   * Clips to the norm given, and may end training at a gradient that is not finite.
   *
   * @param maxNorm largest norm of the mean gradient, in {@code (0, inf)}
   * @param errorIfNonFinite whether NaN or an infinity in the gradient ends training
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public ClipByGlobalNorm(double maxNorm, boolean errorIfNonFinite) {
    this(Arguments.of(MAX_NORM, maxNorm).with(ERROR_IF_NON_FINITE, errorIfNonFinite));
  }

  private ClipByGlobalNorm(Arguments given) {
    super(TECHNIQUE, given);
  }

  /**
   * Applies the limit to the mean over the time steps of sequences, over which DL4J sums.
   *
   * @return a new listener with otherwise the same parameters
   */
  public ClipByGlobalNorm perTimeStep() {
    return new ClipByGlobalNorm(arguments.with(PER_TIME_STEP, true));
  }

  /**
   * Measures the length of the gradient by another norm.
   *
   * @param norm the norm; {@code L2} by default
   * @return a new listener with otherwise the same parameters
   */
  public ClipByGlobalNorm withNorm(NormType norm) {
    return new ClipByGlobalNorm(arguments.with(NORM, norm));
  }

  @Override
  void clip(ClippedGradient gradient, double divisor) {
    State state = states.of(gradient.model());
    List<INDArray> views = gradient.views(state.gradient);
    ScaledNorm norm = arguments.get(NORM).of(views);
    if (arguments.get(ERROR_IF_NON_FINITE) && !norm.isFinite()) {
      throw new ArithmeticException(complaint(gradient, norm));
    }
    double limit = arguments.get(MAX_NORM) * divisor;
    boolean clip = norm.isAbove(limit);
    if (clip) {
      norm.shrink(views, limit);
    }
    state.report = state.report.next(norm.value() / divisor, clip);
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
    return report(network.model()).into(super.state(network));
  }

  @Override
  public void loadState(Network network, ListenerState state) {
    super.loadState(network, state);
    State made = new State();
    made.report = ClippingReport.of(state);
    states.put(network.model(), made);
  }

  /** Carries the report over. */
  @Override
  public void follow(Network before, Network now) {
    states.follow(before.model(), now.model(), State::carriedOver);
  }

  private static String complaint(ClippedGradient gradient, ScaledNorm norm) {
    String where =
        gradient.parts().stream()
            .filter(part -> !ScaledNorm.of(List.of(part.gradient())).isFinite())
            .map(Part::key)
            .findFirst()
            .orElse("none alone");
    return ("%s: the norm of the gradient must be finite, was %s at iteration %s, first in parameter"
            + " %s. Look for NaN in the data, or lower the learning rate")
        .formatted(TECHNIQUE.name(), norm.value(), gradient.iteration(), where);
  }

  /** Makes the fields that serialization leaves out. */
  private Object readResolve() {
    return new ClipByGlobalNorm(arguments);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
