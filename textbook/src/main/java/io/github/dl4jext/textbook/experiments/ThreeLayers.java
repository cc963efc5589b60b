package io.github.dl4jext.textbook.experiments;

import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.textbook.data.LabelledImages;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The network on which the chapter tries optimizers and schedules: three hidden layers of 100 units
 * with ReLU and He's weights, and an output of ten classes.
 */
public final class ThreeLayers {

  private ThreeLayers() {}

  /**
   * The network without an optimizer.
   *
   * @param seed of the weights
   * @return a new configuration
   */
  public static MultiLayerConfiguration configuration(long seed) {
    Plugins plugins = Plugins.installed();
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(Activation.RELU)
        .weightInit(plugins.create(IWeightInit.class, "he_normal"))
        .list()
        .layer(new DenseLayer.Builder().nIn(LabelledImages.PIXELS).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(100)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .weightInit(plugins.create(IWeightInit.class, "glorot_uniform"))
                .build())
        .build();
  }
}
