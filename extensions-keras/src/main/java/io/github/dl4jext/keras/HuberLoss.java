package io.github.dl4jext.keras;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossUtil;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Computes Huber's loss: the mean over the outputs of {@code e^2 / 2} where {@code |e|}, the
 * absolute error, is at most delta, and of {@code delta |e| - delta^2 / 2} where it is larger.
 *
 * <p>It is like the squared error, but single labels that are far off do not dominate it. DL4J has
 * no such loss.
 *
 * <pre>{@code
 * new OutputLayer.Builder(new HuberLoss(1)).activation(Activation.IDENTITY)
 * }</pre>
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>delta</td><td>delta</td><td>(0, inf)</td><td>required; 1 in Keras</td><td>that of the
 * labels</td></tr></table>
 *
 * <p><b>Derivative.</b> {@code dL/dy = min(max(e, -delta), delta) / n} for n outputs, with {@code e
 * = y - label}.
 *
 * <p><b>Shape and type.</b> Labels and outputs are rows of n numbers, float or double. Masks may be
 * of examples or of single outputs, as in DL4J's losses.
 *
 * <p><b>Edges.</b> NaN gives NaN, and so does an infinite error.
 *
 * <p><b>Check.</b> With delta = 1 and errors 0.5 and -3, the loss is (0.125 + 2.5) / 2 = 1.3125,
 * and its gradient is (0.25, -0.5).
 *
 * @param delta the largest absolute error that counts squared, in {@code (0, inf)}
 * @see <a href="https://projecteuclid.org/euclid.aoms/1177703732">Huber (1964)</a>
 * @see <a href="https://keras.io/api/losses/regression_losses/">Keras's Huber</a>
 */
@FieldsInJson
public record HuberLoss(double delta) implements ILossFunction {

  private static final String NAME = "huber_loss";

  private static final Parameter<Double> DELTA =
      Parameter.number("delta").in("(0, inf)").doc("where the square ends");

  private static final Technique<ILossFunction> TECHNIQUE =
      Technique.of(ILossFunction.class, NAME)
          .taking(DELTA)
          .madeBy(a -> new HuberLoss(a.get(DELTA)));

  /** Checks the parameter. */
  public HuberLoss {
    TECHNIQUE.check(DELTA, delta).done();
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static HuberLoss read(Arguments json) {
    return (HuberLoss) TECHNIQUE.restore(json);
  }

  private static INDArray errors(INDArray labels, INDArray output, IActivation activation) {
    if (!Arrays.equals(labels.shape(), output.shape())) {
      throw new IllegalArgumentException(
          NAME
              + ": labels must have the output's shape "
              + Arrays.toString(output.shape())
              + ", was "
              + Arrays.toString(labels.shape()));
    }
    return activation.getActivation(output.dup(), true).subi(labels.castTo(output.dataType()));
  }

  /** Bounds errors to [-delta, delta]; ND4J's max and min would lose NaN. */
  private INDArray bounded(INDArray errors) {
    return errors.div(Transforms.max(Transforms.abs(errors).divi(delta), 1));
  }

  private INDArray losses(INDArray errors, @Nullable INDArray mask) {
    INDArray bounded = Transforms.abs(bounded(errors));
    INDArray losses = Transforms.abs(errors).subi(bounded.mul(0.5)).muli(bounded);
    if (mask != null) {
      LossUtil.applyMask(losses, mask);
    }
    return losses.divi(errors.size(1));
  }

  @Override
  public double computeScore(
      INDArray labels,
      INDArray output,
      IActivation activation,
      @Nullable INDArray mask,
      boolean average) {
    return score(errors(labels, output, activation), mask, average);
  }

  private double score(INDArray errors, @Nullable INDArray mask, boolean average) {
    double sum = losses(errors, mask).sumNumber().doubleValue();
    return average ? sum / errors.size(0) : sum;
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray output, IActivation activation, @Nullable INDArray mask) {
    return losses(errors(labels, output, activation), mask).sum(true, 1);
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray output, IActivation activation, @Nullable INDArray mask) {
    return gradient(errors(labels, output, activation), output, activation, mask);
  }

  private INDArray gradient(
      INDArray errors, INDArray output, IActivation activation, @Nullable INDArray mask) {
    INDArray gradient = bounded(errors).divi(output.size(1));
    if (mask != null && LossUtil.isPerOutputMasking(gradient, mask)) {
      LossUtil.applyMask(gradient, mask);
    }
    INDArray inner = activation.backprop(output, gradient).getFirst();
    if (mask != null) {
      LossUtil.applyMask(inner, mask);
    }
    return inner;
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels,
      INDArray output,
      IActivation activation,
      @Nullable INDArray mask,
      boolean average) {
    INDArray errors = errors(labels, output, activation);
    double score = score(errors, mask, average);
    return new Pair<>(score, gradient(errors, output, activation, mask));
  }

  @Override
  public String name() {
    return toString();
  }

  @Override
  public String toString() {
    return "HuberLoss(delta=" + delta + ")";
  }
}
