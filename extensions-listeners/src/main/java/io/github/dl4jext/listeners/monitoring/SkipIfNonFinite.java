package io.github.dl4jext.listeners.monitoring;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.util.List;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * Skips steps whose gradient contains NaN or an infinity, and continues with the next minibatch.
 *
 * <p>For data of which single rows are broken, and for long runs that one bad minibatch is not to
 * end. {@link StopOnNaN} ends training instead, and also looks at score and parameters.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>maxConsecutive</td><td>[1, inf)</td><td>10</td><td>steps</td></tr></table>
 *
 * <p><b>A skipped step</b> leaves parameters, running statistics of batch normalization and the
 * updater's state as they were, bit by bit: the gradient is made zero, and what DL4J's update moves
 * without one (momentum, weight decay) is put back. The network's count of iterations goes on, and
 * with it schedules and bias corrections.
 *
 * <p><b>Accumulated gradients.</b> With {@code GradientAccumulation} a bad minibatch counts as
 * zeros in the mean of its step, which is made. Where workers share their gradients ({@code
 * SHARED_GRADIENTS}), this worker gives zeros, and its updater goes on.
 *
 * <p><b>End.</b> After {@code maxConsecutive} bad steps in a row the next one throws a {@link
 * TrainingDivergedException}, which leaves the network as after the last good step: parameters that
 * are NaN themselves would be skipped for ever.
 *
 * <p><b>Report.</b> {@link #report} counts what was skipped. The log has a warning of the first
 * step, the second, the fourth, and so on.
 *
 * <p><b>Shape and type.</b> Both network types, any data type. A good step costs a sum over the
 * gradients; a bad one copies parameters and updater state.
 *
 * <p><b>Order.</b> Add it before the other listeners: those before it see the bad gradient, and in
 * {@code iterationDone} weights that are about to be put back.
 *
 * <p><b>Edges.</b> The score is not looked at: one that overflows does no harm if the gradient is
 * finite. Finite numbers whose sum overflows are no alarm. In truncated backpropagation through
 * time the later segments of a sequence are skipped too if the recurrent state is NaN. Layer-wise
 * pretraining is not watched, which a warning says.
 *
 * <p><b>Threads.</b> One listener may serve several networks; each has its own report.
 *
 * <p><b>Check.</b> Four minibatches of which the second has a NaN: parameters and Adam's state are
 * those before and after it, {@code skipped} is 1 and {@code lastSkipped} 1.
 *
 * <p><b>Departs from optax.</b> {@code apply_if_finite} lets a bad step through after so many in a
 * row; here training ends.
 *
 * @see <a href="https://optax.readthedocs.io/en/latest/api/transformations.html">optax:
 *     apply_if_finite</a>
 */
public final class SkipIfNonFinite extends StepSkip {

  private static final long serialVersionUID = 1L;

  public static final Parameter<Integer> MAX_CONSECUTIVE = CONSECUTIVE;

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "skip_if_non_finite")
          .summary("Skips steps whose gradient has NaN or an infinity, and continues")
          .from("https://optax.readthedocs.io/en/latest/api/transformations.html")
          .taking(MAX_CONSECUTIVE)
          .madeBy(SkipIfNonFinite::new);

  /** Skips at most ten steps in a row. */
  public SkipIfNonFinite() {
    this(Arguments.none());
  }

  /**
   * Skips so many steps in a row.
   *
   * @param maxConsecutive how many steps in a row are skipped at most, in {@code [1, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public SkipIfNonFinite(int maxConsecutive) {
    this(Arguments.of(MAX_CONSECUTIVE, maxConsecutive));
  }

  private SkipIfNonFinite(Arguments given) {
    super(TECHNIQUE, given);
  }

  @Override
  @Nullable String complaint(Network network, Memory memory) {
    if (FiniteCheck.all(network.gradients())) {
      return null;
    }
    List<ParameterSlot> odd = FiniteCheck.odd(network.slots(), network.gradients());
    return "the gradient of %s of layer %s was %s"
        .formatted(
            odd.get(0).parameter(),
            odd.get(0).node().name(),
            FiniteCheck.firstOddOne(odd.get(0).in(network.gradients())));
  }

  /** Makes the fields that are not stored. */
  private Object readResolve() {
    return new SkipIfNonFinite(arguments);
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
