package io.github.dl4jext.transfer.torch;

import io.github.dl4jext.layers.GroupNorm;
import io.github.dl4jext.layers.LayerNorm;
import io.github.dl4jext.layers.RMSNorm;
import io.github.dl4jext.network.ComputesAs;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.params.LSTMParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** How the tensors of one kind of PyTorch module become the parameters of a layer of DL4J. */
@FunctionalInterface
interface TorchModule {

  String WEIGHT = "weight";
  String BIAS = "bias";
  String W = DefaultParamInitializer.WEIGHT_KEY;
  String B = DefaultParamInitializer.BIAS_KEY;

  /** PyTorch has input, forget, cell and output gate; DL4J cell, forget, output and input. */
  int[] GATES = {2, 1, 3, 0};

  /** A layer is known by its very class, or by the one that it computes as. */
  Map<Class<?>, TorchModule> KINDS =
      Map.ofEntries(
          Map.entry(DenseLayer.class, TorchModule::linear),
          Map.entry(OutputLayer.class, TorchModule::linear),
          Map.entry(RnnOutputLayer.class, TorchModule::linear),
          Map.entry(EmbeddingLayer.class, TorchModule::asItIs),
          Map.entry(EmbeddingSequenceLayer.class, TorchModule::asItIs),
          Map.entry(ConvolutionLayer.class, TorchModule::asItIs),
          Map.entry(Convolution2D.class, TorchModule::asItIs),
          Map.entry(Convolution1DLayer.class, TorchModule::convolution1d),
          Map.entry(Convolution1D.class, TorchModule::convolution1d),
          Map.entry(DepthwiseConvolution2D.class, TorchModule::depthwise),
          Map.entry(BatchNormalization.class, TorchModule::batchNorm),
          Map.entry(LayerNorm.class, TorchModule::norm),
          Map.entry(GroupNorm.class, TorchModule::norm),
          Map.entry(RMSNorm.class, TorchModule::norm),
          Map.entry(LSTM.class, TorchModule::lstm),
          Map.entry(SimpleRnn.class, TorchModule::rnn));

  /**
   * Converts tensors.
   *
   * @param layer the layer
   * @param tensors those of the module, by their names within it
   * @return by the layer's names of its parameters; a vector may be of any shape
   */
  Map<String, INDArray> convert(Layer layer, Map<String, INDArray> tensors);

  /** Finds the kind of a layer, looking through wrappers. */
  static Optional<TorchModule> of(Layer layer) {
    return layer instanceof BaseWrapperLayer wrapper
        ? of(wrapper.getUnderlying())
            .map(within -> (outer, tensors) -> within.convert(wrapper.getUnderlying(), tensors))
        : Optional.ofNullable(KINDS.get(ComputesAs.of(layer)));
  }

  private static Map<String, INDArray> linear(Layer layer, Map<String, INDArray> tensors) {
    Map<String, INDArray> converted = asItIs(layer, tensors);
    converted.computeIfPresent(W, (name, weight) -> weight.transpose());
    return converted;
  }

  private static Map<String, INDArray> asItIs(Layer layer, Map<String, INDArray> tensors) {
    return renamed(tensors, Map.of(WEIGHT, W, BIAS, B));
  }

  /** DL4J's array says (out, in, steps, 1), but the memory is read as (steps, in, out). */
  private static Map<String, INDArray> convolution1d(Layer layer, Map<String, INDArray> tensors) {
    Map<String, INDArray> converted = asItIs(layer, tensors);
    converted.computeIfPresent(
        W,
        (name, w) -> w.permute(2, 1, 0).dup('c').reshape('c', w.size(0), w.size(1), w.size(2), 1));
    return converted;
  }

