package io.github.dl4jext.network;

import java.util.Arrays;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;

/**
 * Carries a network out of a training that an exception has ended, where a copy was trained and not
 * the caller's own network. The caller gets the exception that a listener or DL4J has thrown, with
 * its own type and message; this one is among its suppressed exceptions.
 *
 * <pre>{@code
 * try {
 *   net = plan.fit(net, data, 5);
 * } catch (RuntimeException e) {
 *   Model untilThen = UnfinishedTraining.networkOf(e).orElseThrow();
 * }
 * }</pre>
 */
public final class UnfinishedTraining extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Model network;

  private UnfinishedTraining(Model network) {
    super("the network that was trained until then is in this exception", null, false, false);
    this.network = network;
  }

  /**
   * Gives an exception the network that was trained until then.
   *
   * @param ended the exception that has ended the training, to be rethrown; if it already carries a
   *     network, that one stays
   * @param network the network
   */
  public static void addTo(Throwable ended, Model network) {
    if (networkOf(ended).isEmpty()) {
      ended.addSuppressed(new UnfinishedTraining(network));
    }
  }

  /**
   * Finds the network that an exception carries.
   *
   * @param ended the exception that has ended a training
   * @return the network as it was then; empty if the exception carries none
   */
  public static Optional<Model> networkOf(Throwable ended) {
    return Arrays.stream(ended.getSuppressed())
        .filter(UnfinishedTraining.class::isInstance)
        .map(carrier -> ((UnfinishedTraining) carrier).network)
        .findFirst();
  }
}
