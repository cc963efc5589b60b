package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.ParameterName;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/**
 * Reports that training met NaN or an infinity: where, what, and what to do. Thrown by {@link
 * StopOnNaN}.
 */
public final class TrainingDivergedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Names the place of the number. */
  public enum Where {
    /** In the gradient of a parameter, before the update. */
    GRADIENT,
    /** In the score, before the update. */
    SCORE,
    /** In a parameter. */
    PARAMETER
  }

  private final Where where;
  private final @Nullable String layer;
  private final @Nullable String parameter;
  private final double value;
  private final int iteration;
  private final int epoch;
  private final transient @Nullable Model network;

  /** Takes what was found; {@code hit} is null for the score. */
  TrainingDivergedException(
      String message,
      Model network,
      TrainingProgress at,
      Where where,
      @Nullable ParameterName hit,
      double value) {
    super(message);
    this.network = network;
    this.iteration = at.iterations();
    this.epoch = at.epochs();
    this.where = where;
    this.layer = hit == null ? null : hit.node();
    this.parameter = hit == null ? null : hit.parameter();
    this.value = value;
  }

  /**
   * Returns the network that was trained, as it was before the bad step; null if the exception was
   * serialized. Where a method trains networks of its own, it is the only way to them.
   */
  public @Nullable Model network() {
    return network;
  }

  /** Returns whether a gradient, the score or a parameter was hit. */
  public Where where() {
    return where;
  }

  /**
   * Returns the name of the first layer or vertex that was hit, in the network's order; null if
   * only the score was hit.
   */
  public @Nullable String layer() {
    return layer;
  }

  /**
   * Returns DL4J's name of the layer's first parameter that was hit, such as {@code W}; null if
   * only the score was hit.
   */
  public @Nullable String parameter() {
    return parameter;
  }

  /** Returns what was found: NaN, or one of the infinities. */
  public double value() {
    return value;
  }

  /** Returns the step, counted from 0 as DL4J does. */
  public int iteration() {
    return iteration;
  }

  /** Returns the epoch, counted from 0 as DL4J does. */
  public int epoch() {
    return epoch;
  }
}
