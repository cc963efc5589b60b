package io.github.dl4jext.parallel;

import io.github.dl4jext.network.Epoch;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.StopsTraining;
import io.github.dl4jext.spi.Checks;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a network by several workers, as DL4J's {@code ParallelWrapper} does, for a given number
 * of epochs.
 *
 * <pre>{@code
 * ParallelTraining.builder(network).workers(4).build().fit(data, 10);
 * }</pre>
 *
 * <p>In each round, every worker makes a step with a minibatch of its own. The first worker trains
 * the network itself, and each of the others a copy. With {@link TrainingMode#AVERAGING},
 * parameters and updater state are replaced by their mean over the workers every {@code
 * averagingFrequency} rounds. With {@link TrainingMode#SHARED_GRADIENTS}, each worker applies the
 * large elements of all workers' updates to its own parameters, and keeps the small ones for later
 * steps. Iterations are the steps of one worker: with two workers, an epoch has half as many.
 *
 * <table><caption>Parameters</caption>
 * <tr><th>name</th><th>range</th><th>default</th></tr>
 * <tr><td>workers</td><td>[2, inf)</td><td>2</td></tr>
 * <tr><td>mode</td><td>AVERAGING, SHARED_GRADIENTS</td><td>AVERAGING</td></tr>
 * <tr><td>averagingFrequency</td><td>[1, inf)</td><td>1</td></tr></table>
 *
 * <p><b>Departs from ParallelWrapper.</b> The network's listeners are told of epochs, epochs are
 * counted, and a {@link StopsTraining} listener can end the training. A stack keeps its updater's
 * state. The copies begin with the counts and the updater's state of the network, and no worker
 * makes a step before all are ready. If a worker fails, the others end too, and its exception is
 * thrown unwrapped. Afterwards the network has its listeners again, and can be trained without
 * workers.
 *
 * <p><b>Edges.</b> If the last round has fewer minibatches than workers, the workers without one do
 * nothing. Data are read in the calling thread: use an {@code AsyncDataSetIterator} to prefetch
 * them. All workers call the same listeners. If an epoch ends between two averagings, what the
 * copies have learnt since the last one is lost. With shared gradients, if no element of any update
 * reaches DL4J's threshold (1e-3 at first, falling to 1e-4), the parameters do not change, and a
 * warning is logged. Truncated backpropagation through time is refused with shared gradients,
 * because DL4J's workers would wait forever.
 *
 * @see <a href="https://deeplearning4j.konduit.ai/">DL4J: ParallelWrapper</a>
 */
public final class ParallelTraining {

  private static final String NAME = "parallel_training";
  private static final Logger LOG = LoggerFactory.getLogger(ParallelTraining.class);

  private final Model model;
  private final int workers;
  private final TrainingMode mode;
  private final int averagingFrequency;
  private boolean withoutEffect;

  private ParallelTraining(Builder from) {
    Network network = Network.of(from.model);
    boolean truncated = network.configuration().backpropType() == BackpropType.TruncatedBPTT;
    boolean known =
        from.mode == TrainingMode.AVERAGING || from.mode == TrainingMode.SHARED_GRADIENTS;
    Checks.of(NAME)
        .that(from.workers >= 2, "workers", "a whole number in [2, inf)", from.workers)
        .that(known, "mode", "AVERAGING or SHARED_GRADIENTS", from.mode)
        .that(
            from.averagingFrequency >= 1,
            "averagingFrequency",
            "a whole number in [1, inf)",
            from.averagingFrequency)
        .that(
            !truncated || from.mode != TrainingMode.SHARED_GRADIENTS,
            "mode",
            "AVERAGING for a network of truncated backpropagation through time",
            from.mode)
        .done();
    model = from.model;
    workers = from.workers;
    mode = from.mode;
    averagingFrequency = from.averagingFrequency;
  }

  /**
   * Begins a training with the default parameters.
   *
   * @param network the network, with its listeners
   * @return the builder, which takes the parameters
   */
  public static Builder builder(Model network) {
    Objects.requireNonNull(network, "parallel training: network must be given, was null");
    return new Builder(network);
  }

  /**
   * Trains until all epochs are over or a listener stops the training.
   *
   * @param data the minibatches, at least one for each worker; reset before each epoch, if it can
   *     be
   * @param epochs the largest number of epochs, at least 1; must be 1 if the data cannot be reset
   * @return the number of epochs trained
   * @throws io.github.dl4jext.spi.InvalidArgumentException if {@code epochs} is out of range
   * @throws RuntimeException if a worker, a listener or the data throws, as it was thrown; the
   *     network is then as the first worker's last step left it, and the epoch is not counted
   */
  public int fit(DataSetIterator data, int epochs) {
    return fit(data.resetSupported(), data::reset, wrapper -> wrapper.fit(data), epochs);
  }

  /**
   * Trains a graph as {@link #fit(DataSetIterator, int)} does.
   *
   * @param data the minibatches, at least one for each worker; reset before each epoch, if it can
   *     be
   * @param epochs the largest number of epochs, at least 1; must be 1 if the data cannot be reset
   * @return the number of epochs trained
   * @throws io.github.dl4jext.spi.InvalidArgumentException if the network is a stack, or {@code
   *     epochs} is out of range
   * @throws RuntimeException if a worker, a listener or the data throws, as it was thrown
   */
  public int fit(MultiDataSetIterator data, int epochs) {
    boolean isGraph = Network.of(model).byType(stack -> false, graph -> true);
    Checks.of(NAME)
        .that(
            isGraph, "data", "a DataSetIterator for a MultiLayerNetwork", "a MultiDataSetIterator")
        .done();
    return fit(data.resetSupported(), data::reset, wrapper -> wrapper.fit(data), epochs);
  }

  private int fit(boolean resettable, Runnable reset, Consumer<ParallelWrapper> round, int epochs) {
    Checks.of(NAME)
        .that(epochs >= 1, "epochs", "a whole number in [1, inf)", epochs)
        .that(
            resettable || epochs <= 1, "epochs", "1 for training data that cannot be reset", epochs)
        .done();
    Network network = Network.of(model);
    List<TrainingListener> listeners = network.listeners();
    SharedGradients shared =
        mode == TrainingMode.SHARED_GRADIENTS
            ? new SharedGradients(workers, model.numParams())
            : null;
    INDArray before = shared == null ? null : model.params().dup();
    Workers team = new Workers(workers, shared);
    ParallelWrapper wrapper =
        new ParallelWrapper.Builder<>(model)
            .workers(workers)
            .prefetchBuffer(0)
            .averagingFrequency(averagingFrequency)
            .build();
    wrapper.setTrainerContext(team);
    wrapper.setGradientsAccumulator(shared);
    int trained = 0;
    try {
      network.setListeners(listeners); // DL4J has taken them
      do {
        if (resettable) {
          reset.run();
        }
        Epoch.begin(network);
        round.accept(wrapper);
        tidy(network, team, listeners);
        Epoch.end(network);
        trained++;
      } while (trained < epochs && !StopsTraining.isWantedBy(network));
    } catch (RuntimeException e) {
      throw asThrown(team.failure().orElse(e));
    } finally {
      wrapper.shutdown();
      tidy(network, team, listeners);
      network.leaveStep();
    }
    withoutEffect = before != null && before.subi(model.params()).amaxNumber().doubleValue() == 0;
    if (withoutEffect) {
      LOG.warn(
          "{}: no element of any update was large enough to be shared, so the parameters have"
              + " not changed. Train for more steps, with a larger learning rate, or with"
              + " TrainingMode.AVERAGING.",
          NAME);
    }
    StopsTraining.tellOfEnd(network);
    return trained;
  }

  /** Tells whether the last call left the parameters unchanged. */
  boolean withoutEffect() {
    return withoutEffect;
  }

  /** Lets the network be trained without workers again. */
  private static void tidy(Network network, Workers team, List<TrainingListener> listeners) {
    team.giveBackUpdater(network);
    SharedGradients.disconnect(network);
    network.setListeners(listeners);
  }

  /** Returns the exception that DL4J has wrapped; the wrapper has no message of its own. */
  private static RuntimeException asThrown(Throwable failure) {
    Throwable cause = failure;
    while (cause.getClass() == RuntimeException.class
        && cause.getCause() != null
        && cause.getCause().toString().equals(cause.getMessage())) {
      cause = cause.getCause();
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException unchecked ? unchecked : new RuntimeException(cause);
  }

  /** Takes the parameters of a {@link ParallelTraining}. */
  public static final class Builder {

    private final Model model;
    private int workers = 2;
    private TrainingMode mode = TrainingMode.AVERAGING;
    private int averagingFrequency = 1;

    private Builder(Model model) {
      this.model = model;
    }

    /**
     * Sets how many workers train, each in a thread of its own.
     *
     * @param number at least 2; 2 by default
     * @return this
     */
    public Builder workers(int number) {
      workers = number;
      return this;
    }

    /**
     * Sets how the workers are combined: by averaging parameters, or by sharing gradients.
     *
     * @param what AVERAGING, the default, or SHARED_GRADIENTS
     * @return this
     */
    public Builder mode(TrainingMode what) {
      mode = what;
      return this;
    }

    /**
     * Sets after how many rounds parameters are averaged. It has no effect on shared gradients.
     *
     * @param rounds at least 1; 1 by default
     * @return this
     */
    public Builder averagingFrequency(int rounds) {
      averagingFrequency = rounds;
      return this;
    }

    /**
     * Checks the parameters and makes the training.
     *
     * @return the training, whose {@code fit} may be called more than once
     * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is out of range
     * @throws IllegalArgumentException if the model is neither a {@code MultiLayerNetwork} nor a
     *     {@code ComputationGraph}, or not initialised
     */
    public ParallelTraining build() {
      return new ParallelTraining(this);
    }
  }
}
