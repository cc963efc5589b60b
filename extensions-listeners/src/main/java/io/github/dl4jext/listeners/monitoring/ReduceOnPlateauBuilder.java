package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau.Counting;
import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau.ThresholdMode;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Names the parameters of a {@link ReduceOnPlateau}. */
public final class ReduceOnPlateauBuilder {

  /** Whose scores to go on from, or null. */
  final ReduceOnPlateau goesOnFrom;

  double factor = ReduceOnPlateau.FACTOR.defaultValue().orElseThrow();
  int patience = ReduceOnPlateau.PATIENCE.defaultValue().orElseThrow();
  double minDelta = ReduceOnPlateau.MIN_DELTA.defaultValue().orElseThrow();
  int cooldown = ReduceOnPlateau.COOLDOWN.defaultValue().orElseThrow();
  double minRate = ReduceOnPlateau.MIN_RATE.defaultValue().orElseThrow();
  Counting counting = ReduceOnPlateau.COUNTING.defaultValue().orElseThrow();
  Optional<ThresholdMode> thresholdMode = Optional.empty();
  Optional<Double> epsilon = Optional.empty();
  Optional<Integer> everySteps = Optional.empty();
  ToDoubleFunction<Model> function;
  boolean higherIsBetter;

  ReduceOnPlateauBuilder(ReduceOnPlateau goesOnFrom) {
    this.goesOnFrom = goesOnFrom;
  }

  /**
   * Watches the loss on other data: the mean over all examples, with L1 and L2 as in training.
   *
   * @param data validation data that can be reset
   * @return this
   */
  public ReduceOnPlateauBuilder validationLoss(DataSetIterator data) {
    return minimize(Validation.loss(ReduceOnPlateau.NAME, data));
  }

  /**
   * Watches the share of other data that is classified rightly.
   *
   * @param data validation data that can be reset
   * @return this
   */
  public ReduceOnPlateauBuilder validationAccuracy(DataSetIterator data) {
    return maximize(Validation.accuracy(ReduceOnPlateau.NAME, data));
  }

  /**
   * Watches the F1 score on other data: of class 1 if there are two, else the mean over classes.
   *
   * @param data validation data that can be reset
   * @return this
   */
  public ReduceOnPlateauBuilder validationF1(DataSetIterator data) {
    return maximize(Validation.f1(ReduceOnPlateau.NAME, data));
  }

  /**
   * Watches a score of which less is better.
   *
   * @param score of the model, asked once per epoch or every so many steps
   * @return this
   */
  public ReduceOnPlateauBuilder minimize(ToDoubleFunction<Model> score) {
    function =
        Objects.requireNonNull(score, ReduceOnPlateau.NAME + ": the function must not be null");
    higherIsBetter = false;
    return this;
  }

  /**
   * Watches a score of which more is better.
   *
   * @param score of the model, asked once per epoch or every so many steps
   * @return this
   */
  public ReduceOnPlateauBuilder maximize(ToDoubleFunction<Model> score) {
    function =
        Objects.requireNonNull(score, ReduceOnPlateau.NAME + ": the function must not be null");
    higherIsBetter = true;
    return this;
  }

  /**
   * What each rate is multiplied by.
   *
   * @param factor share between 0 and 1
   * @return this
   */
  public ReduceOnPlateauBuilder factor(double factor) {
    this.factor = factor;
    return this;
  }

  /**
   * How long to wait for a better score.
   *
   * @param scores scores in a row that are no better
   * @return this
   */
  public ReduceOnPlateauBuilder patience(int scores) {
    patience = scores;
    return this;
  }

  /**
   * What counts as better.
   *
   * @param difference a score must be better by more than this
   * @return this
   */
  public ReduceOnPlateauBuilder minDelta(double difference) {
    minDelta = difference;
    return this;
  }

  /**
   * How long to wait before counting again after a reduction.
   *
   * @param scores scores that are not counted
   * @return this
   */
  public ReduceOnPlateauBuilder cooldown(int scores) {
    cooldown = scores;
    return this;
  }

  /**
   * How far down to go.
   *
   * @param rate no rate is reduced below this
   * @return this
   */
  public ReduceOnPlateauBuilder minRate(double rate) {
    minRate = rate;
    return this;
  }

  /**
   * Whose way to count; the defaults of thresholdMode and epsilon go with it.
   *
   * @param whose Keras's or PyTorch's
   * @return this
   */
  public ReduceOnPlateauBuilder counting(Counting whose) {
    counting = whose;
    return this;
  }

  /**
   * Whether minDelta is a difference or a share of the best score.
   *
   * @param mode absolute or relative
   * @return this
   */
  public ReduceOnPlateauBuilder thresholdMode(ThresholdMode mode) {
    thresholdMode = Optional.of(mode);
    return this;
  }

  /**
   * Leaves rates as they are that would hardly change.
   *
   * @param change smaller ones are not made
   * @return this
   */
  public ReduceOnPlateauBuilder epsilon(double change) {
    epsilon = Optional.of(change);
    return this;
  }

  /**
   * Looks at the score every so many steps, and not at the end of each epoch.
   *
   * @param steps from score to score
   * @return this
   */
  public ReduceOnPlateauBuilder everySteps(int steps) {
    everySteps = Optional.of(steps);
    return this;
  }

  /**
   * Makes the listener.
   *
   * @return the listener
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is out of range, or does
   *     not go with the listener to go on from
   */
  public ReduceOnPlateau build() {
    return new ReduceOnPlateau(this);
  }
}
