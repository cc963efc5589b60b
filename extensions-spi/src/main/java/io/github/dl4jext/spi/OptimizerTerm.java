package io.github.dl4jext.spi;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Acts on a parameter beside the updater, which sees gradients only: decoupled weight decay, a
 * trust ratio. {@link Optimizer#terms()} are put among the regularizations of each layer, and are
 * known by this type, so that another optimizer can take them away again.
 *
 * <p>A term acts in the same step for many parameters, and does not change. It is saved with the
 * model: fields are written to JSON as they are, a {@code @JsonCreator} reads them, and equals and
 * hashCode cover them all. A record is the shortest way:
 *
 * <pre>{@code
 * public record Decay(@JsonProperty(value = "share", required = true) double share)
 *     implements OptimizerTerm {
 *
 *   @Override
 *   public ApplyStep applyStep() {
 *     return ApplyStep.POST_UPDATER;
 *   }
 *
 *   @Override
 *   public void apply(INDArray param, INDArray update, double rate, int iteration, int epoch) {
 *     update.addi(param.mul(rate * share));
 *   }
 *
 *   @Override
 *   public Decay clone() {
 *     return this;
 *   }
 * }
 * }</pre>
 */
@FieldsInJson
public interface OptimizerTerm extends Regularization {

  /**
   * The regularization that a {@link CompositeUpdater} has adapted to its steps.
   *
   * @return what was given to the updater; this term itself, unless it is around another
   */
  default Regularization unwrapped() {
    return this;
  }

  /**
   * What the term adds to the score: nothing, as it is no part of the loss.
   *
   * @return 0, unless overridden
   */
  @Override
  default double score(INDArray param, int iteration, int epoch) {
    return 0;
  }

  @Override
  OptimizerTerm clone();
}
