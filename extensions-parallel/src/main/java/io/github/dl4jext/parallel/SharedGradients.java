package io.github.dl4jext.parallel;

import io.github.dl4jext.network.Network;
import org.deeplearning4j.optimize.solvers.accumulation.EncodedGradientsAccumulator;
import org.deeplearning4j.optimize.solvers.accumulation.EncodingHandler;
import org.deeplearning4j.optimize.solvers.accumulation.GradientsAccumulator;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.threshold.AdaptiveThresholdAlgorithm;
import org.jspecify.annotations.Nullable;

/** Passes each worker's gradient to all, and lets no worker wait for one that has failed. */
final class SharedGradients extends EncodedGradientsAccumulator {

  private static final long serialVersionUID = 1L;

  /** Takes the sizes that DL4J's builder takes. */
  SharedGradients(int workers, long parameters) {
    this(workers, (int) Math.min(parameters / 16 + 5, Integer.MAX_VALUE / 16));
  }

  private SharedGradients(int workers, int boundary) {
    super(
        workers,
        new EncodingHandler(new AdaptiveThresholdAlgorithm(), null, boundary, false),
        4L * boundary * (workers + 3),
        workers + 2,
        Integer.MAX_VALUE,
        false);
  }

  /** Makes a network give its gradients. */
  void connect(Network network) {
    set(network, this);
  }

  /** Makes a network keep its gradients to itself again: alone it would wait for ever. */
  static void disconnect(Network network) {
    if (network.updater().isPresent()) {
      set(network, null);
    }
  }

  private static void set(Network network, @Nullable GradientsAccumulator accumulator) {
    network.byType(
        stack -> {
          stack.setGradientsAccumulator(accumulator);
          return stack;
        },
        graph -> {
          graph.setGradientsAccumulator(accumulator);
          return graph;
        });
  }

  /** Ends the waiting of the other workers, each with an exception. */
  void fail(Throwable failure) {
    throwable.setIfFirst(failure);
  }
}
