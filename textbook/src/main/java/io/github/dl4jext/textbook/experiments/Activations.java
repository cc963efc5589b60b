package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.MatchingWeightInit;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.textbook.Context;
import io.github.dl4jext.textbook.Experiment;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import java.time.Duration;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Each activation of the chapter with its initialiser, on three hidden layers of 100 units. */
@AutoService(Experiment.class)
public final class Activations implements Experiment {

  private static final List<String> CHAPTER =
      List.of("relu", "leaky_relu(alpha=0.2)", "rrelu", "elu", "selu", "gelu", "swish", "mish");

  private static final int BATCH = 32;
  private static final int DRAWN_IMAGES = 6_000;

  @Override
  public String name() {
    return "activations";
  }

  @Override
  public String title() {
    return "the eight activations of the chapter on the same 3x100 network";
  }

  @Override
  public Duration cost() {
    return Duration.ofSeconds(70);
  }

  @Override
  public int defaultEpochs() {
    return 5;
  }

  @Override
  public void run(Context context) {
    ImageData data = Images.standardised(context, DRAWN_IMAGES);
    for (String activation : CHAPTER) {
      MultiLayerNetwork net = network(activation, context.seed());
      net.setListeners(context.progress(activation));
      net.fit(data.train().shuffledBatches(BATCH, context.seed()), context.epochs());
      context.report(
          "validation accuracy, " + activation,
          net.evaluate(data.validation().batches(500)).accuracy());
    }
  }

  private static MultiLayerNetwork network(String spec, long seed) {
    Plugins plugins = Plugins.installed();
    IActivation activation = plugins.create(IActivation.class, spec);
    String weightInit = ((MatchingWeightInit) activation).matchingWeightInit();
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Nesterovs(0.001, 0.9))
                .activation(activation)
                .weightInit(plugins.create(IWeightInit.class, weightInit))
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
                .build());
    net.init();
    return net;
  }
}
