package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.listeners.clipping.ClipByGlobalNorm;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
import java.time.Duration;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInitIdentity;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Why gradients are clipped above all in recurrent networks: a network of ReLUs has to add up its
 * inputs over sixty time steps, and the gradient is multiplied by the same weights sixty times.
 * Without clipping the gradient explodes; with gradients clipped to a norm of 1 the network learns.
 * The series are random numbers; no images are used.
 */
@AutoService(Experiment.class)
public final class ClippingInTime implements Experiment {

  private static final int SERIES = 32;
  private static final int TIME_STEPS = 60;
  private static final int UNITS = 20;
  private static final double RATE = 0.01;

  private static final String WITHOUT = "without clipping";
  private static final String CLIPPED = "clipped to norm 1";

  @Override
  public About about() {
    return new About(
            "clipping-in-time",
            "a recurrent network that explodes over sixty time steps, and learns with clipping",
            Duration.ofSeconds(6),
            60)
        .in(Section.CLIPPING);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "without clipping the recurrent network explodes: its loss ends as NaN or above the loss before"
                + " training",
            averages -> !(averages.get(last(WITHOUT)) <= averages.get(FIRST))),
        new Claim(
            "with clipping the recurrent network learns: its loss ends below a tenth of the loss before"
                + " training",
            averages -> averages.get(last(CLIPPED)) < averages.get(FIRST) / 10));
  }

  private static final String FIRST = "loss before training";

  private static String last(String what) {
    return "loss after training, " + what;
  }

  @Override
  public void run(Context context) {
    INDArray inputs = Nd4j.rand(DataType.FLOAT, SERIES, 1, TIME_STEPS);
    DataSet series = new DataSet(inputs, inputs.cumsum(2).divi(10));
    train(context, series, WITHOUT);
    train(context, series, CLIPPED, new ClipByGlobalNorm(1.0));
  }

  private static void train(
      Context context, DataSet series, String what, TrainingListener... clipping) {
    MultiLayerNetwork net = new MultiLayerNetwork(new SGD(RATE).configure(network(context.seed())));
    net.init();
    if (clipping.length == 0) {
      context.report(FIRST, net.score(series));
    }
    net.setListeners(clipping);
    double[] losses = new double[context.epochs()];
    for (int epoch = 0; epoch < losses.length; epoch++) {
      net.fit(series);
      losses[epoch] = net.score();
    }
    context.curve("loss of a recurrent network by clipping", what, losses);
    context.report(last(what), net.score(series));
  }

  /** The recurrent weights begin as the identity, which neither shrinks nor stretches the state. */
  private static MultiLayerConfiguration network(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .list()
        .layer(
            new SimpleRnn.Builder()
                .nIn(1)
                .nOut(UNITS)
                .activation(new ReLU())
                .weightInit(new GlorotUniform())
                .weightInitRecurrent(new WeightInitIdentity())
                .build())
        .layer(
            new RnnOutputLayer.Builder(LossFunction.MSE)
                .nIn(UNITS)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .weightInit(new GlorotUniform())
                .build())
        .build();
  }
}
