package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.SELU;
import io.github.dl4jext.activations.initializers.GlorotNormal;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.activations.initializers.LecunNormal;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.regularization.dropout.AlphaDropout;
import io.github.dl4jext.regularization.dropout.Dropout;
import io.github.dl4jext.regularization.penalties.L2;
import io.github.dl4jext.regularization.penalties.Regularizations;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.api.SeedAverages;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The conditions under which a SELU network normalizes itself, broken one by one: the mean and the
 * standard deviation of the layers' outputs through thirty layers of a hundred units.
 *
 * <p>Not every broken condition has an effect. Inputs that are not standardised are pulled to mean
 * 0 and standard deviation 1 within the first layers, because that is an attracting fixed point.
 * Glorot's weights are the same as LeCun's where a layer has as many inputs as outputs, and differ
 * only in the first layer. He's weights, plain dropout and skip connections do have an effect. So
 * does l2 while the network learns: it makes the weights smaller than LeCun's, until the signal
 * fades. Training without l2 does not keep the signal normalized either: it grows.
 */
@AutoService(Experiment.class)
public final class SeluConditions implements Experiment {

  private static final int IMAGES = 300;
  private static final int LAYERS = 30;
  private static final int UNITS = 100;
  private static final double DROPPED = 0.1;
  private static final double DECAY = 0.2;

  private static final String ALL_KEPT = "all conditions met";
  private static final String RAW = "inputs not standardised";
  private static final String GLOROT = "Glorot's weights";
  private static final String HE = "He's weights";
  private static final String DROPOUT = "dropout";
  private static final String ALPHA_DROPOUT = "alpha dropout";
  private static final String SKIP = "a skip connection around each layer";
  private static final String TRAINED = "trained";
  private static final String TRAINED_L2 = "trained with l2";

