package io.github.dl4jext.regularization.penalties;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.Checks;
import io.github.dl4jext.spi.NamedPlugin;
import io.github.dl4jext.spi.NumberOrSchedule;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Plugin;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.Axpy;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonIgnoreProperties;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Decoupled weight decay: beside the updater's step, {@code w <- w - r c w} with the learning rate
 * r.
 *
 * <p>Shrinks all weights by the same share, whatever the updater makes of their gradients: what
 * turns Adam into AdamW. AdamW of {@code extensions-optimizers} has its own; do not set both.
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
 * stops training and says so.
 *
 * <p><b>Check.</b> c = 0.1, r = 0.5, w = (3, -4), no gradient: (2.85, -3.8) after the step.
 *
 * <p><b>Departs from PyTorch.</b> Nothing: {@code AdamW(weight_decay=c)}. <b>From Keras:</b> the
 * same as {@code weight_decay=c} of its optimizers. <b>From DL4J:</b> {@code WeightDecay} adds a
 * term to the score that is not minimised. A global {@code regularization(...)} of its builder is
 * added twice, this one too: put it on a network with {@link Regularizations}.
 *
 * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov, Hutter (2019)</a>
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
@JsonIgnoreProperties({"coeff", "applyLR"}) // the host's names for the same
public final class WeightDecay extends org.nd4j.linalg.learning.regularization.WeightDecay {

  private static final long serialVersionUID = 1L;

  private static final String NAME = "weight_decay";

  private static final Parameter<ISchedule> COEFFICIENT =
      Parameter.rate("coefficient")
          .in("[0, inf)")
          .doc("share of a weight lost per step, times the learning rate");

  @NumberOrSchedule.Json private final ISchedule coefficient;

  /**
   * Takes a number.
   *
   * @param coefficient share of a weight lost per step, times the learning rate, in {@code [0,
   *     inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  public WeightDecay(double coefficient) {
    this(new FixedSchedule(coefficient));
  }

  /**
   * Takes a schedule, or a number as one.
   *
   * @param coefficient share of a weight lost per step, times the learning rate, in {@code [0,
   *     inf)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if out of range
   */
  @JsonCreator
  public WeightDecay(
      @JsonProperty(value = "coefficient", required = true) @NumberOrSchedule.Json
          ISchedule coefficient) {
    super(checked(coefficient), true);
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
  public void apply(INDArray weights, INDArray update, double rate, int iteration, int epoch) {
    double decay = rate * at(iteration, epoch);
    if (decay != 0) {
      Nd4j.exec(new Axpy(weights, update, update, decay));
    }
  }

  @Override
  public double score(INDArray weights, int iteration, int epoch) {
    return 0;
  }

  @Override
  public WeightDecay clone() {
    return new WeightDecay(coefficient.clone());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WeightDecay that && that.coefficient.equals(coefficient);
  }

  @Override
  public int hashCode() {
    return coefficient.hashCode();
  }

  @Override
  public String toString() {
    return "WeightDecay(coefficient=" + NumberOrSchedule.shown(coefficient) + ")";
  }

  /** Makes {@link WeightDecay} by the name {@code weight_decay}. */
  @SuppressWarnings("rawtypes") // a service is named by its raw type
  @AutoService(Plugin.class)
  public static final class Provider extends NamedPlugin<Regularization> {

    /** States what the plugin is. */
    public Provider() {
      super(
          Regularization.class,
          NAME,
          "Shrinks weights beside the step, by a share of the learning rate",
          "https://arxiv.org/abs/1711.05101");
      parameters(COEFFICIENT);
    }

    @Override
    public Regularization create(Arguments arguments) {
      return new WeightDecay(arguments.get(COEFFICIENT));
    }
  }
}
