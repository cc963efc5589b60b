package io.github.dl4jext.regularization.penalties;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Plugin;
import io.github.dl4jext.spi.Technique;
import io.github.dl4jext.spi.TechniqueProvider;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.Axpy;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonValue;

/**
 * Decoupled weight decay: beside the updater's step, {@code w <- w - r c w} with the learning rate
 * r.
 *
 * <p>It shrinks all weights by the same share, whatever the updater makes of their gradients. This
 * decay turns Adam into AdamW. {@code AdamW} of {@code extensions-optimizers} already includes it;
 * do not set both.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>c</td><td>coefficient</td><td>[0, inf), a number or a schedule</td>
 * <td>required</td><td>share of the weight per step, times the learning rate</td></tr></table>
 *
 * <p><b>Update.</b> {@code u <- u + r c w} after the updater, where r is its scheduled learning
 * rate at the step (1 for an updater without one, such as AdaDelta). It is no part of the loss and
 * adds nothing to the score.
 *
 * <p><b>Shape and type.</b> Element-wise, in place; nothing is allocated at a step.
 *
 * <p><b>Edges.</b> c = 0 or r = 0 does nothing. NaN gives NaN. A schedule that leaves the range
 * stops the training with an {@code IllegalStateException}.
 *
 * <p><b>Check.</b> c = 0.1, r = 0.5, w = (3, -4), no gradient: (2.85, -3.8) after the step.
 *
 * <p><b>Departs from PyTorch.</b> Nothing: {@code AdamW(weight_decay=c)}. <b>From Keras:</b> the
 * same as {@code weight_decay=c} of its optimizers. <b>From DL4J:</b> DL4J's {@code WeightDecay}
 * adds a term to the score that is not minimised. DL4J adds a global {@code regularization(...)} of
 * its builder twice, this one too, so put it on a network with {@link Regularizations}.
 *
 * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov, Hutter (2019)</a>
 */
public final class WeightDecay extends org.nd4j.linalg.learning.regularization.WeightDecay {

  private static final long serialVersionUID = 1L;

  private static final Technique<Regularization> TECHNIQUE =
      Technique.of(Regularization.class, "weight_decay")
          .summary("Shrinks weights beside the step, by a share of the learning rate")
          .from("https://arxiv.org/abs/1711.05101")
          .taking(
              Coefficient.PARAMETER.doc("share of a weight lost per step, times the learning rate"))
          .madeBy(WeightDecay::new);

  /**
   * Takes a constant coefficient.
   *
   * @param coefficient c, in {@code [0, inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is out of range
   */
  public WeightDecay(double coefficient) {
    this(Arguments.of(Coefficient.PARAMETER, coefficient));
  }

  /**
   * Takes a coefficient that follows a schedule.
   *
   * @param coefficient c, in {@code [0, inf)} at each step
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is null
   */
  public WeightDecay(ISchedule coefficient) {
    this(Arguments.of(Coefficient.PARAMETER, coefficient));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  WeightDecay(Arguments arguments) {
    super(Coefficient.read(TECHNIQUE, arguments), true);
  }

  @Override
  public void apply(INDArray weights, INDArray update, double rate, int iteration, int epoch) {
    double decay = rate * coeff.valueAt(iteration, epoch);
    if (decay != 0) {
      Nd4j.exec(new Axpy(weights, update, update, decay));
    }
  }

  @Override
  public double score(INDArray weights, int iteration, int epoch) {
    return 0;
  }

  @JsonValue
  Arguments arguments() {
    return Coefficient.arguments(coeff);
  }

  @Override
  public WeightDecay clone() {
    return new WeightDecay(arguments());
  }

  @Override
  public String toString() {
    return "WeightDecay" + coeff;
  }

  @AutoService(Plugin.class)
  public static final class Provider extends TechniqueProvider<Regularization> {
    public Provider() {
      super(TECHNIQUE);
    }
  }
}
