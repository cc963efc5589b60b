package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.SELU;
import io.github.dl4jext.activations.Swish;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.activations.initializers.LecunNormal;
import io.github.dl4jext.listeners.monitoring.EarlyStopping;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.optimizers.NAdam;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.regularization.dropout.AlphaDropout;
import io.github.dl4jext.schedules.OneCycle;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.ReferenceFigure;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import io.github.dl4jext.uncertainty.Calibration;
import io.github.dl4jext.uncertainty.MonteCarloDropout;
import io.github.dl4jext.uncertainty.MonteCarloPrediction;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Exercise 8 of the chapter: twenty hidden layers of a hundred units on CIFAR-10, or on drawn
 * images in colour. The variants are Swish with NAdam; batch normalization before the activation;
 * SELU on standardised images; alpha dropout, with plain and with Monte-Carlo prediction; and
 * 1cycle with SGD. The settings are those of the third edition, with early stopping (patience 20)
 * where the book uses it. The book trains for up to 100 epochs, and for 15 with 1cycle.
 */
@AutoService(Experiment.class)
public final class DeepColourNetwork implements Experiment {

  private static final int LAYERS = 20;
  private static final int UNITS = 100;
  private static final int PATIENCE = 20;
  private static final int SAMPLES = 10;
  private static final double DROPPED = 0.1;
  private static final int ONE_CYCLE_EPOCHS = 15;
  private static final int LARGE_BATCH = 128;
  private static final int DRAWN_IMAGES = 1_500;

  private static final String PLAIN = "swish";
  private static final String BATCH_NORM = "batch norm";
  private static final String SELF_NORMALIZING = "selu";
  private static final String ALPHA = "alpha dropout";
  private static final String MONTE_CARLO = "alpha dropout, Monte-Carlo";
  private static final String ONE_CYCLE = "1cycle";

  @Override
  public About about() {
    return new About(
            "cifar-10",
            "exercise 8: twenty hidden layers on images in colour (the book trains for up to 100 epochs)",
            Duration.ofSeconds(40),
            5)
        .in(Section.EXERCISES);
  }

