package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.OptimizerTerm;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Has a regularization act only in the minibatch that completes a step; see {@link
 * GradientAccumulation}.
 *
 * @param term what acts
 * @param minibatches minibatches per step
 */
record PeriodicTerm(
    @JsonProperty(value = "term", required = true) Regularization term,
    @JsonProperty(value = "minibatches", required = true) int minibatches)
    implements OptimizerTerm {

  @JsonCreator
  PeriodicTerm {
    Checks.of("gradient_accumulation")
        .that(term != null, "term", "a regularization", term)
        .check(GradientAccumulation.MINIBATCHES, minibatches)
        .done();
  }

  /** Whether a minibatch is the last of its step. */
  static boolean completes(int iteration, int minibatches) {
    return (iteration + 1L) % minibatches == 0;
  }

  @Override
  public Regularization unwrapped() {
    return term instanceof OptimizerTerm wrapper ? wrapper.unwrapped() : term;
  }

  @Override
  public ApplyStep applyStep() {
    return term.applyStep();
  }

  @Override
  public void apply(INDArray param, INDArray update, double rate, int iteration, int epoch) {
    if (completes(iteration, minibatches)) {
      term.apply(param, update, rate, iteration / minibatches, epoch);
    }
  }

  @Override
  public double score(INDArray param, int iteration, int epoch) {
    return term.score(param, iteration / minibatches, epoch);
  }

  @Override
  public PeriodicTerm clone() {
    return new PeriodicTerm(term.clone(), minibatches);
  }
}
