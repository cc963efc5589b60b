package io.github.dl4jext.cpu;

import io.github.dl4jext.network.ComputesAs;
import java.util.Collection;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A dense layer that computes each thing once: {@code y = f(x W + b)}, as DL4J's.
 *
 * <p>DL4J's layer computes {@code x W + b} in the forward pass and again in the backward pass, and
 * the gradient of the loss with respect to x at the lowest layer too, where nobody reads it. This
 * layer keeps the sum until the backward pass, and does not compute that gradient if {@code
 * inputGradient} is false. It does the same operations in the same order, so that all parameters
 * are the same to the last bit after any number of steps.
 *
 * <p>{@link FastLayers} puts it in the place of DL4J's layer in a network or a configuration, and
 * puts DL4J's layer back. Code that asks for its type finds a {@code DenseLayer}.
 *
 * <table><caption>Hyperparameters</caption>
 * <tr><th>field</th><th>what</th><th>default</th></tr>
 * <tr><td>inputGradient</td><td>whether the gradient with respect to x is computed; false is for
 * the lowest layer, and saves a product of matrices as large as the forward pass's</td><td>true
 * </td></tr></table>
 *
 * <p>Everything else is as in DL4J's layer: shapes, types, initialisers, dropout, weight noise,
 * masks, constraints. With layer normalization ({@code hasLayerNorm}) it computes as DL4J's layer
 * does.
 *
 * <p><b>Memory.</b> Each layer keeps one array of the shape of y in the workspace of activations.
 * DL4J's layer takes such an array only in the backward pass.
 *
 * <p><b>Saved models</b> contain this class's name. For a program without this library, save the
 * copy that {@link FastLayers#plain} makes.
 */
public final class FastDense extends DenseLayer implements ComputesAs, ComputesOnce {

  private static final long serialVersionUID = 1L;

  private boolean inputGradient = true;

  /** For ND4J's JSON mapper; users call {@link FastLayers}. */
  public FastDense() {
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
    OnceComputed layer = new OnceComputed(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    layer.setConf(conf);
    return layer;
  }

  @Override
  public Class<?> computesAs() {
    return DenseLayer.class;
  }

  @Override
  public FastDense clone() {
    return (FastDense) super.clone();
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof FastDense;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FastDense that
        && that.inputGradient == inputGradient
        && super.equals(other);
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + Boolean.hashCode(inputGradient);
  }
}
