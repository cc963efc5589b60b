package io.github.dl4jext.regularization.penalties;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.Sums;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.Axpy;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonIgnoreProperties;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * L1: adds {@code c sum(|w|)} to the loss.
 *
 * <p>Pulls all weights towards 0 alike, so that many end near 0: for sparse models.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>c</td><td>coefficient</td><td>[0, inf), a number or a schedule</td>
 * <td>required</td><td>loss per weight</td></tr></table>
 *
 * <p><b>Gradient.</b> {@code g <- g + c sign(w)}, where g is the gradient of the mean loss, before
 * the updater sees it; sign(0) = 0.
 *
 * <p><b>Shape and type.</b> Element-wise, in place, with one array for the signs.
 *
 * <p><b>Edges.</b> c = 0 does nothing. A schedule that leaves the range stops training and says so.
 * A step that overshoots 0 is not cut there, so weights become small, not exactly 0.
 *
 * <p><b>Check.</b> c = 0.1, w = (3, -4): 0.7 is added to the loss, (0.1, -0.1) to the gradient.
 *
 * <p><b>Departs from Keras.</b> Nothing. <b>From DL4J:</b> it is the same, checked and with a score
 * that is right for millions of floats; it extends {@code L1Regularization}, so that DL4J's
 * builders know it and add it once. Put it on a network with {@link Regularizations}.
 *
 * @see <a href="https://www.deeplearningbook.org/contents/regularization.html">Goodfellow, Bengio,
 *     Courville (2016), section 7.1.2</a>
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
@JsonIgnoreProperties("l1") // the host's names for the same
public final class L1 extends L1Regularization {

  private static final long serialVersionUID = 1L;

  private static final String NAME = "l1";

  private static final Parameter<ISchedule> COEFFICIENT =
      Parameter.rate("coefficient").in("[0, inf)").doc("strength of the pull towards 0");

  @NumberOrSchedule.Json private final ISchedule coefficient;

  /**
   * Takes a number.
   *
   * @param coefficient strength of the pull towards 0, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public L1(double coefficient) {
    this(new FixedSchedule(coefficient));
  }

  /**
   * Takes a schedule, or a number as one.
   *
   * @param coefficient strength of the pull towards 0, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  @JsonCreator
  public L1(
      @JsonProperty(value = "coefficient", required = true) @NumberOrSchedule.Json
          ISchedule coefficient) {
    super(checked(coefficient));
    this.coefficient = coefficient;
  }

  private static ISchedule checked(ISchedule coefficient) {
    Checks.of(NAME).check(COEFFICIENT, coefficient).done();
    return coefficient;
  }

  private double at(int iteration, int epoch) {
    return NumberOrSchedule.at(COEFFICIENT, coefficient, iteration, epoch);
  }

  @Override
  public void apply(INDArray weights, INDArray gradient, double rate, int iteration, int epoch) {
    INDArray signs = Transforms.sign(weights, true);
    Nd4j.exec(new Axpy(signs, gradient, gradient, at(iteration, epoch)));
  }

  @Override
  public double score(INDArray weights, int iteration, int epoch) {
    return at(iteration, epoch) * Sums.ofAbsolutes(weights);
  }

  @Override
  public L1 clone() {
    return new L1(coefficient.clone());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof L1 that && that.coefficient.equals(coefficient);
  }

  @Override
  public int hashCode() {
    return coefficient.hashCode();
  }

  @Override
  public String toString() {
    return "L1(coefficient=" + NumberOrSchedule.shown(coefficient) + ")";
  }

  /** Makes {@link L1} by the name {@code l1}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Regularization> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Regularization.class,
          NAME,
          "Adds the absolute weights to the loss",
          "https://www.deeplearningbook.org/contents/regularization.html");
      parameters(COEFFICIENT);
    }

    @Override
    public Regularization create(Arguments arguments) {
      return new L1(arguments.get(COEFFICIENT));
    }
  }
}
