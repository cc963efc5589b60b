package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.Sigmoid;
import io.github.dl4jext.activations.Tanh;
import io.github.dl4jext.activations.initializers.GlorotNormal;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
import java.time.Duration;
import java.util.List;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Why deep networks were abandoned in the early 2000s: ten layers of a hundred sigmoid or tanh
 * units with weights drawn from N(0, 1), compared with Glorot's weights. The networks are not
 * trained; noise of unit variance is fed in at either end.
 *
 * <p>The figures confirm the first half of the chapter's account: with N(0, 1) the variance grows
 * from the input of a layer to its weighted sums, and the units saturate. The second half depends
 * on the activation. In layers of the sigmoid the gradient vanishes with Glorot's weights too: the
 * slope is at most 1/4, so each layer divides the variance by 16 or more. With tanh, whose slope at
 * 0 is 1, Glorot's weights keep the gradient.
 */
@AutoService(Experiment.class)
public final class Saturation implements Experiment {

  private static final int LAYERS = 10;
  private static final int UNITS = 100;
  private static final int EXAMPLES = 200;

  /** An output is saturated if the slope there is less than this share of the steepest slope. */
  private static final double FLAT = 0.05;

  /** An activation with its weights. */
  private record Pair(String name, IActivation activation, IWeightInit weights) {}

  private static final String SIGMOID = "sigmoid, N(0, 1)";
  private static final String SIGMOID_GLOROT = "sigmoid, Glorot";
  private static final String TANH = "tanh, N(0, 1)";
  private static final String TANH_GLOROT = "tanh, Glorot";

  @Override
  public About about() {
    return new About(
            "saturation",
            "sigmoid and tanh saturate with weights from N(0, 1), and do not with Glorot's",
            Duration.ofSeconds(3),
            1)
        .in(Section.VANISHING_GRADIENTS);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        saturates(SIGMOID, SIGMOID_GLOROT),
        saturates(TANH, TANH_GLOROT),
        new Claim(
            "with Glorot's weights the mean output of the sigmoid is 0.5 and that of tanh 0, to within 0.05",
            averages ->
                Math.abs(averages.get(mean(SIGMOID_GLOROT)) - 0.5) < 0.05
                    && Math.abs(averages.get(mean(TANH_GLOROT))) < 0.05),
        new Claim(
            "with Glorot's weights tanh keeps the gradient: more than a hundredth of its variance is left",
            averages -> averages.get(gradient(TANH_GLOROT)) > 0.01),
        new Claim(
            "with Glorot's weights the sigmoid still loses the gradient: less than a millionth of its"
                + " variance is left",
            averages -> averages.get(gradient(SIGMOID_GLOROT)) < 1e-6));
  }

  private static Claim saturates(String normal, String glorot) {
    return new Claim(
        normal
            + ": the sums have more than 10 times the variance of the inputs, and most outputs saturate;"
            + " with Glorot fewer than 5 % saturate",
        averages ->
            averages.get(growth(normal)) > 10
                && averages.get(growth(glorot)) < 2
                && averages.get(saturated(normal)) > 0.5
                && averages.get(saturated(glorot)) < 0.05);
  }

  private static String growth(String pair) {
    return "variance of sums divided by that of inputs, first layer, " + pair;
  }

  private static String saturated(String pair) {
    return "share of saturated outputs, last layer, " + pair;
  }

  private static String mean(String pair) {
    return "mean output, last layer, " + pair;
  }

  private static String gradient(String pair) {
    return "variance of gradients at the input, " + pair;
  }

  @Override
  public void run(Context context) {
    IWeightInit normal = new WeightInitDistribution(new NormalDistribution(0, 1));
    LineChart.Builder chart =
        LineChart.titled("").xLabel("layer").yLabel("share of saturated outputs");
    for (Pair pair :
        List.of(
            new Pair(SIGMOID, new Sigmoid(), normal),
            new Pair(SIGMOID_GLOROT, new Sigmoid(), new GlorotNormal()),
            new Pair(TANH, new Tanh(), normal),
            new Pair(TANH_GLOROT, new Tanh(), new GlorotNormal()))) {
      chart.line(pair.name(), layers(), measure(context, pair));
    }
    context.picture("saturated outputs, layer by layer", chart.build());
  }

  private static double[] layers() {
    double[] numbers = new double[LAYERS];
    for (int layer = 0; layer < LAYERS; layer++) {
      numbers[layer] = layer + 1;
    }
    return numbers;
  }

  /** Reports the figures, and returns the share of saturated outputs after each layer. */
  private static double[] measure(Context context, Pair pair) {
    Nd4j.getRandom().setSeed(context.seed());
    INDArray zero = Nd4j.zeros(DataType.DOUBLE, 1, 1);
    double steepest = slope(pair.activation(), zero).getDouble(0);
    double[] saturated = new double[LAYERS];
    INDArray[] weights = new INDArray[LAYERS];
    INDArray[] sums = new INDArray[LAYERS];
    INDArray signal = Nd4j.randn(DataType.DOUBLE, EXAMPLES, UNITS);
    for (int layer = 0; layer < LAYERS; layer++) {
      INDArray view = Nd4j.create(DataType.DOUBLE, UNITS * UNITS);
      weights[layer] = pair.weights().init(UNITS, UNITS, new long[] {UNITS, UNITS}, 'f', view);
      sums[layer] = signal.mmul(weights[layer]);
      if (layer == 0) {
        context.report(growth(pair.name()), variance(sums[0]) / variance(signal));
      }
      signal = pair.activation().getActivation(sums[layer].dup(), true);
      INDArray flat = slope(pair.activation(), sums[layer]).lt(FLAT * steepest);
      saturated[layer] = flat.castTo(DataType.DOUBLE).meanNumber().doubleValue();
    }
    context.report(saturated(pair.name()), saturated[LAYERS - 1]);
    context.report(mean(pair.name()), signal.meanNumber().doubleValue());
    INDArray gradient = Nd4j.randn(DataType.DOUBLE, EXAMPLES, UNITS);
    for (int layer = LAYERS - 1; layer >= 0; layer--) {
      INDArray delta = pair.activation().backprop(sums[layer].dup(), gradient).getFirst();
      gradient = delta.mmul(weights[layer].transpose());
    }
    context.report(gradient(pair.name()), variance(gradient));
    return saturated;
  }

  private static INDArray slope(IActivation activation, INDArray sums) {
    return activation.backprop(sums.dup(), Nd4j.onesLike(sums)).getFirst();
  }

  /** Over all examples and units. */
  private static double variance(INDArray signal) {
    return signal.varNumber().doubleValue();
  }
}
