package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.SELU;
import io.github.dl4jext.activations.initializers.LecunNormal;
import io.github.dl4jext.optimizers.Momentum;
import io.github.dl4jext.regularization.dropout.AlphaDropout;
import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import java.time.Duration;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * SELU keeps mean 0 and variance 1 from layer to layer; plain dropout disturbs that, alpha dropout
 * does not.
 */
@AutoService(Experiment.class)
public final class AlphaDropoutWithSelu implements Experiment {

  private static final int DRAWN_IMAGES = 3_000;
  private static final double RATE = 0.1;

  @Override
  public About about() {
    return new About(
            "alpha-dropout",
            "dropout that keeps a SELU network normalized, compared with plain dropout",
            Duration.ofSeconds(8),
            5)
        .in(Section.REGULARIZATION);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "through 20 layers alpha dropout keeps the variance of a signal nearer to 1 than dropout does",
            averages ->
                Math.abs(Math.log(averages.get(variance("alpha dropout"))))
                    < Math.abs(Math.log(averages.get(variance("dropout"))))),
        new Claim(
            "a SELU network learns with alpha dropout: the accuracy is above 0.7",
            averages -> averages.get("validation accuracy, alpha dropout") > 0.7));
  }

  private static String variance(String dropout) {
    return "variance after 20 layers, " + dropout;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES).standardised();
    for (IDropout dropout : List.of(AlphaDropout.dropping(RATE), Dropout.dropping(RATE))) {
      String what = dropout instanceof AlphaDropout ? "alpha dropout" : "dropout";
      MultiLayerNetwork net =
          new MultiLayerNetwork(
              new Momentum(0.001, 0.9).configure(network(context.seed(), 3, dropout)));
      net.init();
      net.setListeners(context.progress(what));
      net.fit(data.train().shuffledBatches(32, context.seed()), context.epochs());
      context.report(
          "validation accuracy, " + what, net.evaluate(data.validation().batches(500)).accuracy());
      context.report(variance(what), varianceThrough(network(context.seed(), 20, dropout)));
    }
  }

  /**
   * The variance after all layers of an untrained network, with dropout on, if noise of mean 0 and
   * variance 1 is fed in.
   */
  private static double varianceThrough(MultiLayerConfiguration layers) {
    MultiLayerNetwork net = new MultiLayerNetwork(layers);
    net.init();
    INDArray noise = Nd4j.randn(500, LabelledImages.PIXELS);
    List<INDArray> activations = net.feedForwardToLayer(19, noise, true);
    return activations.get(20).varNumber().doubleValue();
  }

  private static MultiLayerConfiguration network(long seed, int hidden, IDropout dropout) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .activation(new SELU())
            .weightInit(new LecunNormal())
            .dropOut(dropout)
            .list();
    for (int i = 0; i < hidden; i++) {
      layers.layer(
          new DenseLayer.Builder().nIn(i == 0 ? LabelledImages.PIXELS : 100).nOut(100).build());
    }
    return layers
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(100)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }
}
