package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.textbook.api.About;
import io.github.dl4jext.textbook.api.Claim;
import io.github.dl4jext.textbook.api.Context;
import io.github.dl4jext.textbook.api.Experiment;
import io.github.dl4jext.textbook.api.Section;
import io.github.dl4jext.textbook.data.ImageData;
import io.github.dl4jext.textbook.data.LabelledImages;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Four learning rates on the same network, as the chapter draws their curves. At a rate that is too
 * low the loss falls slowly; at one that is too high it diverges; at one that is a little too high
 * it falls fast at first and then oscillates around the optimum.
 *
 * <p>One part of the chapter's picture is not seen in a hundred steps: that the oscillating loss
 * stays above that of a good rate. It rises at about every other step, and yet ends below the loss
 * of the good rate, which is ten times smaller and never makes the loss rise.
 *
 * <p>Each step is one of gradient descent on all the images at once, and each point of a curve is
 * the loss before that step, so that a rising loss is due to the rate and not to the minibatch.
 */
@AutoService(Experiment.class)
public final class RatesTooHighAndTooLow implements Experiment {

  private static final int IMAGES = 100;

  private static final double LOW = 0.001;
  private static final double GOOD = 0.02;
  private static final double HIGH = 0.2;
  private static final double FAR_TOO_HIGH = 10;

  @Override
  public About about() {
    return new About(
            "learning-rates",
            "four learning rates: too low, good, a little too high, and far too high",
            Duration.ofSeconds(5),
            100)
        .in(Section.SCHEDULES);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "at too low a rate training crawls: the loss ends at more than twice that of a good rate",
            averages -> averages.get(last(LOW)) > 2 * averages.get(last(GOOD))),
        new Claim(
            "at far too high a rate training diverges: the loss grows more than fivefold, and ends no"
                + " better than a guess",
            // A diverged loss may be NaN; DL4J's cross-entropy ends at 20.7.
            averages ->
                !(averages.get(highest(FAR_TOO_HIGH)) <= 5 * averages.get(first(FAR_TOO_HIGH)))
                    && !(averages.get(last(FAR_TOO_HIGH)) <= 0.95 * Math.log(10))),
        new Claim(
            "at a little too high a rate training oscillates: the loss rises in at least five steps, and"
                + " still falls in the end",
            averages ->
                averages.get(rises(HIGH)) >= 5
                    && averages.get(rises(GOOD)) <= 2
                    && averages.get(last(HIGH)) < averages.get(first(HIGH))));
  }

  private static String first(double rate) {
    return "loss before the first step, rate " + rate;
  }

  private static String last(double rate) {
    return "loss before the last step, rate " + rate;
  }

  private static String highest(double rate) {
    return "highest loss, rate " + rate;
  }

  private static String rises(double rate) {
    return "steps that raised the loss, rate " + rate;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.firstImages(IMAGES);
    DataSet all = new DataSet(data.train().features(), data.train().labels());
    for (double rate : List.of(LOW, GOOD, HIGH, FAR_TOO_HIGH)) {
      MultiLayerNetwork net =
          new MultiLayerNetwork(new SGD(rate).configure(network(context.seed())));
      net.init();
      double[] losses = new double[context.epochs()];
      int rises = 0;
      for (int step = 0; step < losses.length; step++) {
        net.fit(all);
        losses[step] = net.score();
        rises += step > 0 && !(losses[step] <= losses[step - 1]) ? 1 : 0;
      }
      context.curve("training loss by learning rate", "rate " + rate, losses);
      context.report(first(rate), losses[0]);
      context.report(highest(rate), Arrays.stream(losses).max().orElseThrow());
      context.report(last(rate), losses[losses.length - 1]);
      context.report(rises(rate), rises);
    }
  }

  private static MultiLayerConfiguration network(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(new ReLU())
        .weightInit(new HeNormal())
        .list()
        .layer(new DenseLayer.Builder().nIn(LabelledImages.PIXELS).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(100)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .weightInit(new GlorotUniform())
                .build())
        .build();
  }
}
