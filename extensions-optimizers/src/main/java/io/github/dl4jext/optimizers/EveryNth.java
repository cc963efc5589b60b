package io.github.dl4jext.optimizers;

import io.github.dl4jext.spi.Checks;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Acts only in the minibatch that completes a step; see {@link GradientAccumulation}. */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
final class EveryNth implements OptimizerTerm {

  private static final long serialVersionUID = 1L;

  private final OptimizerTerm term;
  private final int minibatches;

  @JsonCreator
  EveryNth(
      @JsonProperty(value = "term", required = true) OptimizerTerm term,
      @JsonProperty(value = "minibatches", required = true) int minibatches) {
    Checks.of("gradient_accumulation")
        .that(term != null, "term", "a term of an optimizer", null)
        .that(minibatches >= 1, "minibatches", "a whole number in [1, inf)", minibatches)
        .done();
    this.term = term;
    this.minibatches = minibatches;
  }

  /** Whether a minibatch is the last of its step. */
  static boolean completes(int iteration, int minibatches) {
    return (iteration + 1L) % minibatches == 0;
  }

  @Override
  public Optional<OptimizerTerm> slowed(double share) {
    return term.slowed(share).map(slowed -> new EveryNth(slowed, minibatches));
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
  public EveryNth clone() {
    return new EveryNth(term.clone(), minibatches);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EveryNth that
        && that.term.equals(term)
        && that.minibatches == minibatches;
  }

  @Override
  public int hashCode() {
    return Objects.hash(term, minibatches);
  }

  @Override
  public String toString() {
    return term + " every " + minibatches + " minibatches";
  }
}
