package io.github.dl4jext.keras;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Imports depth-wise convolutions. DL4J's import looks for their number of channels among the
 * layers before them, and never ends or fails where the input comes first; so it is told of an
 * ordinary convolution of the same form, whose place the depth-wise one takes.
 *
 * @param channels of the input
 * @param multiplier outputs for each of them
 */
record KerasDepthwise(int channels, int multiplier) {

  static KerasDepthwise of(KerasLayerSpec spec, Map<String, INDArray> weights) {
    INDArray kernel = weights.get("depthwise_kernel");
    if (kernel == null || kernel.rank() != 4) {
      throw new KerasImportException(
          spec.place() + " has no weights depthwise_kernel of four dimensions in the file");
    }
    return new KerasDepthwise((int) kernel.size(2), (int) kernel.size(3));
  }

  Map<String, @Nullable Object> asConvolution(Map<String, @Nullable Object> config) {
    Map<String, @Nullable Object> convolution = new LinkedHashMap<>(config);
    convolution.keySet().removeIf(field -> field.startsWith("depth"));
    convolution.put("filters", channels * multiplier);
    return convolution;
  }

  Layer inPlaceOf(Layer placeholder) {
    ConvolutionLayer convolution = (ConvolutionLayer) placeholder;
    DepthwiseConvolution2D layer =
        new DepthwiseConvolution2D.Builder()
            .name(convolution.getLayerName())
            .nIn(channels)
            .nOut((long) channels * multiplier)
            .depthMultiplier(multiplier)
            .kernelSize(convolution.getKernelSize())
            .stride(convolution.getStride())
            .padding(convolution.getPadding())
            .dilation(convolution.getDilation())
            .convolutionMode(convolution.getConvolutionMode())
            .hasBias(convolution.hasBias())
            .dataFormat(convolution.getCnn2dDataFormat())
            .build();
    layer.setDefaultValueOverriden(true);
    new NeuralNetConfiguration.Builder().layer(layer).build(); // which fills in updater and more
    return layer;
  }
}
