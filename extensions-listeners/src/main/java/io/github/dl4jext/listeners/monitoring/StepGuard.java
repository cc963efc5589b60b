package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.PerModelState;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Lets a listener throw an exception before the update, without leaving other threads waiting
 * forever.
 *
 * <p>If DL4J's workers share their gradients, each waits in the update until all have contributed
 * theirs. If one throws an exception before that, the others wait forever, and the whole program
 * with them. In this case the guard keeps the exception until {@code iterationDone}, when no worker
 * waits any more, and sets this worker's gradient to zero. In all other cases the exception is
 * thrown at once.
 *
 * <pre>{@code
 * private final StepGuard guard = new StepGuard();
 *
 * public void onGradientCalculation(Model model) {
 *   guard.beforeUpdate(model, () -> look(model));
 * }
 *
 * public void iterationDone(Model model, int iteration, int epoch) {
 *   guard.afterUpdate(model);
 * }
 * }</pre>
 */
public final class StepGuard {

  private final PerModelState<AtomicReference<@Nullable RuntimeException>> kept =
      new PerModelState<>(model -> new AtomicReference<>());

  /** Begins without an exception. */
  public StepGuard() {
    // nothing to set
  }

  /**
   * Runs a listener's work before the update. If an exception of this step is kept already, the
   * gradient is set to zero, and the work is not run.
   *
   * @param model the model that is trained
   * @param work the work, which may throw an exception
   */
  public void beforeUpdate(Model model, Runnable work) {
    Objects.requireNonNull(work, "step guard: work must be given, was null");
    Objects.requireNonNull(model, "step guard: model must be given, was null");
    Network network = Network.find(model).orElse(null);
    if (network == null || !keepsFor(network)) {
      kept.find(model).ifPresent(before -> before.set(null)); // of an unfinished step
      work.run();
      return;
    }
    AtomicReference<@Nullable RuntimeException> failure = kept.of(model);
    try {
      if (failure.get() == null) {
        work.run();
      }
    } catch (RuntimeException e) {
      failure.set(e);
    }
    INDArray gradients = failure.get() == null ? null : network.gradients();
    if (gradients != null) {
      gradients.assign(0);
    }
  }

  /**
   * Throws the exception that was kept, if there is one. Call this first in {@code iterationDone}.
   *
   * @param model the model that is trained
   */
  public void afterUpdate(Model model) {
    Objects.requireNonNull(model, "step guard: model must be given, was null");
    afterUpdate(model, () -> {});
  }

  /**
   * Throws the exception that was kept, if there is one. Call this first in {@code iterationDone}.
   *
   * @param model the model that is trained
   * @param undo run before the exception is thrown
   */
  public void afterUpdate(Model model, Runnable undo) {
    Objects.requireNonNull(undo, "step guard: undo must be given, was null");
    Objects.requireNonNull(model, "step guard: model must be given, was null");
    RuntimeException failure =
        kept.find(model).map(reference -> reference.getAndSet(null)).orElse(null);
    if (failure != null) {
      undo.run();
      throw failure;
    }
  }

  /**
   * Returns whether an exception before the update of a network is kept until after it.
   *
   * @param network the network
   * @return true if it shares its gradients with other workers
   */
  public static boolean keepsFor(Network network) {
    Objects.requireNonNull(network, "step guard: network must be given, was null");
    try {
      return network.model().getOptimizer().getGradientsAccumulator() != null;
    } catch (NullPointerException e) {
      return false; // DL4J has not made an optimizer for this network yet
    }
  }
}
