package io.github.dl4jext.regularization.penalties;

import com.google.auto.service.AutoService;
import io.github.dl4jext.network.Norms;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonValue;

/**
 * L2: adds {@code c / 2 sum(w^2)} to the loss.
 *
 * <p>It pulls weights towards 0 in proportion to their size. Adam and other rules that divide by
 * the size of the gradient divide the pull too; use {@link WeightDecay} with them.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>c</td><td>coefficient</td><td>[0, inf), a number or a schedule</td>
 * <td>required</td><td>loss per squared weight</td></tr></table>
 *
 * <p><b>Gradient.</b> {@code g <- g + c w}, where g is the gradient of the mean loss before the
 * updater changes it.
 *
 * <p><b>Shape and type.</b> Element-wise, in place; nothing is allocated at a step.
 *
 * <p><b>Edges.</b> c = 0 does nothing. NaN gives NaN. A schedule that leaves the range stops the
 * training with an {@code IllegalStateException}.
 *
 * <p><b>Check.</b> c = 0.1, w = (3, -4): 1.25 is added to the loss, (0.3, -0.4) to the gradient.
 *
 * <p><b>Departs from Keras.</b> {@code regularizers.L2(k)} adds {@code k w^2}, so that c = 2 k.
 * PyTorch's {@code SGD(weight_decay=c)} is the same as here. <b>From DL4J:</b> the term is the
 * same, but the coefficient is checked, and the score is right for millions of floats. It extends
 * {@code L2Regularization}, so that DL4J's builders know it and add it once. Put it on a network
 * with {@link Regularizations}.
 *
 * @see <a href="https://www.deeplearningbook.org/contents/regularization.html">Goodfellow, Bengio,
 *     Courville (2016), section 7.1.1</a>
 */
public final class L2 extends L2Regularization {

  private static final long serialVersionUID = 1L;

  private static final Technique<Regularization> TECHNIQUE =
      Technique.of(Regularization.class, "l2")
          .summary("Adds half the squared weights to the loss")
          .from("https://www.deeplearningbook.org/contents/regularization.html")
          .taking(Coefficient.PARAMETER.doc("strength of the pull towards 0, per unit of weight"))
          .madeBy(L2::new);

  /**
   * Takes a constant coefficient.
   *
   * @param coefficient c, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is out of range
   */
  public L2(double coefficient) {
    this(Arguments.of(Coefficient.PARAMETER, coefficient));
  }

  /**
   * Takes a coefficient that follows a schedule.
   *
   * @param coefficient c, in {@code [0, inf)} at each step
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is null
   */
  public L2(ISchedule coefficient) {
    this(Arguments.of(Coefficient.PARAMETER, coefficient));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  L2(Arguments arguments) {
    super(Coefficient.read(TECHNIQUE, arguments));
  }

  @Override
  public double score(INDArray weights, int iteration, int epoch) {
    return l2.valueAt(iteration, epoch) / 2 * Norms.sumOfSquares(weights);
  }

  @JsonValue
  Arguments arguments() {
    return Coefficient.arguments(l2);
  }

  @Override
  public L2 clone() {
    return new L2(arguments());
  }

  @Override
  public String toString() {
    return "L2" + l2;
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Regularization> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
