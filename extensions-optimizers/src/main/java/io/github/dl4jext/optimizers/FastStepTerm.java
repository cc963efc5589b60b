package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.OptimizerTerm;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Has a regularization act on the fast steps; see {@link Lookahead}. What it does is added to the
 * sum of the fast steps, and what the updater has done to make a slow step of a fast one is undone
 * before and done again after it. Beside another updater it is the regularization alone.
 *
 * @param term what acts
 * @param state the state array in which lookahead sums the fast steps
 */
record FastStepTerm(
    @JsonProperty(value = "term", required = true) Regularization term,
    @JsonProperty(value = "state", required = true) String state)
    implements OptimizerTerm {

  @JsonCreator
  FastStepTerm {
    Checks.of("lookahead")
        .that(term != null, "term", "a regularization", term)
        .that(state != null, "state", "the name of a state array", state)
        .done();
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
    double ofStep = stretch.step().learningRate(); // DL4J is told a share of it
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
