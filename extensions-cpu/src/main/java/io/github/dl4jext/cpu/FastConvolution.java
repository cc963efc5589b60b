package io.github.dl4jext.cpu;

import io.github.dl4jext.network.ComputesAs;
import java.util.Collection;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution that computes each thing once: {@code y = f(W * x + b)}, as DL4J's.
 *
 * <p>DL4J's layer lays out the patches of its input as a matrix, multiplies it by the weights, and
 * does both again in the backward pass; at the lowest layer it computes the gradient of the loss
 * with respect to x too, where nobody reads it. This layer keeps patches and sum until the backward
 * pass, lays the patches out faster, and does not compute that gradient if {@code inputGradient} is
 * false. It computes the same products of the same numbers, so that all parameters are the same to
 * the last bit after any number of steps.
 *
 * <p>{@link FastLayers} puts it in the place of DL4J's layer in a network or a configuration, and
 * puts DL4J's layer back. Code that asks for its type finds a {@code ConvolutionLayer}.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>default</th></tr>
 * <tr><td>inputGradient</td><td>whether the gradient with respect to x is computed; false is for
 * the lowest layer</td><td>true</td></tr></table>
 *
 * <p>Everything else is as in DL4J's layer: shapes, types, modes, strides, dilation, initialisers,
 * dropout, weight noise, masks, constraints. If the channels come last, or if one of DL4J's helpers
 * does the work, it computes as DL4J's layer does.
 *
 * <p><b>Memory.</b> It keeps the patches, one number for each weight of a filter and each place of
 * the output, and an array of the shape of y, in the workspace of activations. DL4J's layer takes
 * as much with {@code CacheMode.DEVICE}, which brings nothing in addition to this layer.
 *
 * <p><b>Saved models</b> contain this class's name. For a program without this library, save the
 * copy that {@link FastLayers#plain} makes.
 */
public final class FastConvolution extends ConvolutionLayer implements ComputesAs, ComputesOnce {

  private static final long serialVersionUID = 1L;

  private boolean inputGradient = true;

  /** For ND4J's JSON mapper; users call {@link FastLayers}. */
  public FastConvolution() {
    // the mapper calls the setters
  }

  /**
   * Whether the gradient with respect to the layer's input is computed.
   *
   * @return true, the default, if it is computed
   */
  public boolean isInputGradient() {
    return inputGradient;
  }

  @Override
  public void setInputGradient(boolean computed) {
    inputGradient = computed;
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    OnceConvolved layer = new OnceConvolved(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    layer.setConf(conf);
    return layer;
  }

  @Override
  public Class<?> computesAs() {
    return ConvolutionLayer.class;
  }

  @Override
  public FastConvolution clone() {
    return (FastConvolution) super.clone();
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof FastConvolution;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FastConvolution that
        && that.inputGradient == inputGradient
        && super.equals(other);
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + Boolean.hashCode(inputGradient);
  }
}
