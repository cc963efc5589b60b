package io.github.dl4jext.regularization.penalties;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.Norms;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonValue;

/**
 * L1: adds {@code c sum(|w|)} to the loss.
 *
 * <p>It pulls all weights towards 0 with the same strength, so that many end near 0, as sparse
 * models need.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>c</td><td>coefficient</td><td>[0, inf), a number or a schedule</td>
 * <td>required</td><td>loss per weight</td></tr></table>
 *
 * <p><b>Gradient.</b> {@code g <- g + c sign(w)}, where g is the gradient of the mean loss before
 * the updater changes it; sign(0) = 0.
 *
 * <p><b>Shape and type.</b> Element-wise, in place, with one array for the signs.
 *
 * <p><b>Edges.</b> c = 0 does nothing. A schedule that leaves the range stops the training with an
 * {@code IllegalStateException}. A step that passes 0 does not end there, so weights become small,
 * but not exactly 0.
 *
 * <p><b>Check.</b> c = 0.1, w = (3, -4): 0.7 is added to the loss, (0.1, -0.1) to the gradient.
 *
 * <p><b>Departs from Keras.</b> Nothing. <b>From DL4J:</b> the term is the same, but the
 * coefficient is checked, and the score is right for millions of floats. It extends {@code
 * L1Regularization}, so that DL4J's builders know it and add it once. Put it on a network with
 * {@link Regularizations}.
 *
 * @see <a href="https://www.deeplearningbook.org/contents/regularization.html">Goodfellow, Bengio,
 *     Courville (2016), section 7.1.2</a>
 */
public final class L1 extends L1Regularization {

  private static final long serialVersionUID = 1L;

  private static final Technique<Regularization> TECHNIQUE =
      Technique.of(Regularization.class, "l1")
          .summary("Adds the absolute weights to the loss")
          .from("https://www.deeplearningbook.org/contents/regularization.html")
          .taking(Coefficient.PARAMETER.doc("strength of the pull towards 0"))
          .madeBy(L1::new);

  /**
   * Takes a constant coefficient.
   *
   * @param coefficient c, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is out of range
   */
  public L1(double coefficient) {
    this(Arguments.of(Coefficient.PARAMETER, coefficient));
  }

  /**
   * Takes a coefficient that follows a schedule.
   *
   * @param coefficient c, in {@code [0, inf)} at each step
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is null
   */
  public L1(ISchedule coefficient) {
    this(Arguments.of(Coefficient.PARAMETER, coefficient));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  L1(Arguments arguments) {
    super(Coefficient.read(TECHNIQUE, arguments));
  }

  @Override
  public double score(INDArray weights, int iteration, int epoch) {
    return l1.valueAt(iteration, epoch) * Norms.sumOfAbsolutes(weights);
  }

  @JsonValue
  Arguments arguments() {
    return Coefficient.arguments(l1);
  }

  @Override
  public L1 clone() {
    return new L1(arguments());
  }

  @Override
  public String toString() {
    return "L1" + l1;
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Regularization> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
