package io.github.dl4jext.listeners.monitoring;

import org.deeplearning4j.nn.api.Model;

/**
 * Says that training met NaN or an infinity: where, what, and the way out. Thrown by {@link
 * StopOnNaN}.
 */
public final class TrainingDivergedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Where the number was. */
  public enum Where {
    /** In the gradient of a parameter, before the update. */
    GRADIENT,
    /** In the score, before the update. */
    SCORE,
    /** In a parameter. */
    PARAMETER
  }

  /** In which number. */
  private final Where where;

  /** Null for the score. */
  private final String layer;

  /** Null for the score. */
  private final String parameter;

  /** NaN or an infinity. */
  private final double value;

  /** From 0. */
  private final int iteration;

  /** From 0. */
  private final int epoch;

  private final transient Model network;

  TrainingDivergedException(
      Model network,
      String message,
      Where where,
      String layer,
      String parameter,
      double value,
      int iteration,
      int epoch) {
    super(message);
    this.where = where;
    this.layer = layer;
    this.parameter = parameter;
    this.value = value;
    this.iteration = iteration;
    this.epoch = epoch;
    this.network = network;
  }

  /**
   * The network that was trained. Where a method trains networks of its own, it is the only way to
   * them.
   *
   * @return the network as it was before the bad step; null if the exception was serialized
   */
  public Model network() {
    return network;
  }

  /**
   * Whether a gradient, the score or a parameter was hit.
   *
   * @return the kind of number
   */
  public Where where() {
    return where;
  }

  /**
   * The first layer that was hit, in the network's order.
   *
   * @return the name of the layer or vertex; null if only the score was hit
   */
  public String layer() {
    return layer;
  }

  /**
   * The first parameter of the layer that was hit, such as {@code W}.
   *
   * @return DL4J's name of it; null if only the score was hit
   */
  public String parameter() {
    return parameter;
  }

  /**
   * What was found.
   *
   * @return NaN, or one of the infinities
   */
  public double value() {
    return value;
  }

  /**
   * The step, counted from 0 as DL4J does.
   *
   * @return the iteration
   */
  public int iteration() {
    return iteration;
  }

  /**
   * The epoch, counted from 0 as DL4J does.
   *
   * @return the epoch
   */
  public int epoch() {
    return epoch;
  }
}
