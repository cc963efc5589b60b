package io.github.dl4jext.keras;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * Imports dense layers whose inputs are sequences or images, to each step or pixel of which Keras
 * applies them; DL4J's import has them put out rows, or take an image as a whole. DL4J's import is
 * told of a convolution of size 1, which is the same, and of sequences a time-distributed dense
 * layer takes its place.
 */
final class KerasDense {

  private KerasDense() {}

  /** What DL4J's import is told. */
  static Map<String, @Nullable Object> asConvolution(
      Map<String, @Nullable Object> config, int dimensions) {
    Map<String, @Nullable Object> convolution = new LinkedHashMap<>(config);
    List<Integer> ones = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      ones.add(1);
    }
    convolution.put("filters", convolution.remove("units"));
    convolution.put("kernel_size", ones);
    convolution.put("strides", ones);
    convolution.put("dilation_rate", ones);
    convolution.put("padding", "valid");
    convolution.put("data_format", "channels_last");
    return convolution;
  }

  static Layer eachStep(Layer placeholder) {
    Convolution1DLayer convolution = (Convolution1DLayer) placeholder;
    DenseLayer dense =
        new DenseLayer.Builder()
            .name(convolution.getLayerName())
            .nIn(convolution.getNIn())
            .nOut(convolution.getNOut())
            .hasBias(convolution.hasBias())
            .build();
    new NeuralNetConfiguration.Builder().layer(dense).build(); // which fills in updater and more
    TimeDistributed each = new TimeDistributed(dense, RNNFormat.NWC);
    each.setLayerName(convolution.getLayerName());
    return each;
  }

  /**
   * Has an output of a graph that is a dense layer of each step be one with a loss: DL4J's
   * time-distributed layers cannot be on top of a graph.
   */
  static void giveOut(ComputationGraphConfiguration network) {
    for (String output : network.getNetworkOutputs()) {
      if (network.getVertices().get(output) instanceof LayerVertex vertex
          && vertex.getLayerConf().getLayer() instanceof TimeDistributed each
          && each.getUnderlying() instanceof DenseLayer dense) {
        RnnOutputLayer top =
            new RnnOutputLayer.Builder(new LossMSE())
                .name(output)
                .dataFormat(each.getRnnDataFormat())
                .nIn(dense.getNIn())
                .nOut(dense.getNOut())
                .hasBias(dense.hasBias())
                .activation(dense.getActivationFn())
                .weightInit(dense.getWeightInitFn())
                .biasInit(dense.getBiasInit())
                .build();
        new NeuralNetConfiguration.Builder().layer(top).build();
        top.setConstraints(dense.getConstraints());
        top.setRegularization(dense.getRegularization());
        top.setRegularizationBias(dense.getRegularizationBias());
        vertex.getLayerConf().setLayer(top);
      }
    }
  }

  /** The weights of a convolution of size 1. */
  static void widen(Map<String, INDArray> weights, int dimensions) {
    INDArray kernel = weights.get("kernel");
    if (kernel != null && kernel.rank() == 2) {
      long[] shape = new long[dimensions + 2];
      java.util.Arrays.fill(shape, 1);
      shape[dimensions] = kernel.size(0);
      shape[dimensions + 1] = kernel.size(1);
      weights.put("kernel", kernel.reshape(shape));
    }
  }
}
