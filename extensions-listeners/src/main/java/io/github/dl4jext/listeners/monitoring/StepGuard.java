package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.PerModelState;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Lets a listener throw before the update without leaving other threads waiting forever.
 *
 * <p>Where DL4J's workers share their gradients, each waits in the update until all have given
 * theirs. One that throws before leaves the others there, and the whole program with them. So what
 * a listener throws is kept there until {@code iterationDone}, where nobody waits any more, and
 * this worker's gradient is made zero meanwhile. Everywhere else it is thrown at once.
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

  /** Keeps nothing yet. */
  public StepGuard() {
    // there is nothing to set
  }

  /**
   * Does what a listener does before the update. Of a step for which an exception is kept the
   * gradient is zero, and nothing is done any more.
   *
   * @param model what is trained
   * @param work what is done, and may throw
   */
  public void beforeUpdate(Model model, Runnable work) {
    Objects.requireNonNull(work, "step guard: work must be given, was null");
    Objects.requireNonNull(model, "step guard: model must be given, was null");
    Network network = Network.find(model).orElse(null);
    if (network == null || !keepsFor(network)) {
      kept.find(model).ifPresent(before -> before.set(null)); // of a step that never was done
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
   * Throws what was kept; to be called first in {@code iterationDone}.
   *
   * @param model what is trained
   */
  public void afterUpdate(Model model) {
    Objects.requireNonNull(model, "step guard: model must be given, was null");
    afterUpdate(model, () -> {});
  }

  /**
   * Throws what was kept; to be called first in {@code iterationDone}.
   *
   * @param model what is trained
   * @param undo what is done before, if something is thrown
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
   * Whether what is thrown before the update of a network is kept until after it.
   *
   * @param network the network
   * @return true if it shares its gradients with other workers
   */
  public static boolean keepsFor(Network network) {
    Objects.requireNonNull(network, "step guard: network must be given, was null");
    try {
      return network.model().getOptimizer().getGradientsAccumulator() != null;
    } catch (NullPointerException e) {
      return false; // DL4J has not made an optimizer for it yet
    }
  }
}
