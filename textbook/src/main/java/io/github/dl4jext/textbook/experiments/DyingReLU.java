package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.LeakyReLU;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.optimizers.Adam;
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
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Dying ReLUs: a unit whose weighted sum is negative for every image always outputs 0, and has no
 * gradient that could revive it. Dead units are counted over all training images, at a large
 * learning rate and at a small one, and with the leaky ReLU at the large rate: its units have a
 * gradient on the negative side too, so that they can recover.
 *
 * <p>The optimizer is Adam, since its steps are bounded: gradient descent at a rate that kills
 * units often ends in NaN first. A unit "fires" if its sum is positive for at least one image; this
 * holds for the leaky ReLU too.
 */
@AutoService(Experiment.class)
public final class DyingReLU implements Experiment {

  private static final int IMAGES = 600;
  private static final int HIDDEN = 3;
  private static final int UNITS = 100;

  private static final double LARGE = 0.03;
  private static final double SMALL = 0.001;

  private static final String RELU_LARGE = "ReLU, rate " + LARGE;
  private static final String RELU_SMALL = "ReLU, rate " + SMALL;
  private static final String LEAKY_LARGE = "leaky ReLU, rate " + LARGE;

  @Override
  public About about() {
    return new About(
            "dying-relu",
            "ReLU units that no longer fire for any image, at a large and a small learning rate",
            Duration.ofSeconds(8),
            4)
        .in(Section.INITIALISATION);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "at the large rate at least a tenth of the ReLUs die",
            averages -> averages.get(dead(RELU_LARGE)) >= HIDDEN * UNITS / 10.0),
        new Claim(
            "at the small rate less than a tenth as many ReLUs die",
            averages -> averages.get(dead(RELU_SMALL)) < averages.get(dead(RELU_LARGE)) / 10),
        new Claim(
            "at the large rate fewer units never fire with the leaky ReLU than with ReLU",
            averages -> averages.get(dead(LEAKY_LARGE)) < averages.get(dead(RELU_LARGE))));
  }

  private static String dead(String what) {
    return "units (of " + HIDDEN * UNITS + ") that never fire, " + what;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.firstImages(IMAGES).standardised();
    train(context, data, RELU_LARGE, new ReLU(), LARGE);
    train(context, data, RELU_SMALL, new ReLU(), SMALL);
    train(context, data, LEAKY_LARGE, new LeakyReLU(0.2), LARGE);
  }

  private static void train(
      Context context, ImageData data, String what, IActivation activation, double rate) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(new Adam(rate).configure(network(activation, context.seed())));
    net.init();
    INDArray images = data.train().features();
    History history =
        new History(
            Monitor.minimizing("dead", model -> dead(net, images)),
            Monitor.validationAccuracy(data.validation().batches(500)));
    net.setListeners(context.progress(what), history);
    context.report("units that never fire before training, " + what, dead(net, images));
    net.fit(data.train().shuffledBatches(32, context.seed()), context.epochs());
    context.curve("units that never fire", what, history.of("dead"));
    context.report(dead(what), history.last("dead"));
    context.report("validation accuracy, " + what, history.last("validation accuracy"));
  }

  /** Counts the units of all hidden layers whose output is positive for no image. */
  private static double dead(MultiLayerNetwork net, INDArray images) {
    List<INDArray> outputs = net.feedForwardToLayer(HIDDEN - 1, images, false);
    double dead = 0;
    for (INDArray output : outputs.subList(1, outputs.size())) {
      INDArray highest = output.max(0);
      dead += highest.lte(0).castTo(highest.dataType()).sumNumber().doubleValue();
    }
    return dead;
  }

  private static MultiLayerConfiguration network(IActivation activation, long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(activation)
        .weightInit(new HeNormal())
        .list()
        .layer(new DenseLayer.Builder().nIn(LabelledImages.PIXELS).nOut(UNITS).build())
        .layer(new DenseLayer.Builder().nIn(UNITS).nOut(UNITS).build())
        .layer(new DenseLayer.Builder().nIn(UNITS).nOut(UNITS).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(UNITS)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .weightInit(new GlorotUniform())
                .build())
        .build();
  }
}
