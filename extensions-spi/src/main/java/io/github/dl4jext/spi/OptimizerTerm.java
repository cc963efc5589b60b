package io.github.dl4jext.spi;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Acts on a parameter beside the updater, which sees gradients only: decoupled weight decay, a
 * trust ratio. {@link Optimizer#terms()} are added to the regularizations of each layer. This type
 * marks them, so that another optimizer can remove them.
 *
 * <p>A term acts on many parameters in each step, and is immutable. It is saved with the model: its
 * fields are written to JSON as they are, a {@code @JsonCreator} reads them, and equals and
 * hashCode must cover them all. A record is the shortest form:
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
   * The regularization that this term wraps, if a {@link CompositeUpdater} has adapted one.
   *
   * @return what was given to the updater; this term itself, unless it wraps another
   */
  default Regularization unwrapped() {
    return this;
  }

  /**
   * What the term adds to the score: nothing, as it is not a part of the loss.
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
