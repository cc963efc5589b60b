package io.github.dl4jext.regularization.penalties;

import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Regularizes the weights of a layer with layer norm, but not its gain. DL4J has one list for both
 * and does not say which it is at, so the gain is known by its length.
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
final class SparingGain implements Regularization {

  private static final long serialVersionUID = 1L;

  private final Regularization term;
  private final long gainLength;

  @JsonCreator
  SparingGain(
      @JsonProperty(value = "term", required = true) Regularization term,
      @JsonProperty(value = "gainLength", required = true) long gainLength) {
    this.term = term;
    this.gainLength = gainLength;
  }

  @Override
  public ApplyStep applyStep() {
    return term.applyStep();
  }

  @Override
  public void apply(INDArray param, INDArray gradient, double rate, int iteration, int epoch) {
    if (param.length() != gainLength) {
      term.apply(param, gradient, rate, iteration, epoch);
    }
  }

  @Override
  public double score(INDArray param, int iteration, int epoch) {
    return param.length() == gainLength ? 0 : term.score(param, iteration, epoch);
  }

  @Override
  public SparingGain clone() {
    return new SparingGain(term.clone(), gainLength);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SparingGain that
        && that.term.equals(term)
        && that.gainLength == gainLength;
  }

  @Override
  public int hashCode() {
    return Objects.hash(term, gainLength);
  }

  @Override
  public String toString() {
    return term + " sparing the gain";
  }
}
