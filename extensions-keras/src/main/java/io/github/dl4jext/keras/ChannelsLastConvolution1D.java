package io.github.dl4jext.keras;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolves sequences whose channels come last, as Keras's {@code Conv1D} does. {@link KerasImport}
 * uses it where DL4J's import has {@code Convolution1DLayer}, which predicts but cannot be trained
 * in this format, since its backward pass mistakes steps for channels.
 *
 * <p><b>Shapes.</b> Inputs are [examples, steps, channels], and outputs are [examples, steps,
 * filters].
 */
public final class ChannelsLastConvolution1D extends Convolution1DLayer {

  private static final long serialVersionUID = 1L;

  /** For JSON. */
  ChannelsLastConvolution1D() {}

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    Live layer = new Live(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    layer.setConf(conf);
    return layer;
  }

  private static final class Live
      extends org.deeplearning4j.nn.layers.convolution.Convolution1DLayer {

    private static final long serialVersionUID = 1L;

    private boolean channelsFirst;

    Live(NeuralNetConfiguration conf, DataType type) {
      super(conf, type);
    }

    /**
     * Calls DL4J's backward pass, which is right only for channels that come first, with permuted
     * arrays.
     */
    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      INDArray given = input;
      input = given.permute(0, 2, 1).dup('c');
      channelsFirst = true;
      try {
        Pair<Gradient, INDArray> result =
            super.backpropGradient(epsilon.permute(0, 2, 1).dup('c'), workspaces);
        return new Pair<>(result.getFirst(), result.getSecond().permute(0, 2, 1));
      } finally {
        channelsFirst = false;
        input = given;
      }
    }

    @Override
    public Convolution1DLayer layerConf() {
      Convolution1DLayer layer = super.layerConf();
      if (!channelsFirst) {
        return layer;
      }
      Convolution1DLayer first = (Convolution1DLayer) layer.clone();
      first.setRnnDataFormat(RNNFormat.NCW);
      return first;
    }
  }
}
