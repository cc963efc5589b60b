package io.github.dl4jext.listeners.monitoring;

import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Names the parameters of an {@link EarlyStopping}. */
public final class EarlyStoppingBuilder {

  int patience = EarlyStopping.PATIENCE.defaultValue().orElseThrow();
  double minDelta = EarlyStopping.MIN_DELTA.defaultValue().orElseThrow();
  int startFromEpoch = EarlyStopping.START_FROM_EPOCH.defaultValue().orElseThrow();
  boolean restoreBestWeights = EarlyStopping.RESTORE_BEST_WEIGHTS.defaultValue().orElseThrow();
  boolean restoreUpdaterState = EarlyStopping.RESTORE_UPDATER_STATE.defaultValue().orElseThrow();
  Optional<Double> baseline = Optional.empty();
  ToDoubleFunction<Model> monitor;
  boolean higherIsBetter;

  EarlyStoppingBuilder() {}

  /**
   * Watches the loss on other data: the mean over all examples, with L1 and L2 as in training.
   *
   * @param data validation data that can be reset
   * @return this
   */
  public EarlyStoppingBuilder validationLoss(DataSetIterator data) {
    return minimize(Validation.loss(EarlyStopping.NAME, data));
  }

  /**
   * Watches the share of other data that is classified rightly.
   *
   * @param data validation data that can be reset
   * @return this
   */
  public EarlyStoppingBuilder validationAccuracy(DataSetIterator data) {
    return maximize(Validation.accuracy(EarlyStopping.NAME, data));
  }

  /**
   * Watches the F1 score on other data: of class 1 if there are two, else the mean over classes.
   *
   * @param data validation data that can be reset
   * @return this
   */
  public EarlyStoppingBuilder validationF1(DataSetIterator data) {
    return maximize(Validation.f1(EarlyStopping.NAME, data));
  }

  /**
   * Watches a figure of which less is better.
   *
   * @param function of the model, asked once per epoch
   * @return this
   */
  public EarlyStoppingBuilder minimize(ToDoubleFunction<Model> function) {
    monitor =
        Objects.requireNonNull(function, EarlyStopping.NAME + ": the function must not be null");
    higherIsBetter = false;
    return this;
  }

  /**
   * Watches a figure of which more is better.
   *
   * @param function of the model, asked once per epoch
   * @return this
   */
  public EarlyStoppingBuilder maximize(ToDoubleFunction<Model> function) {
    monitor =
        Objects.requireNonNull(function, EarlyStopping.NAME + ": the function must not be null");
    higherIsBetter = true;
    return this;
  }

  /**
   * How long to wait for an improvement.
   *
   * @param epochs without one
   * @return this
   */
  public EarlyStoppingBuilder patience(int epochs) {
    patience = epochs;
    return this;
  }

  /**
   * What counts as an improvement.
   *
   * @param difference the figure must improve by more than this
   * @return this
   */
  public EarlyStoppingBuilder minDelta(double difference) {
    minDelta = difference;
    return this;
  }

  /**
   * Lets the first epochs pass.
   *
   * @param epoch the first that is looked at, from 0
   * @return this
   */
  public EarlyStoppingBuilder startFromEpoch(int epoch) {
    startFromEpoch = epoch;
    return this;
  }

  /**
   * Lets the wait start anew only when a figure is beaten.
   *
   * @param figure to beat
   * @return this
   */
  public EarlyStoppingBuilder baseline(double figure) {
    baseline = Optional.of(figure);
    return this;
  }

  /**
   * Puts back the parameters of the best epoch at the end.
   *
   * @param restore whether to
   * @return this
   */
  public EarlyStoppingBuilder restoreBestWeights(boolean restore) {
    restoreBestWeights = restore;
    return this;
  }

  /**
   * Puts back updater state and counts with them.
   *
   * @param restore whether to
   * @return this
   */
  public EarlyStoppingBuilder restoreUpdaterState(boolean restore) {
    restoreUpdaterState = restore;
    return this;
  }

  /**
   * Makes the listener.
   *
   * @return the listener
   * @throws io.github.dl4jext.spi.InvalidArgumentException if an argument is out of range
   */
  public EarlyStopping build() {
    return new EarlyStopping(this);
  }
}
