package io.github.dl4jext.schedules.finder;

import io.github.dl4jext.network.LearningRates;
import io.github.dl4jext.network.Network;
import io.github.dl4jext.network.NetworkCopy;
import io.github.dl4jext.network.noise.RandomState;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Finds a learning rate: trains a copy of the network for some steps with a rate that grows
 * exponentially, \( r_i = r_{start} (r_{end} / r_{start})^{i / n} \), and finds where the loss
 * falls and where it begins to rise.
 *
 * <pre>{@code
 * LearningRateSweep found = LearningRateFinder.builder(net).build().sweep(train);
 * ISchedule rate = found.oneCycle(Steps.total(10, 55000, 128));
 * }</pre>
 *
 * <table><caption>Parameters</caption>
 * <tr><th>field</th><th>range</th><th>default</th><th>meaning</th></tr>
 * <tr><td>startRate</td><td>(0, inf)</td><td>1e-7</td><td>the rate of the first step</td></tr>
 * <tr><td>endRate</td><td>(startRate, inf)</td><td>10</td><td>the rate that the step after the last
 *   would have</td></tr>
 * <tr><td>steps</td><td>[23, inf)</td><td>100</td><td>minibatches per sweep; the data are started
 *   again when they end</td></tr>
 * <tr><td>smoothing</td><td>[0, 1)</td><td>0.98</td><td>share of the mean that each step
 *   keeps</td></tr>
 * <tr><td>divergence</td><td>(1, inf)</td><td>4</td><td>a sweep ends when the smoothed loss is more
 *   than this many times the best</td></tr>
 * <tr><td>seeds</td><td>[1, inf)</td><td>1</td><td>sweeps, each with random numbers and minibatches
 *   of its own</td></tr>
 * <tr><td>listeners</td><td>-</td><td>none</td><td>those that take part in a step, such as clipping</td></tr>
 * </table>
 *
 * <p><b>What does not change.</b> The network stays as it is, whatever happens: the copy is made
 * through the JSON of its configuration and shares nothing with it. The copy begins with the same
 * parameters, batch normalization statistics, updater state and counters. This thread's random
 * generator of ND4J is restored. Data that can be reset are reset at the start and at the end; an
 * iterator that shuffles at every reset then has another order than before, and one that cannot be
 * reset has lost the minibatches that were read.
 *
 * <p><b>Rates.</b> In the sweep all layers have the same rate, biases and wrapped layers included;
 * in a network with several rates use the suggestion as the largest of them. Schedules of the rate
 * are ignored; those of momentum or dropout continue from the network's counters.
 *
 * <p><b>Edges.</b> A loss that is NaN or infinite ends the sweep; in the first step it causes an
 * exception. If the best loss is below zero, the divergence is measured by its absolute value. An
 * exception of the data or of a listener is passed on by {@link #sweep} after everything has been
 * restored.
 *
 * <p><b>Cost.</b> A second network's memory, and the time of {@code steps} times {@code seeds}
 * steps.
 *
 * <p><b>Departs from fastai.</b> fastai saves the model to a file and loads it again, and restores
 * neither random numbers nor counters. DL4J has no rate finder.
 *
 * @see <a href="https://arxiv.org/abs/1506.01186">Smith (2015), the range test</a>
 * @see <a href="https://docs.fast.ai/callback.schedule.html#learner.lr_find">fastai: lr_find</a>
 */
public final class LearningRateFinder {

  static final String NAME = "learning_rate_finder";

  static final Parameter<Double> START_RATE =
      Parameter.number("startRate").in("(0, inf)").orElse(1e-7).doc("the first rate");
  static final Parameter<Double> END_RATE =
      Parameter.number("endRate").in("(0, inf)").orElse(10.0).doc("the rate after the last");

  /** With fewer steps too few points for a suggestion are left when the ends are cut off. */
  static final Parameter<Integer> STEPS =
      Parameter.integer("steps").in("[23, inf)").orElse(100).doc("minibatches per sweep");

  static final Parameter<Double> SMOOTHING =
      Parameter.number("smoothing").in("[0, 1)").orElse(0.98).doc("what the mean keeps");
  static final Parameter<Double> DIVERGENCE =
      Parameter.number("divergence").in("(1, inf)").orElse(4.0).doc("times the best loss");
  static final Parameter<Integer> SEEDS =
      Parameter.integer("seeds").in("[1, inf)").orElse(1).doc("sweeps");

  private final Model model;
  private final int steps;
  private final double[] rates;
  private final double smoothing;
  private final double divergence;
  private final int seeds;
  private final List<TrainingListener> listeners;

  private LearningRateFinder(Builder from) {
    Checks.of(NAME)
        .check(START_RATE, from.startRate)
        .check(END_RATE, from.endRate)
        .that(from.startRate < from.endRate, "endRate", "more than startRate", from.endRate)
        .check(STEPS, from.steps)
        .check(SMOOTHING, from.smoothing)
        .check(DIVERGENCE, from.divergence)
        .check(SEEDS, from.seeds)
        .done();
    model = from.model;
    steps = from.steps;
    smoothing = from.smoothing;
    divergence = from.divergence;
    seeds = from.seeds;
    listeners = List.copyOf(from.listeners);
    rates = new double[steps];
    for (int i = 0; i < steps; i++) {
      rates[i] = from.startRate * Math.pow(from.endRate / from.startRate, (double) i / steps);
    }
  }

  /**
   * States the network and how to sweep.
   *
   * @param model a {@code MultiLayerNetwork} or a {@code ComputationGraph}, initialised; it may be
   *     trained already
   * @return a builder with the defaults
   */
  public static Builder builder(Model model) {
    return new Builder(model);
  }

  /**
   * Sweeps over the rates, on copies: network and random generator are left as they were, even if
   * the data throw an exception.
   *
   * @param data training data
   * @return the losses and the suggested rates
   * @throws IllegalArgumentException if the network is not initialised
   * @throws IllegalStateException if the network has no learning rate, the data have no minibatch
   *     or end and cannot be reset, or the first loss is not finite
   */
  public LearningRateSweep sweep(DataSetIterator data) {
    return sweep(new RepeatedData<>(data, Network::fit, data.resetSupported(), data::reset));
  }

  /**
   * Sweeps over the rates, on copies: network and random generator are left as they were, even if
   * the data throw an exception.
   *
   * @param data training data, for a graph with several inputs or outputs
   * @return the losses and the suggested rates
   * @throws IllegalArgumentException if the network is not initialised
   * @throws IllegalStateException if the network has no learning rate, the data have no minibatch
   *     or end and cannot be reset, or the first loss is not finite
   */
  public LearningRateSweep sweep(MultiDataSetIterator data) {
    return sweep(new RepeatedData<>(data, Network::fit, data.resetSupported(), data::reset));
  }

  private LearningRateSweep sweep(RepeatedData<?> data) {
    RandomState random = RandomState.current();
    try {
      data.start();
      List<double[]> losses = new ArrayList<>();
      for (int i = 1; i <= seeds; i++) {
        losses.add(losses(data, i));
      }
      return new LearningRateSweep(rates, losses, smoothing);
    } finally {
      random.restore();
      data.end();
    }
  }

  private double[] losses(RepeatedData<?> data, int seed) {
    Network trial = Network.of(NetworkCopy.from(model).build());
    LearningRates all = LearningRates.of(NAME, trial);
    if (all.isEmpty()) {
      throw new IllegalStateException(
          NAME + ": the network must have an updater with a learning rate, has none");
    }
    trial.setListeners(listeners);
    // Not earlier, because making a network sets the seed of its configuration.
    Nd4j.getRandom().setSeed(seed);
    double[] losses = new double[steps];
    SmoothedLoss smoothed = new SmoothedLoss(smoothing);
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < steps; i++) {
      all.set(rates[i]);
      data.fit(trial, i);
      losses[i] = trial.score(); // the loss before the step
      double now = smoothed.add(losses[i]);
      if (i == 0 && !Double.isFinite(now)) {
        throw new IllegalStateException(
            NAME
                + ": the loss must be finite before the first step, was "
                + now
                + "; look for NaN in data and parameters");
      }
      best = Math.min(best, now);
      // For a best above zero this is: now is more than divergence times best.
      if (!(now - best <= (divergence - 1) * Math.abs(best))) {
        return Arrays.copyOf(losses, i + 1);
      }
    }
    return losses;
  }

  /** Names the parameters of a {@link LearningRateFinder}, which copies them. */
  public static final class Builder {

    private final Model model;
    private double startRate = START_RATE.defaultOf();
    private double endRate = END_RATE.defaultOf();
    private int steps = STEPS.defaultOf();
    private double smoothing = SMOOTHING.defaultOf();
    private double divergence = DIVERGENCE.defaultOf();
    private int seeds = SEEDS.defaultOf();
    private List<TrainingListener> listeners = List.of();

    private Builder(Model model) {
      this.model = Objects.requireNonNull(model, NAME + ": the model must not be null");
    }

    /**
     * Sets the rate of the first step.
     *
     * @param rate a rate that is too small to learn anything, above 0; 1e-7 unless set
     * @return this
     */
    public Builder startRate(double rate) {
      startRate = rate;
      return this;
    }

    /**
     * Sets the rate that the step after the last would have.
     *
     * @param rate a rate at which the loss diverges, above the start rate; 10 unless set
     * @return this
     */
    public Builder endRate(double rate) {
      endRate = rate;
      return this;
    }

    /**
     * Sets how many minibatches a sweep has.
     *
     * @param minibatches minibatches per sweep, from 23 on; 100 unless set
     * @return this
     */
    public Builder steps(int minibatches) {
      steps = minibatches;
      return this;
    }

    /**
     * Sets how much the curve is smoothed.
     *
     * @param share the share of the mean that each step keeps, in {@code [0, 1)}; 0 does not
     *     smooth; 0.98 unless set
     * @return this
     */
    public Builder smoothing(double share) {
      smoothing = share;
      return this;
    }

    /**
     * Sets when a sweep ends.
     *
     * @param times the sweep ends when the smoothed loss is more than this many times the best;
     *     above 1; 4 unless set
     * @return this
     */
    public Builder divergence(double times) {
      divergence = times;
      return this;
    }

    /**
     * Sets how often to sweep, each time with other random numbers and on the minibatches that come
     * next.
     *
     * @param sweeps number of sweeps, from 1 on; 1 unless set
     * @return this
     */
    public Builder seeds(int sweeps) {
      seeds = sweeps;
      return this;
    }

    /**
     * Sets the listeners that take part in training, such as gradient clipping: the copy of the
     * network is trained with them. Those of the network itself are not called.
     *
     * @param listening the listeners; none unless set
     * @return this
     */
    public Builder listeners(TrainingListener... listening) {
      listeners = List.of(listening);
      return this;
    }

    /**
     * Makes the finder.
     *
     * @return the finder
     * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is out of range
     */
    public LearningRateFinder build() {
      return new LearningRateFinder(this);
    }
  }
}
