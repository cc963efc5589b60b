package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.OptimizerTerm;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Applies a regularization only in the minibatch that completes a step; see {@link
 * GradientAccumulation}.
 *
 * @param term the regularization
 * @param minibatches minibatches per step
 */
record PeriodicTerm(Regularization term, int minibatches) implements OptimizerTerm {

  private static final Parameter<Regularization> TERM =
      Parameter.plugin("term", Regularization.class).doc("acts once per step");

  private static final Technique<OptimizerTerm> TECHNIQUE =
      Technique.of(OptimizerTerm.class, "gradient_accumulation")
          .taking(TERM, GradientAccumulation.MINIBATCHES)
          .madeBy(a -> new PeriodicTerm(a.get(TERM), a.get(GradientAccumulation.MINIBATCHES)));

  PeriodicTerm {
    TECHNIQUE.check(TERM, term).check(GradientAccumulation.MINIBATCHES, minibatches).done();
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static PeriodicTerm read(Arguments json) {
    return (PeriodicTerm) TECHNIQUE.restore(json);
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
