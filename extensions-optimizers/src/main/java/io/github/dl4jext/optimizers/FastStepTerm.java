package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.OptimizerTerm;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Applies a regularization to the fast steps; see {@link Lookahead}. Where the updater has just
 * gone back to make a slow step, the way back is removed from the update before the regularization
 * acts. What the regularization does is then added to the sum of the fast steps, and the way back
 * is made again from this sum. Beside another updater only the regularization acts.
 *
 * @param term the regularization
 * @param state the state array in which lookahead sums the fast steps
 */
record FastStepTerm(Regularization term, String state) implements OptimizerTerm {

  private static final Parameter<Regularization> TERM =
      Parameter.plugin("term", Regularization.class).doc("acts on the fast steps");

  private static final Parameter<String> STATE =
      Parameter.text("state").doc("state array in which the fast steps are summed");

  private static final Technique<OptimizerTerm> TECHNIQUE =
      Technique.of(OptimizerTerm.class, "lookahead")
          .taking(TERM, STATE)
          .madeBy(a -> new FastStepTerm(a.get(TERM), a.get(STATE)));

  FastStepTerm {
    TECHNIQUE.check(TERM, term).check(STATE, state).done();
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static FastStepTerm read(Arguments json) {
    return (FastStepTerm) TECHNIQUE.restore(json);
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
    BlockUpdater.Stretch stretch = BlockUpdater.wrote(update, state);
    if (stretch == null) {
      term.apply(param, update, rate, iteration, epoch);
      return;
    }
    INDArray way = stretch.state();
    double ofStep = stretch.step().learningRate(); // DL4J is told only a share of it
    double back = Lookahead.Updater.back(stretch.step());
    Lookahead.Updater.goBack(update, -back, way);
    way.subi(update);
    term.apply(param, update, ofStep, iteration, epoch);
    way.addi(update);
    Lookahead.Updater.goBack(update, back, way);
  }

  @Override
  public double score(INDArray param, int iteration, int epoch) {
    return term.score(param, iteration, epoch);
  }

  @Override
  public FastStepTerm clone() {
    return new FastStepTerm(term.clone(), state);
  }
}
