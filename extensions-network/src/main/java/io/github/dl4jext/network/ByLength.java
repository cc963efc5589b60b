package io.github.dl4jext.network;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Applies a regularization to some of a layer's parameters only. DL4J has one list of
 * regularizations for all weights of a layer and does not say which of them it is regularizing, so
 * they are distinguished by their number of elements.
 */
@FieldsInJson
public final class ByLength implements Regularization {

  private static final long serialVersionUID = 1L;

  private static final Parameter<Regularization> TERM =
      Parameter.plugin("term", Regularization.class).doc("what is applied");
  private static final Parameter<Boolean> INCLUDED =
      Parameter.flag("included").doc("whether to these lengths, or to all others");
  private static final Parameter<List<Integer>> LENGTHS =
      Parameter.integers("lengths").in("[0, inf)").doc("numbers of elements");

  private static final Technique<Regularization> TECHNIQUE =
      Technique.of(Regularization.class, "by_length")
          .taking(TERM, INCLUDED, LENGTHS)
          .madeBy(
              a ->
                  new ByLength(
                      a.get(TERM),
                      a.get(INCLUDED),
                      a.get(LENGTHS).stream().mapToLong(Integer::longValue).toArray()));

  private final Regularization term;
  private final boolean included;
  private final long[] lengths;

  private ByLength(Regularization term, boolean included, long... lengths) {
    this.term = Objects.requireNonNull(term, "there must be a regularization to apply");
    this.included = included;
    this.lengths = lengths.clone();
    Arrays.sort(this.lengths);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static ByLength read(Arguments json) {
    return (ByLength) TECHNIQUE.restore(json);
  }

  /**
   * Applies a regularization to parameters of certain lengths.
   *
   * @param term the regularization
   * @param lengths numbers of elements
   * @return a regularization of these parameters only
   */
  public static ByLength only(Regularization term, long... lengths) {
    return new ByLength(term, true, lengths);
  }

  /**
   * Applies a regularization to all parameters except those of certain lengths.
   *
   * @param term the regularization
   * @param lengths numbers of elements
   * @return a regularization that leaves these parameters unchanged
   */
  public static ByLength except(Regularization term, long... lengths) {
    return new ByLength(term, false, lengths);
  }

  /**
   * The regularization that is applied.
   *
   * @return the regularization within
   */
  public Regularization term() {
    return term;
  }

  private boolean concerns(INDArray param) {
    return included == Arrays.binarySearch(lengths, param.length()) >= 0;
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
  public ByLength clone() {
    return new ByLength(term.clone(), included, lengths);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByLength that
        && that.term.equals(term)
        && that.included == included
        && Arrays.equals(that.lengths, lengths);
  }

  @Override
  public int hashCode() {
    return Objects.hash(term, included, Arrays.hashCode(lengths));
  }

  @Override
  public String toString() {
    return term
        + (included ? " of lengths " : " of lengths other than ")
        + Arrays.toString(lengths);
  }
}