  @Override
  public boolean inColour() {
    return true;
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "a self-normalizing network learns faster than one with Swish",
            averages -> averages.get(accuracy(SELF_NORMALIZING)) > averages.get(accuracy(PLAIN))),
        new Claim(
            "with 1cycle the accuracy is above that of all networks without alpha dropout",
            averages ->
                Stream.of(PLAIN, BATCH_NORM, SELF_NORMALIZING)
                    .allMatch(
                        other ->
                            averages.get(accuracy(ONE_CYCLE)) > averages.get(accuracy(other)))),
        new Claim(
                "with 1cycle the accuracy is above that of the same network without it",
                averages -> averages.get(accuracy(ONE_CYCLE)) > averages.get(accuracy(ALPHA)))
            .onRealImages(),
        new Claim(
            "Monte-Carlo dropout changes the accuracy by less than 0.03",
            averages ->
                Math.abs(averages.get(accuracy(MONTE_CARLO)) - averages.get(accuracy(ALPHA)))
                    < 0.03));
  }

  private static String accuracy(String what) {
    return "validation accuracy, " + what;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    ImageData standardised = data.standardised();
    IDropout alpha = AlphaDropout.dropping(DROPPED);

    Training early = new Training(context, 32, context.epochs(), true);
    early.run(PLAIN, data, new NAdam(5e-5), plain(context), 0.4676);
    early.run(BATCH_NORM, data, new NAdam(5e-4), normalized(context), 0.5074);
    early.run(
        SELF_NORMALIZING, standardised, new NAdam(7e-4), selfNormalizing(context, null), 0.5026);
    MultiLayerNetwork dropping =
        early.run(ALPHA, standardised, new NAdam(5e-4), selfNormalizing(context, alpha), 0.4982);
    context.report(
        accuracy(MONTE_CARLO),
        monteCarlo(dropping, standardised.validation(), context.seed()),
        ReferenceFigure.accuracy(0.4984));

    int epochs = Math.min(ONE_CYCLE_EPOCHS, context.epochs());
    int steps = epochs * (int) Math.ceil(standardised.train().size() / (double) LARGE_BATCH);
    new Training(context, LARGE_BATCH, epochs, false)
        .run(
            ONE_CYCLE,
            standardised,
            new SGD(OneCycle.geron(0.05, steps)),
            selfNormalizing(context, alpha),
            0.5242);
  }

  /**
   * How a network is trained.
   *
   * @param early whether training stops early and keeps the weights of the epoch with the least
   *     validation loss; otherwise the last epoch counts
   */
  private record Training(Context context, int batch, int epochs, boolean early) {

    MultiLayerNetwork run(
        String what, ImageData data, Optimizer optimizer, ListBuilder layers, double book) {
      layers.layer(
          new OutputLayer.Builder(LossFunction.MCXENT)
              .nIn(UNITS)
              .nOut(data.classNames().size())
              .activation(Activation.SOFTMAX)
              .build());
      MultiLayerNetwork net = new MultiLayerNetwork(optimizer.configure(layers.build()));
      net.init();
      net.setListeners(context.progress(what, epochs));
      EarlyStopping stopping =
          EarlyStopping.builder()
              .monitor(Monitor.validationLoss(data.validation().batches(500)))
              .patience(early ? PATIENCE : epochs)
              .restoreBestWeights(early)
              .build();
      stopping.fit(net, data.train().shuffledBatches(batch, context.seed()), epochs);
      double[] losses = stopping.values().stream().mapToDouble(Double::doubleValue).toArray();
      context.curve("validation loss", what, losses);
      context.report(
          accuracy(what),
          net.evaluate(data.validation().batches(500)).accuracy(),
          ReferenceFigure.accuracy(book));
      return net;
    }
  }

  private static double monteCarlo(MultiLayerNetwork net, LabelledImages images, long seed) {
    MonteCarloPrediction sampled =
        MonteCarloDropout.builder(net)
            .samples(SAMPLES)
            .seed(seed)
            .build()
            .predict(images.batches(500));
    return Calibration.of(sampled.mean(), images.labels()).accuracy();
  }

  private static ListBuilder plain(Context context) {
    return hidden(start(context, new Swish(), new HeNormal()), null);
  }

  private static ListBuilder selfNormalizing(Context context, IDropout beforeOutput) {
    return hidden(start(context, new SELU(), new LecunNormal()), beforeOutput);
  }

  /** Batch normalization before each activation; its shift takes the place of a bias. */
  private static ListBuilder normalized(Context context) {
    ListBuilder layers =
        start(context, Activation.IDENTITY.getActivationFunction(), new HeNormal());
    for (int i = 0; i < LAYERS; i++) {
      layers
          .layer(new DenseLayer.Builder().nIn(incoming(i)).nOut(UNITS).hasBias(false).build())
          .layer(new BatchNormalization.Builder().nOut(UNITS).decay(0.9).eps(1e-3).build())
          .layer(new ActivationLayer(new Swish()));
    }
    return layers;
  }

  private static ListBuilder start(Context context, IActivation activation, IWeightInit weights) {
    return new NeuralNetConfiguration.Builder()
        .seed(context.seed())
        .activation(activation)
        .weightInit(weights)
        .list();
  }

  /** The book applies dropout to the inputs of the output layer only. */
  private static ListBuilder hidden(ListBuilder layers, IDropout beforeOutput) {
    for (int i = 0; i < LAYERS; i++) {
      layers.layer(new DenseLayer.Builder().nIn(incoming(i)).nOut(UNITS).build());
    }
    return beforeOutput == null ? layers : layers.layer(new DropoutLayer(beforeOutput));
  }

  private static int incoming(int layer) {
    return layer == 0 ? LabelledImages.COLOUR_PIXELS : UNITS;
  }
}
