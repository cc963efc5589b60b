package io.github.dl4jext.listeners.monitoring;

import com.google.auto.service.AutoService;
import io.github.dl4jext.listeners.monitoring.TrainingDivergedException.Where;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.ParameterSlot;
import io.github.dl4jext.network.PerModelState;
import io.github.dl4jext.network.TrainingFollower;
import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.ParameterName;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import java.io.Serializable;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * Stops training by a {@link TrainingDivergedException} as soon as a gradient, the score or a
 * parameter is NaN or infinite, and leaves the network as it was before the bad step.
 *
 * <p>Without this listener a training continues with NaN in every parameter, and hours later there
 * is nothing left to save.
 *
 * <p>There are no hyperparameters.
 *
 * <p><b>Behaviour.</b> The gradient and the score are checked before the update, which the
 * exception prevents. The parameters are checked after it, and a bad update is undone from a copy.
 * In both cases the parameters, the updater's state and the counts are, bit by bit, those of a
 * training that ended one step earlier, so that the network can be used, saved, and trained further
 * with a lower rate. Batch normalization's running statistics are parameters too.
 *
 * <p>The message names step and epoch (from 0, as DL4J counts), the first layer and parameter that
 * were hit in the network's order, the value that was found, and remedies. NaN usually arises near
 * the output and spreads backwards, so the message also says how many parameters were hit.
 *
 * <p><b>Cost.</b> Each step costs three sums over as many numbers as there are parameters, and one
 * copy of the parameters and the updater's state. The memory of this copy is reused at each step.
 *
 * <p><b>Shape and type.</b> Both network types, any data type. A model that is neither (a layer
 * that is pretrained alone) is watched by its score.
 *
 * <p><b>Edges.</b> Finite numbers whose sum overflows do not count as bad. Parameters that were bad
 * before the first step cannot be repaired, and the message says so. {@code fit(iterator)} leaves
 * the iterator where it stopped, so reset it before the next {@code fit}. DL4J's prefetching thread
 * for it keeps waiting, as a daemon.
 *
 * <p><b>The network.</b> {@link TrainingDivergedException#network()} returns the network, even if a
 * method trains one that it has made itself. DL4J's {@code EarlyStoppingTrainer} hides an exception
 * in the first epoch behind its own {@code NullPointerException}: use {@link EarlyStopping}. A
 * network that continues this training (see {@link TrainingFollower}) is guarded from its first
 * step on.
 *
 * <p><b>Order.</b> Listeners are called in the order in which they were added. Add this one before
 * those that change gradients, because clipping can turn an infinite gradient into NaN.
 *
 * <p><b>Threads.</b> Each model has its own copy of parameters and state, so the workers of {@code
 * ParallelWrapper} may share one instance. If they share their gradients, no worker may leave
 * before the update. The exception is then thrown after the update, which is undone in the worker's
 * own network. If that is not the network given to the wrapper, the latter has made the step of the
 * other workers, and is finite. Spark's executors get copies of the listener.
 *
 * <p><b>Check.</b> A network of one weight 1 that learns by {@code Sgd(1e39)} in float with
 * gradient 1: the update is infinite, the exception names the parameter and the value -Infinity,
 * and the weight is 1 again.
 *
 * <p><b>Departs from Keras and DL4J.</b> Keras's {@code TerminateOnNaN} checks only the loss, and
 * after the update, and so does DL4J's {@code InvalidScoreIterationTerminationCondition}. Both
 * leave a network full of NaN.
 *
 * @see <a href="https://keras.io/api/callbacks/terminate_on_nan/">Keras: TerminateOnNaN</a>
 */
public final class StopOnNaN extends BaseTrainingListener
    implements TrainingFollower, Serializable {

  private static final long serialVersionUID = 1L;

  private static final Technique<TrainingListener> TECHNIQUE =
      Technique.of(TrainingListener.class, "stop_on_nan")
          .summary(
              "Stops at the first NaN or infinity, and leaves the network as it was before it.")
          .from("https://keras.io/api/callbacks/terminate_on_nan/")
          .madeBy(arguments -> new StopOnNaN());

  private static final String WAYS_OUT =
      "try a lower learning rate, gradient clipping or a warm-up of the rate,"
          + " and look for NaN in the data";

  private final transient PerModelState<StepRollback> rollbacks =
      new PerModelState<>(model -> new StepRollback());

  private final transient StepGuard guard = new StepGuard();

  /** Makes a listener; there are no parameters. */
  public StopOnNaN() {
    // nothing to set
  }

  /**
   * Checks the parameters, the score and the gradients, then copies the parameters.
   *
   * @throws TrainingDivergedException if one of them is NaN or infinite; nothing was updated
   */
  @Override
  public void onGradientCalculation(Model model) {
    Network network = Network.find(model).orElse(null);
    if (network != null) {
      guard.beforeUpdate(model, () -> look(network));
    }
  }

  private void look(Network network) {
    Model model = network.model();
    StepRollback rollback = rollbacks.of(model);
    if (!FiniteCheck.all(network.parameters())) {
      // The cause is not an update, but for instance a constraint, which acts after listeners.
      throw badParameters(network, rollback);
    }
    if (!Double.isFinite(model.score()) || !FiniteCheck.all(network.gradients())) {
      if (StepGuard.keepsFor(network)) {
        rollback.take(network); // the update of the other workers will still be made
      }
      throw badGradientOrScore(network);
    }
    rollback.take(network);
  }

  /**
   * Checks the parameters.
   *
   * @throws TrainingDivergedException if one of them is NaN or infinite; the update is undone
   */
  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    Network network = Network.find(model).orElse(null);
    if (network == null) {
      if (!Double.isFinite(model.score())) {
        TrainingProgress at = new TrainingProgress(iteration, epoch);
        throw diverged(model, at, Where.SCORE, null, model.score(), "the update was made");
      }
      return;
    }
    guard.afterUpdate(
        model,
        () -> {
          network.leaveStep();
          rollbacks.of(model).putBack(network);
        });
    if (!FiniteCheck.all(network.parameters())) {
      throw badParameters(network, rollbacks.of(model));
    }
  }

  /** Carries over the copy from which a bad step is undone, if the parameters are the same. */
  @Override
  public void follow(Network before, Network now) {
    rollbacks.follow(before.model(), now.model(), rollback -> rollback.carriedOverTo(now));
  }

  private static TrainingDivergedException badGradientOrScore(Network network) {
    leaveStep(network);
    Model model = network.model();
    List<ParameterSlot> slots = network.slots();
    List<ParameterSlot> odd = FiniteCheck.odd(slots, network.gradients());
    if (odd.isEmpty()) {
      String outcome = "no gradient was hit; the update was not made";
      return diverged(model, network.progress(), Where.SCORE, null, model.score(), outcome);
    }
    String outcome =
        odd.size() + " of " + slots.size() + " gradients were hit; the update was not made";
    double value = FiniteCheck.firstOddOne(odd.get(0).in(network.gradients()));
    ParameterName hit = odd.get(0).name();
    return diverged(model, network.progress(), Where.GRADIENT, hit, value, outcome);
  }

  /** Leaves the step, unless the gradients are shared and must still be contributed. */
  private static void leaveStep(Network network) {
    if (!StepGuard.keepsFor(network)) {
      network.leaveStep();
    }
  }

  private static TrainingDivergedException badParameters(Network network, StepRollback rollback) {
    leaveStep(network);
    List<ParameterSlot> slots = network.slots();
    List<ParameterSlot> odd = FiniteCheck.odd(slots, network.parameters());
    double value = FiniteCheck.firstOddOne(odd.get(0).in(network.parameters()));
    TrainingProgress at = network.progress();
    String outcome =
        odd.size()
            + " of "
            + slots.size()
            + " parameters were hit; "
            + (rollback.putBack(network)
                ? "those before iteration " + rollback.iterations() + " were restored"
                : "they were so before the first step, and nothing could be restored");
    return diverged(network.model(), at, Where.PARAMETER, odd.get(0).name(), value, outcome);
  }

  private static TrainingDivergedException diverged(
      Model network,
      TrainingProgress at,
      Where where,
      @Nullable ParameterName hit,
      double value,
      String outcome) {
    String what =
        hit == null
            ? "the score"
            : (where == Where.GRADIENT ? "the gradient of " : "parameter ")
                + hit.parameter()
                + " of layer "
                + hit.node();
    String message =
        "%s: %s must be finite, was %s at iteration %s of epoch %s (both from 0); %s; %s"
            .formatted(
                TECHNIQUE.name(), what, value, at.iterations(), at.epochs(), outcome, WAYS_OUT);
    return new TrainingDivergedException(message, network, at, where, hit, value);
  }

  /** Makes the fields that serialization leaves out. */
  private Object readResolve() {
    return new StopOnNaN();
  }

  @Override
  public String toString() {
    return "StopOnNaN()";
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<TrainingListener> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
