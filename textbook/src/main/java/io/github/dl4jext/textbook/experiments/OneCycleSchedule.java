package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.GlorotUniform;
import io.github.dl4jext.activations.HeNormal;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.schedules.OneCycle;
import io.github.dl4jext.schedules.Steps;
import io.github.dl4jext.schedules.finder.LearningRateFinder;
import io.github.dl4jext.schedules.finder.LearningRateSweep;
import io.github.dl4jext.textbook.Book;
import io.github.dl4jext.textbook.Claim;
import io.github.dl4jext.textbook.Context;
import io.github.dl4jext.textbook.Experiment;
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
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The chapter's 1cycle: up to a peak of 0.1 from a tenth of it, back, and in the last tenth of the
 * run down to a thousandth of the start. Before it, the learning-rate finder, by which the chapter
 * chooses the peak.
 */
@AutoService(Experiment.class)
public final class OneCycleSchedule implements Experiment {

  private static final int DRAWN_IMAGES = 3_000;
  private static final int BATCH = 128;
  private static final double PEAK = 0.1;
  private static final String SUGGESTED = "learning rate that the finder suggests";

  @Override
  public String name() {
    return "one-cycle";
  }

  @Override
  public String title() {
    return "SGD whose rate rises to a peak, falls back, and ends far below the start";
  }

  @Override
  public Duration cost() {
    return Duration.ofSeconds(12);
  }

  @Override
  public int defaultEpochs() {
    return 25;
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        new Claim(
            "1cycle beats a constant rate in as many epochs",
            means ->
                means.of("validation accuracy") > means.of("constant-rate", "validation accuracy")),
        Claim.onAllImages(
            "the finder suggests a rate near the chapter's choice of 0.1: a tenth to ten times",
            means -> {
              double rate = means.of(SUGGESTED);
              return rate >= 0.01 && rate <= 1;
            }));
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    find(context, data);
    int steps = Steps.of(context.epochs(), data.train().size(), BATCH);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new SGD(OneCycle.geron(PEAK, steps)).configure(network(context.seed())));
    net.init();
    History history = new History(Monitor.validationAccuracy(data.validation().batches(500)));
    net.setListeners(context.progress("1cycle"), history);
    net.fit(data.train().shuffledBatches(BATCH, context.seed()), context.epochs());

    context.curve("validation accuracy by schedule", "1cycle", history.of("validation accuracy"));
    context.curve("learning rate by schedule", "1cycle", history.of(History.LEARNING_RATE));
    context.report(
        "validation accuracy", history.last("validation accuracy"), Book.accuracy(0.8920));
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

  /** Beyond the chapter's range of 1e-4 to 1, so that the loss is seen to rise again. */
  private static void find(Context context, ImageData data) {
    MultiLayerNetwork net = new MultiLayerNetwork(new SGD(PEAK).configure(network(context.seed())));
    net.init();
    LearningRateSweep found =
        LearningRateFinder.builder(net)
            .startRate(1e-4)
            .endRate(10)
            .steps(200)
            .seeds(3)
            .build()
            .sweep(data.train().shuffledBatches(BATCH, context.seed()));
    context.report(SUGGESTED, found.valley(), Book.shown(0.1));
    context.report("lowest suggestion of single sweeps", found.spread().lowest());
    context.report("highest suggestion of single sweeps", found.spread().highest());
    context.picture(
        "learning-rate finder",
        LineChart.titled("")
            .xLabel("learning rate")
            .yLabel("loss")
            .logX()
            .line("loss", found.rates(), found.losses())
            .line("smoothed", found.rates(), found.smoothed())
            .marker("suggestion", found.valley())
            .build()
            .toSvg(480, 340));
  }
}