  @Override
  public About about() {
    return new About(
            "selu-conditions",
            "what SELU needs to self-normalize: the signal, layer by layer, with each condition broken",
            Duration.ofSeconds(8),
            2)
        .in(Section.INITIALISATION);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        normal(ALL_KEPT),
        normal(RAW),
        normal(GLOROT),
        normal(ALPHA_DROPOUT),
        broken(HE),
        broken(DROPOUT),
        broken(SKIP),
        new Claim(
            "with l2 the signal fades: its standard deviation is smaller by more than a quarter than"
                + " after the same training without l2",
            averages ->
                averages.get(deviation(TRAINED_L2)) < 0.75 * averages.get(deviation(TRAINED))));
  }

  private static Claim normal(String what) {
    return new Claim(
        "with "
            + what
            + " the signal stays normalized (mean 0 to within 0.2, standard deviation 1 to within 0.1)",
        averages -> isNormal(averages, what));
  }

  private static Claim broken(String what) {
    return new Claim(
        "with " + what + " the signal does not stay normalized",
        averages -> !isNormal(averages, what));
  }

  private static boolean isNormal(SeedAverages averages, String what) {
    double deviation = averages.get(deviation(what));
    return Math.abs(averages.get(mean(what))) < 0.2 && deviation > 0.9 && deviation < 1.1;
  }

  private static String mean(String what) {
    return "mean after " + LAYERS + " layers, " + what;
  }

  private static String deviation(String what) {
    return "standard deviation after " + LAYERS + " layers, " + what;
  }

  @Override
  public void run(Context context) {
    ImageData raw = context.firstImages(IMAGES);
    ImageData data = raw.standardised();
    INDArray images = data.train().features();
    long seed = context.seed();
    Signals signals = new Signals(context);
    MultiLayerNetwork normal = network(new LecunNormal(), seed, UnaryOperator.identity());
    signals.add(ALL_KEPT, through(normal, images));
    signals.add(RAW, through(normal, raw.train().features()));
    signals.add(
        GLOROT, through(network(new GlorotNormal(), seed, UnaryOperator.identity()), images));
    signals.add(HE, through(network(new HeNormal(), seed, UnaryOperator.identity()), images));
    signals.add(
        DROPOUT,
        through(
            network(new LecunNormal(), seed, it -> it.dropOut(Dropout.dropping(DROPPED))), images));
    signals.add(
        ALPHA_DROPOUT,
        through(
            network(new LecunNormal(), seed, it -> it.dropOut(AlphaDropout.dropping(DROPPED))),
            images));
    signals.add(SKIP, skipping(normal, images));
    signals.add(TRAINED, through(trained(context, data, TRAINED, 0), images));
    signals.add(TRAINED_L2, through(trained(context, data, TRAINED_L2, DECAY), images));
    signals.draw();
  }

  /** The output of each hidden layer in training mode, with the network's dropout if it has any. */
  private static List<INDArray> through(MultiLayerNetwork net, INDArray images) {
    return net.feedForwardToLayer(LAYERS - 1, images, true).subList(1, LAYERS + 1);
  }

  /** The outputs of the same layers if the input of each is added to its output. */
  private static List<INDArray> skipping(MultiLayerNetwork net, INDArray images) {
    INDArray[] sums = new INDArray[LAYERS];
    sums[0] = net.feedForwardToLayer(0, images, false).get(1).dup();
    for (int i = 1; i < LAYERS; i++) {
      INDArray inputs =
          sums[i - 1].mmul(net.getParam(i + "_W")).addiRowVector(net.getParam(i + "_b"));
      sums[i] = new SELU().getActivation(inputs, false).add(sums[i - 1]);
    }
    return List.of(sums);
  }

  private static MultiLayerNetwork trained(
      Context context, ImageData data, String what, double l2) {
    MultiLayerConfiguration layers =
        network(new LecunNormal(), context.seed(), UnaryOperator.identity())
            .getLayerWiseConfigurations();
    if (l2 > 0) {
      Regularizations.onWeights(layers, new L2(l2));
    }
    MultiLayerNetwork net = new MultiLayerNetwork(new SGD(0.01).configure(layers));
    net.init();
    net.setListeners(context.progress(what, 10 * context.epochs()));
    net.fit(data.train().shuffledBatches(32, context.seed()), 10 * context.epochs());
    return net;
  }

  private static MultiLayerNetwork network(
      IWeightInit weights, long seed, UnaryOperator<NeuralNetConfiguration.Builder> more) {
    NeuralNetConfiguration.ListBuilder layers =
        more.apply(
                new NeuralNetConfiguration.Builder()
                    .seed(seed)
                    .activation(new SELU())
                    .weightInit(weights))
            .list();
    for (int i = 0; i < LAYERS; i++) {
      layers.layer(
          new DenseLayer.Builder().nIn(i == 0 ? LabelledImages.PIXELS : UNITS).nOut(UNITS).build());
    }
    layers.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(UNITS)
            .nOut(10)
            .activation(Activation.SOFTMAX)
            .build());
    MultiLayerNetwork net = new MultiLayerNetwork(layers.build());
    net.init();
    return net;
  }

  /** Reports the figures of the last layer, and draws those of all layers. */
  private static final class Signals {

    private final Context context;
    private final LineChart.Builder means = LineChart.titled("").xLabel("layer").yLabel("mean");
    private final LineChart.Builder deviations =
        LineChart.titled("").xLabel("layer").yLabel("standard deviation").logY();

    Signals(Context context) {
      this.context = context;
    }

    void add(String what, List<INDArray> activations) {
      double[] mean = new double[LAYERS];
      double[] deviation = new double[LAYERS];
      double[] layer = new double[LAYERS];
      for (int i = 0; i < LAYERS; i++) {
        layer[i] = i + 1;
        mean[i] = activations.get(i).meanNumber().doubleValue();
        deviation[i] = activations.get(i).stdNumber().doubleValue();
      }
      // The means of signals whose standard deviation has grown over a hundred would hide the
      // others.
      if (deviation[LAYERS - 1] < 100) {
        means.line(what, layer, mean);
      }
      deviations.line(what, layer, deviation);
      context.report(mean(what), mean[LAYERS - 1]);
      context.report(deviation(what), deviation[LAYERS - 1]);
    }

    void draw() {
      context.picture("mean of activations, layer by layer", means.build());
      context.picture(
          "standard deviation of activations, layer by layer, each condition broken",
          deviations.build());
    }
  }
}
