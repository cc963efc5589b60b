package io.github.dl4jext.listeners.clipping;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.PerModelState;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Clips every element of the gradient: {@code g <- min(max(g, -v), v)}.
 *
 * <p>It limits single elements that explode. It changes the direction of the gradient; {@link
 * ClipByGlobalNorm} does not.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>v</td><td>limit</td><td>(0, inf)</td><td>required</td><td>mean gradient</td></tr>
 * <tr><td>-</td><td>perTimeStep</td><td>true, false</td><td>false</td><td>-</td></tr></table>
 *
 * <p><b>What is clipped.</b> As for {@link ClipByGlobalNorm}, also for sequences: the gradient of
 * the mean loss, for any size of the minibatch, over the whole step if gradients are accumulated.
 * Frozen layers and the statistics of batch normalization do not change.
 *
 * <p><b>Shape and type.</b> Every parameter, of {@code MultiLayerNetwork} and {@code
 * ComputationGraph}, in place, four passes over memory. Networks and threads may share it.
 *
 * <p><b>Edges.</b> Infinities become the limit, NaN stays NaN.
 *
 * <p><b>Check.</b> v = 1, gradient (3, -0.5, -2): (1, -0.5, -1).
 *
 * <p><b>Departs from DL4J.</b> {@code ClipElementWiseAbsoluteValue} also clips the statistics of
 * batch normalization, which inference uses.
 *
 * @see <a
 *     href="https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_value_.html">PyTorch:
 *     clip_grad_value_</a>
 */
public final class ClipByValue extends GradientClip {

  private static final long serialVersionUID = 1L;

  public static final Parameter<Double> LIMIT =
      Parameter.number("limit").in("(0, inf)").doc("largest element of the mean gradient");

  /** Whether the limit applies to the mean over time steps; see {@link #perTimeStep()}. */
  public static final Parameter<Boolean> PER_TIME_STEP = TIME_STEPS;

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "clip_by_value")
          .summary("Clips every element of the gradient")
          .from("https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_value_.html")
          .taking(LIMIT, PER_TIME_STEP)
          .madeBy(ClipByValue::new);

  private final transient PerModelState<TrainableGradient> gradients =
      new PerModelState<>(model -> new TrainableGradient());

  /**
   * Clips every element to the limit given.
   *
   * @param limit largest element of the mean gradient, in {@code (0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if a number is out of range
   */
  public ClipByValue(double limit) {
    this(Arguments.of(LIMIT, limit));
  }

  private ClipByValue(Arguments given) {
    super(TECHNIQUE, given);
  }

  /**
   * Applies the limit to the mean over the time steps of sequences, over which DL4J sums.
   *
   * @return a new listener with otherwise the same parameters
   */
  public ClipByValue perTimeStep() {
    return new ClipByValue(arguments.with(PER_TIME_STEP, true));
  }

  @Override
  void clip(ClippedGradient gradient, double divisor) {
    double bound = arguments.get(LIMIT) * divisor;
    for (INDArray view : gradient.views(gradients.of(gradient.model()))) {
      raise(view, -bound);
      raise(view.muli(-1), -bound);
      view.muli(-1);
    }
  }

  /**
   * Computes {@code view <- max(view, low)}. ND4J's {@code max} and {@code min} lose NaN, and its
   * {@code clipbyvalue} took three times as long as the four passes here.
   */
  private static void raise(INDArray view, double low) {
    Nd4j.getExecutioner().exec(new RectifiedLinear(view, view, low));
  }

  /** Makes the fields that serialization leaves out. */
  private Object readResolve() {
    return new ClipByValue(arguments);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
