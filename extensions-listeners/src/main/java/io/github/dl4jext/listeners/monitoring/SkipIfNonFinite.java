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
 * <p>It is for data in which single rows are broken, and for long runs that one bad minibatch
 * should not end. {@link StopOnNaN} ends training instead, and also checks the score and the
 * parameters.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>maxConsecutive</td><td>[1, inf)</td><td>10</td><td>steps</td></tr></table>
 *
 * <p><b>A skipped step</b> leaves the parameters, the running statistics of batch normalization and
 * the updater's state as they were, bit by bit. The gradient is set to zero, and changes that
 * DL4J's update makes without a gradient (momentum, weight decay) are undone. The network's count
 * of iterations continues, and with it schedules and bias corrections.
 *
 * <p><b>Accumulated gradients.</b> With {@code GradientAccumulation} a bad minibatch counts as
 * zeros in the mean of its step, and the step is made. If workers share their gradients ({@code
 * SHARED_GRADIENTS}), this worker contributes zeros, and its updater continues.
 *
 * <p><b>End.</b> After {@code maxConsecutive} bad steps in a row, the next one throws a {@link
 * TrainingDivergedException}, and the network stays as after the last good step. Without this
 * limit, steps would be skipped forever once parameters are NaN themselves.
 *
 * <p><b>Report.</b> {@link #report} counts the skipped steps. The log has a warning for the first
 * one, the second, the fourth, the eighth, and so on.
 *
 * <p><b>Shape and type.</b> Both network types, any data type. A good step costs a sum over the
 * gradients; a bad one copies the parameters and the updater's state.
 *
 * <p><b>Order.</b> Add it before the other listeners. Those before it get the bad gradient, and in
 * {@code iterationDone} weights that have not been restored yet.
 *
 * <p><b>Edges.</b> The score is not checked: one that overflows does no harm if the gradient is
 * finite. Finite numbers whose sum overflows do not count as bad. In truncated backpropagation
 * through time the later segments of a sequence are skipped too if the recurrent state is NaN.
 * Layer-wise pretraining is not watched, and a warning says so.
 *
 * <p><b>Threads.</b> One listener may serve several networks; each has its own report.
 *
 * <p><b>Check.</b> Four minibatches, of which the second has a NaN: it changes neither the
 * parameters nor Adam's state, {@code skipped} is 1, and {@code lastSkipped} is 1.
 *
 * <p><b>Departs from optax.</b> {@code apply_if_finite} makes a bad step after too many in a row;
 * here training ends.
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
   * Skips at most a number of steps in a row.
   *
   * @param maxConsecutive the largest number of steps in a row that are skipped, in {@code [1,
   *     inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is out of range
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

  /** Makes the fields that serialization leaves out. */
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
