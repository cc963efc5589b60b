package io.github.dl4jext.transfer;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks with batch norms whose statistics look trained. */
public final class Nets {

  private Nets() {}

  public static NeuralNetConfiguration.Builder base(DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(type)
        .updater(new Adam(0.01))
        .activation(Activation.IDENTITY);
  }

  public static MultiLayerNetwork of(DataType type, InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = base(type).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerConfiguration conf = list.setInputType(input).build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    Arrays.stream(net.getLayers()).forEach(layer -> fill(layer.paramTable()));
    return net;
  }

  /** Biases and statistics that are neither 0 nor 1; every second gamma is negative. */
  public static void fill(Map<String, INDArray> parameters) {
    if (parameters == null) {
      return;
    }
    for (String key : List.of("b", "beta", "mean")) {
      draw(parameters.get(key), -1.5, 1.5, 5);
    }
    draw(parameters.get("var"), 0.3, 2.5, 6);
    draw(parameters.get("log10stdev"), -0.3, 0.3, 7);
    INDArray gamma = parameters.get("gamma");
    draw(gamma, 0.5, 1.5, 8);
    if (gamma != null) {
      for (long i = 0; i < gamma.length(); i += 2) {
        gamma.putScalar(i, -gamma.getDouble(i));
      }
    }
  }

  private static void draw(INDArray array, double from, double to, long seed) {
    if (array != null) {
      java.util.Random random = new java.util.Random(seed);
      for (long i = 0; i < array.length(); i++) {
        array.putScalar(i, from + (to - from) * random.nextDouble());
      }
    }
  }

  public static BatchNormalization norm() {
    return new BatchNormalization.Builder().build();
  }

  public static DenseLayer dense(int out, Activation activation) {
    return new DenseLayer.Builder().nOut(out).activation(activation).build();
  }

  public static OutputLayer softmax(int out) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(out)
        .activation(Activation.SOFTMAX)
        .build();
  }

  public static INDArray normal(DataType type, long seed, long... shape) {
    Nd4j.getRandom().setSeed(seed);
    return Nd4j.randn(type, shape);
  }
}
