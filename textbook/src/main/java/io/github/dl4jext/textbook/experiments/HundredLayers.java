package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.SELU;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.activations.initializers.LecunNormal;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.ReferenceFigure;
import io.github.dl4jext.textbook.api.Section;
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
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.FixedSchedule;

/**
 * The chapter's stack of a hundred hidden layers of a hundred units, without batch normalization:
 * standardised inputs, SGD with a rate of 0.001, batches of 32. The output layer has the same
 * initialiser as the others: with Glorot's larger weights it would send back a gradient that a
 * hundred layers of SELU amplify, and training would begin more slowly.
 */
public final class HundredLayers {

  private static final int LAYERS = 100;
  private static final int UNITS = 100;
  private static final int BATCH = 32;
  private static final double RATE = 0.001;
  private static final int DRAWN_IMAGES = 2_000;
  private static final String ACCURACY = "validation accuracy";

  private HundredLayers() {}

  /** A network that normalizes itself: SELU with LeCun normal weights. */
  @AutoService(Experiment.class)
  public static final class WithSelu implements Experiment {

    @Override
    public About about() {
      return new About(
              "selu-100-layers",
              "SELU trains a hundred plain layers, since it keeps the variance of the signal",
              Duration.ofSeconds(40),
              5)
          .in(Section.INITIALISATION);
    }

    @Override
    public List<Claim> claims() {
      return List.of(
          new Claim(
              "SELU learns in a hundred layers: ahead of ReLU by 0.05 or more",
              averages ->
                  averages.get(ACCURACY) >= averages.get("relu-100-layers", ACCURACY) + 0.05));
    }

    @Override
    public void run(Context context) {
      train(context, new SELU(), new LecunNormal(), 0.8046);
    }
  }

  /** The same stack with ReLU and He normal weights, for comparison. */
  @AutoService(Experiment.class)
  public static final class WithRelu implements Experiment {

    @Override
    public About about() {
      return new About(
              "relu-100-layers",
              "ReLU learns less than SELU in a hundred plain layers, even with He initialisation",
              Duration.ofSeconds(40),
              5)
          .in(Section.INITIALISATION);
    }

    @Override
    public List<Claim> claims() {
      return List.of(
          new Claim(
              "ReLU learns less in a hundred layers than SELU does",
              averages -> averages.get(ACCURACY) < averages.get("selu-100-layers", ACCURACY)));
    }

    @Override
    public void run(Context context) {
      train(context, new ReLU(), new HeNormal(), 0.7054);
    }
  }

  private static void train(
      Context context, IActivation activation, IWeightInit weightInit, double book) {
    ImageData data = context.images(DRAWN_IMAGES).standardised();
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(context.seed())
            .updater(new Sgd(RATE))
            // The same rate, but not equal: DL4J joins neighbours with equal updaters into a block,
            // and in a block of 202 parameters it takes longer to find each than to update it.
            .biasUpdater(new Sgd(new FixedSchedule(RATE)))
            .activation(activation)
            .weightInit(weightInit)
            .list();
    for (int i = 0; i < LAYERS; i++) {
      layers.layer(
          new DenseLayer.Builder().nIn(i == 0 ? LabelledImages.PIXELS : UNITS).nOut(UNITS).build());
    }
    layers.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(UNITS)
            .nOut(data.classNames().size())
            .activation(Activation.SOFTMAX)
            .build());
    MultiLayerNetwork net = new MultiLayerNetwork(layers.build());
    net.init();
    net.setListeners(context.progress(LAYERS + " hidden layers"));
    net.fit(data.train().shuffledBatches(BATCH, context.seed()), context.epochs());
    context.report(
        ACCURACY,
        net.evaluate(data.validation().batches(500)).accuracy(),
        ReferenceFigure.atLeast(book, 0.02));
  }
}
