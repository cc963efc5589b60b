package io.github.dl4jext.listeners.monitoring;

import io.github.dl4jext.network.TrainingProgress;
import io.github.dl4jext.spi.ParameterName;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/**
 * Reports that a training diverged: where, by which value, and what to do. {@link StopOnNaN} throws
 * it at the first NaN or infinity, {@link SkipIfNonFinite} and {@link SkipIfNormAbove} after too
 * many bad steps in a row.
 */
public final class TrainingDivergedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The place of the value. */
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

  /** Takes the place and the value; {@code hit} is null if no single parameter was hit. */
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
   * serialized. If a method trains a network that it has made itself, this is the only way to get
   * it.
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
   * only the score was hit, or a norm was too large.
   */
  public @Nullable String layer() {
    return layer;
  }

  /**
   * Returns DL4J's name of the layer's first parameter that was hit, such as {@code W}; null if
   * only the score was hit, or a norm was too large.
   */
  public @Nullable String parameter() {
    return parameter;
  }

  /** Returns the value that was found: NaN, an infinity, or the norm that was too large. */
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
