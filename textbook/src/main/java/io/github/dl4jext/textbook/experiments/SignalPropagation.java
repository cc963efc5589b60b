package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a hundred layers of a hundred units do to a signal before any training: the variance of the
 * outputs of the last layer, and that of the gradient at the first layer, if noise of unit variance
 * is fed in at either end. Training needs a variance around 1; at 1e-20 the signal has vanished,
 * and at 1e20 it has exploded.
 */
@AutoService(Experiment.class)
public final class SignalPropagation implements Experiment {

  private static final int LAYERS = 100;
  private static final int UNITS = 100;
  private static final int EXAMPLES = 100;

  private static final List<String> ACTIVATIONS =
      List.of("relu", "leaky_relu", "rrelu", "elu", "selu", "gelu", "swish", "mish");

  private static final List<String> INITIALISERS =
      List.of("glorot_normal", "he_normal", "lecun_normal", "orthogonal");

  @Override
  public About about() {
    return new About(
            "signal-propagation",
            "variance of activations and gradients through a hundred layers, before training",
            Duration.ofSeconds(15),
            1)
        .in(Section.VANISHING_GRADIENTS);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        alive("relu", "he_normal"),
        new Claim(
            "lecun_normal keeps the variance of SELU's activations near 1: between 0.5 and 2",
            averages -> {
              double variance = averages.get(activations("selu", "lecun_normal"));
              return variance > 0.5 && variance < 2;
            }),
        new Claim(
            "Glorot's initialiser lets the signal vanish in ReLU layers",
            averages -> averages.get(activations("relu", "glorot_normal")) < 1e-20));
  }

  private static Claim alive(String activation, String initialiser) {
    return new Claim(
        initialiser + " keeps the signal alive through " + activation + ", forward and backward",
        averages ->
            isAlive(averages.get(activations(activation, initialiser)))
                && isAlive(averages.get(gradients(activation, initialiser))));
  }

  private static boolean isAlive(double variance) {
    return variance > 1e-3 && variance < 1e3;
  }

  private static String activations(String activation, String initialiser) {
    return "variance of activations, " + activation + " + " + initialiser;
  }

  private static String gradients(String activation, String initialiser) {
    return "variance of gradients, " + activation + " + " + initialiser;
  }

  @Override
  public void run(Context context) {
    Plugins plugins = Plugins.installed();
    for (String activation : ACTIVATIONS) {
      for (String initialiser : INITIALISERS) {
        Signal signal =
            Signal.through(
                plugins.create(IActivation.class, activation),
                plugins.create(IWeightInit.class, initialiser),
                context.seed());
        context.report(activations(activation, initialiser), signal.activations());
        context.report(gradients(activation, initialiser), signal.gradients());
      }
    }
    context.picture("standard deviation of activations, layer by layer", byLayer(context.seed()));
  }

  /** Draws three activations with the initialisers that suit them, and ReLU with Glorot's. */
  private static LineChart byLayer(long seed) {
    Plugins plugins = Plugins.installed();
    LineChart.Builder chart =
        LineChart.titled("").xLabel("layer").yLabel("standard deviation").logY();
    for (String pair :
        List.of(
            "relu + he_normal",
            "selu + lecun_normal",
            "relu + glorot_normal",
            "mish + he_normal")) {
      String[] names = pair.split(" \\+ ");
      Signal signal =
          Signal.through(
              plugins.create(IActivation.class, names[0]),
              plugins.create(IWeightInit.class, names[1]),
              seed);
      chart.line(pair, Arrays.stream(signal.byLayer()).map(Math::sqrt).toArray());
    }
    return chart.build();
  }

  /**
   * Holds variances.
   *
   * @param activations of the last layer's outputs
   * @param gradients of the gradient at the first layer's input
   * @param byLayer of each layer's outputs
   */
  record Signal(double activations, double gradients, double... byLayer) {

    static Signal through(IActivation activation, IWeightInit initialiser, long seed) {
      Nd4j.getRandom().setSeed(seed);
      List<INDArray> weights = new ArrayList<>();
      List<INDArray> sums = new ArrayList<>();
      double[] byLayer = new double[LAYERS];
      INDArray signal = Nd4j.randn(DataType.DOUBLE, EXAMPLES, UNITS);
      for (int layer = 0; layer < LAYERS; layer++) {
        INDArray view = Nd4j.create(DataType.DOUBLE, UNITS * UNITS);
        INDArray weight = initialiser.init(UNITS, UNITS, new long[] {UNITS, UNITS}, 'f', view);
        weights.add(weight);
        INDArray sum = signal.mmul(weight);
        sums.add(sum);
        signal = activation.getActivation(sum.dup(), true);
        byLayer[layer] = variance(signal);
      }
      INDArray gradient = Nd4j.randn(DataType.DOUBLE, EXAMPLES, UNITS);
      for (int layer = LAYERS - 1; layer >= 0; layer--) {
        INDArray delta = activation.backprop(sums.get(layer), gradient).getFirst();
        gradient = delta.mmul(weights.get(layer).transpose());
      }
      return new Signal(variance(signal), variance(gradient), byLayer);
    }

    /** Over all examples and units. */
    private static double variance(INDArray signal) {
      return signal.varNumber().doubleValue();
    }
  }
}
