package io.github.dl4jext.regularization.labels;

import io.github.dl4jext.spi.Arguments;
import io.github.dl4jext.spi.FieldsInJson;
import io.github.dl4jext.spi.Parameter;
import io.github.dl4jext.spi.Technique;
import java.util.Arrays;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.shade.jackson.annotation.JsonCreator;

/**
 * Label smoothing: computes another loss with the labels {@code y (1 - s) + s / K} instead of y,
 * for K classes with softmax; {@code y (1 - s) + s / 2} for any other activation, where each output
 * is a separate yes or no.
 *
 * <p>It keeps a network from becoming ever more certain, which improves its probabilities, and
 * often its accuracy.
 *
 * <pre>{@code
 * new OutputLayer.Builder(new LabelSmoothing(0.1)).activation(Activation.SOFTMAX)
 * }</pre>
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>symbol</th><th>field</th><th>range</th><th>default</th><th>unit</th></tr>
 * <tr><td>s</td><td>smoothing</td><td>[0, 1)</td><td>required; 0.1 is usual</td><td>share of the
 * label</td></tr>
 * <tr><td>-</td><td>loss</td><td>takes labels of the output's shape</td><td>LossMCXENT</td>
 * <td>-</td></tr></table>
 *
 * <p><b>Gradient.</b> That of the other loss: {@code p - y (1 - s) - s / K} for softmax with cross
 * entropy.
 *
 * <p><b>Shape and type.</b> Labels [examples, K], one-hot or soft, of any type; sequences and
 * images as DL4J unrolls them. The other loss handles masks, weights per example (a label mask with
 * one column) and weights per class. The labels given are not changed.
 *
 * <p><b>Edges.</b> With s = 0 the result is that of the other loss, bit for bit. The score of a
 * validation set is smoothed too, as in PyTorch and Keras.
 *
 * <p><b>Check.</b> s = 0.1, logits 0 of 4 classes: score log 4 = 1.3863; gradient -0.675 at the
 * class, 0.225 elsewhere.
 *
 * <p><b>Departs from PyTorch and Keras.</b> Nothing: {@code CrossEntropyLoss(label_smoothing=s)},
 * {@code BinaryCrossentropy(label_smoothing=s)}. But the score of {@code LossMCXENT} counts a
 * probability below 1e-10 as 1e-10, which makes a difference if no label is 0; its gradient is
 * right.
 *
 * @param smoothing share of a label that is spread, in {@code [0, 1)}
 * @param loss the other loss, such as {@code new LossBinaryXENT()} for outputs with sigmoid
 * @see <a href="https://arxiv.org/abs/1512.00567">Szegedy et al. (2015), section 7</a>
 */
@FieldsInJson
public record LabelSmoothing(double smoothing, ILossFunction loss) implements ILossFunction {

  private static final String NAME = "label_smoothing";

  private static final Parameter<Double> SMOOTHING =
      Parameter.number("smoothing").in("[0, 1)").doc("share of a label that is spread");

  /**
   * Smooths the labels of cross entropy, for an output layer with softmax.
   *
   * @param smoothing share of a label that is spread over all classes, in {@code [0, 1)}
   * @throws io.github.dl4jext.spi.InvalidArgumentException if it is out of range
   */
  public LabelSmoothing(double smoothing) {
    this(smoothing, new LossMCXENT());
  }

  private static final Parameter<ILossFunction> LOSS =
      Parameter.plugin("loss", ILossFunction.class).doc("takes the smoothed labels");

  private static final Technique<ILossFunction> TECHNIQUE =
      Technique.of(ILossFunction.class, NAME)
          .taking(SMOOTHING, LOSS)
          .madeBy(a -> new LabelSmoothing(a.get(SMOOTHING), a.get(LOSS)));

  /**
   * Checks the parameters.
   *
   * @throws io.github.dl4jext.spi.InvalidArgumentException if smoothing is out of range, or the
   *     loss is null
   */
  public LabelSmoothing {
    TECHNIQUE.check(SMOOTHING, smoothing).check(LOSS, loss).done();
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static LabelSmoothing read(Arguments json) {
    return (LabelSmoothing) TECHNIQUE.restore(json);
  }

  private INDArray smoothed(INDArray labels, INDArray output, IActivation activation) {
    if (!Arrays.equals(labels.shape(), output.shape())) {
      throw new IllegalArgumentException(
          NAME
              + ": labels must have the output's shape "
              + Arrays.toString(output.shape())
              + ", a probability for each class, was "
              + Arrays.toString(labels.shape())
              + "; make class numbers one-hot");
    }
    if (smoothing == 0) {
      return labels;
    }
    double spread = activation instanceof ActivationSoftmax ? 1.0 / labels.size(1) : 0.5;
    return labels.castTo(output.dataType()).mul(1 - smoothing).addi(smoothing * spread);
  }

  @Override
  public double computeScore(
      INDArray labels, INDArray output, IActivation activation, INDArray mask, boolean average) {
    INDArray smoothed = smoothed(labels, output, activation);
    return loss.computeScore(smoothed, output, activation, mask, average);
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray output, IActivation activation, INDArray mask) {
    INDArray smoothed = smoothed(labels, output, activation);
    return loss.computeScoreArray(smoothed, output, activation, mask);
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray output, IActivation activation, INDArray mask) {
    INDArray smoothed = smoothed(labels, output, activation);
    return loss.computeGradient(smoothed, output, activation, mask);
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray output, IActivation activation, INDArray mask, boolean average) {
    INDArray smoothed = smoothed(labels, output, activation);
    return loss.computeGradientAndScore(smoothed, output, activation, mask, average);
  }

  @Override
  public String name() {
    return toString();
  }

  @Override
  public String toString() {
    return "LabelSmoothing(smoothing=" + smoothing + ", loss=" + loss + ")";
  }
}
