package io.github.dl4jext.schedules.finder;

import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;

/** Names the parameters of a {@link LearningRateFinder}. */
public final class LearningRateFinderBuilder {

  final Model model;
  double startRate = LearningRateFinder.START_RATE.defaultValue().orElseThrow();
  double endRate = LearningRateFinder.END_RATE.defaultValue().orElseThrow();
  int steps = LearningRateFinder.STEPS.defaultValue().orElseThrow();
  double smoothing = LearningRateFinder.SMOOTHING.defaultValue().orElseThrow();
  double divergence = LearningRateFinder.DIVERGENCE.defaultValue().orElseThrow();
  int seeds = LearningRateFinder.SEEDS.defaultValue().orElseThrow();
  List<TrainingListener> listeners = List.of();

  LearningRateFinderBuilder(Model model) {
    this.model =
        Objects.requireNonNull(model, LearningRateFinder.NAME + ": the model must not be null");
  }

  /**
   * The rate of the first step.
   *
   * @param rate a rate that is too small to learn anything
   * @return this
   */
  public LearningRateFinderBuilder startRate(double rate) {
    startRate = rate;
    return this;
  }

  /**
   * The rate that the step after the last would have.
   *
   * @param rate a rate at which the loss diverges
   * @return this
   */
  public LearningRateFinderBuilder endRate(double rate) {
    endRate = rate;
    return this;
  }

  /**
   * How many minibatches a sweep has.
   *
   * @param minibatches minibatches per sweep
   * @return this
   */
  public LearningRateFinderBuilder steps(int minibatches) {
    steps = minibatches;
    return this;
  }

  /**
   * How much the curve is smoothed.
   *
   * @param share what the mean keeps at each step; 0 does not smooth
   * @return this
   */
  public LearningRateFinderBuilder smoothing(double share) {
    smoothing = share;
    return this;
  }

  /**
   * When to end a sweep.
   *
   * @param times times the best loss
   * @return this
   */
  public LearningRateFinderBuilder divergence(double times) {
    divergence = times;
    return this;
  }

  /**
   * How often to sweep, each time with other random numbers and on the minibatches that come next.
   *
   * @param sweeps number of sweeps
   * @return this
   */
  public LearningRateFinderBuilder seeds(int sweeps) {
    seeds = sweeps;
    return this;
  }

  /**
   * Listeners that take part in training, such as gradient clipping: the copy of the network is
   * trained with them. Those of the network itself are not called.
   *
   * @param listening to each step
   * @return this
   */
  public LearningRateFinderBuilder listeners(TrainingListener... listening) {
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