  /** From (channel times multiplier, 1, height, width) to (height, width, channel, multiplier). */
  private static Map<String, INDArray> depthwise(Layer layer, Map<String, INDArray> tensors) {
    long channels = ((DepthwiseConvolution2D) layer).getNIn();
    Map<String, INDArray> converted = asItIs(layer, tensors);
    converted.computeIfPresent(
        W,
        (name, w) ->
            w.reshape('c', channels, w.size(0) / channels, w.size(2), w.size(3))
                .permute(2, 3, 0, 1));
    return converted;
  }

  private static Map<String, INDArray> batchNorm(Layer layer, Map<String, INDArray> tensors) {
    Map<String, INDArray> converted =
        renamed(
            tensors,
            Map.of(
                WEIGHT,
                BatchNormalizationParamInitializer.GAMMA,
                BIAS,
                BatchNormalizationParamInitializer.BETA,
                "running_mean",
                BatchNormalizationParamInitializer.GLOBAL_MEAN,
                "running_var",
                BatchNormalizationParamInitializer.GLOBAL_VAR));
    INDArray variance = converted.get(BatchNormalizationParamInitializer.GLOBAL_VAR);
    if (((BatchNormalization) layer).isUseLogStd() && variance != null) {
      converted.remove(BatchNormalizationParamInitializer.GLOBAL_VAR);
      converted.put(
          BatchNormalizationParamInitializer.GLOBAL_LOG_STD,
          Transforms.log(variance, true).divi(2 * Math.log(10)));
    }
    return converted;
  }

  /**
   * The last axes in PyTorch's order, channels before height before width, are ours as a vector.
   */
  private static Map<String, INDArray> norm(Layer layer, Map<String, INDArray> tensors) {
    Map<String, INDArray> converted = renamed(tensors, Map.of(WEIGHT, "g", BIAS, "b"));
    converted.replaceAll((name, tensor) -> tensor.dup('c').reshape(tensor.length()));
    return converted;
  }

  private static Map<String, INDArray> rnn(Layer layer, Map<String, INDArray> tensors) {
    return recurrent(tensors);
  }

  private static Map<String, INDArray> lstm(Layer layer, Map<String, INDArray> tensors) {
    Map<String, INDArray> converted = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> converted.put(name, gates(tensor)));
    return recurrent(converted);
  }

  private static INDArray gates(INDArray tensor) {
    long units = tensor.size(0) / GATES.length;
    INDArray rows = tensor.rank() == 1 ? tensor.reshape('c', tensor.length(), 1) : tensor;
    INDArray[] gates = new INDArray[GATES.length];
    for (int i = 0; i < gates.length; i++) {
      long from = GATES[i] * units;
      gates[i] = rows.get(NDArrayIndex.interval(from, from + units));
    }
    INDArray all = Nd4j.concat(0, gates);
    return tensor.rank() == 1 ? all.reshape(tensor.length()) : all;
  }

  /** PyTorch has two biases that are added. */
  private static Map<String, INDArray> recurrent(Map<String, INDArray> tensors) {
    Map<String, INDArray> converted =
        renamed(
            tensors,
            Map.of(
                "weight_ih_l0", LSTMParamInitializer.INPUT_WEIGHT_KEY,
                "weight_hh_l0", LSTMParamInitializer.RECURRENT_WEIGHT_KEY,
                "bias_ih_l0", LSTMParamInitializer.BIAS_KEY));
    for (String name :
        Set.of(LSTMParamInitializer.INPUT_WEIGHT_KEY, LSTMParamInitializer.RECURRENT_WEIGHT_KEY)) {
      converted.computeIfPresent(name, (key, weight) -> weight.transpose());
    }
    INDArray other = converted.remove("bias_hh_l0");
    if (other != null) {
      converted.merge(LSTMParamInitializer.BIAS_KEY, other, INDArray::add);
    }
    return converted;
  }

  /** Gives tensors the layer's names; those without one keep their own. */
  private static Map<String, INDArray> renamed(
      Map<String, INDArray> tensors, Map<String, String> names) {
    Map<String, INDArray> renamed = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> renamed.put(names.getOrDefault(name, name), tensor));
    return renamed;
  }
}
