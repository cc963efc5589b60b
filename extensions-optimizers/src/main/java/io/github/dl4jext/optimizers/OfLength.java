package io.github.dl4jext.optimizers;

import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Acts on some of a layer's parameters only. DL4J has one list of regularizations for all weights
 * of a layer and does not say which it is at, so they are told apart by their number of elements.
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
final class OfLength implements OptimizerTerm {

  private static final long serialVersionUID = 1L;

  private final OptimizerTerm term;
  private final long[] lengths;

  @JsonCreator
  OfLength(
      @JsonProperty(value = "term", required = true) OptimizerTerm term,
      @JsonProperty(value = "lengths", required = true) long... lengths) {
    this.term = term;
    this.lengths = lengths.clone();
    Arrays.sort(this.lengths);
  }

  @Override
  public Optional<OptimizerTerm> slowed(double share) {
    return term.slowed(share).map(slowed -> new OfLength(slowed, lengths));
  }

  private boolean concerns(INDArray param) {
    return Arrays.binarySearch(lengths, param.length()) >= 0;
  }

  @Override
  public ApplyStep applyStep() {
    return term.applyStep();
  }

  @Override
  public void apply(INDArray param, INDArray update, double rate, int iteration, int epoch) {
    if (concerns(param)) {
      term.apply(param, update, rate, iteration, epoch);
    }
  }

  @Override
  public double score(INDArray param, int iteration, int epoch) {
    return concerns(param) ? term.score(param, iteration, epoch) : 0;
  }

  @Override
  public OfLength clone() {
    return new OfLength(term.clone(), lengths);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OfLength that
        && that.term.equals(term)
        && Arrays.equals(that.lengths, lengths);
  }

  @Override
  public int hashCode() {
    return 31 * term.hashCode() + Arrays.hashCode(lengths);
  }

  @Override
  public String toString() {
    return term + " of lengths " + Arrays.toString(lengths);
  }
}
