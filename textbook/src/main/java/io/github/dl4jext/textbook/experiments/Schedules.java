package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.GlorotUniform;
import io.github.dl4jext.activations.initializers.HeNormal;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.listeners.monitoring.ReduceOnPlateau;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.plots.LineChart;
import io.github.dl4jext.schedules.Exponential;
import io.github.dl4jext.schedules.OneCycle;
import io.github.dl4jext.schedules.PerEpoch;
import io.github.dl4jext.schedules.PiecewiseConstant;
import io.github.dl4jext.schedules.Power;
import io.github.dl4jext.schedules.Steps;
import io.github.dl4jext.schedules.finder.LearningRateFinder;
import io.github.dl4jext.schedules.finder.LearningRateSweep;
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
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The schedules of the chapter on the same network of three hidden layers of 100 units, compared
 * with the constant rate with which most of them begin. Each is an experiment of its own, as they
 * differ in length.
 */
public abstract class Schedules implements Experiment {

  private static final int DRAWN_IMAGES = 3_000;
  private static final String ACCURACY = "validation accuracy";
  private static final String AFTER_TEN = "validation accuracy after ten epochs";

  private final About about;
  private final String line;
  private final SGD optimizer;
  private final ReferenceFigure book;
  private final List<Claim> claims;

  private Schedules(
      About about, String line, SGD optimizer, ReferenceFigure book, Claim... claims) {
    this.about = about;
    this.line = line;
    this.optimizer = optimizer;
    this.book = book;
    this.claims = List.of(claims);
  }

  @Override
  public final About about() {
    return about;
  }

  @Override
  public final List<Claim> claims() {
    return claims;
  }

  @Override
  public void run(Context context) {
    train(context, 32, optimizer);
  }

  /** The rate never changes. */
  @AutoService(Experiment.class)
  public static final class ConstantRate extends Schedules {

    public ConstantRate() {
      super(
          new About(
                  "constant-rate",
                  "SGD with a rate of 0.01 throughout, with which the schedules are compared",
                  Duration.ofSeconds(20),
                  25)
              .in(Section.SCHEDULES),
          "constant",
          new SGD(0.01),
          null,
          new Claim(
              "a constant rate learns: the accuracy is above 0.7",
              averages -> averages.get(ACCURACY) > 0.7));
    }

    @Override
    public void run(Context context) {
      double[] accuracy = train(context, 32, new SGD(0.01)).of(ACCURACY);
      context.report(AFTER_TEN, accuracy[Math.min(10, accuracy.length) - 1]);
    }
  }

  /** The rate is halved after 10,000 steps. */
  @AutoService(Experiment.class)
  public static final class PowerSchedule extends Schedules {

    public PowerSchedule() {
      super(
          new About(
                  "power-schedule",
                  "SGD whose rate falls ever more slowly: 0.01 / (1 + t / 10,000)",
                  Duration.ofSeconds(8),
                  10)
              .in(Section.SCHEDULES),
          "power",
          new SGD(new Power(0.01, 10_000, 1)),
          ReferenceFigure.accuracy(0.8714),
          costsNothing("decay by a power", AFTER_TEN));
    }
  }

  /** The rate falls with every step. */
  @AutoService(Experiment.class)
  public static final class ExponentialSchedule extends Schedules {

    public ExponentialSchedule() {
      super(
          new About(
                  "exponential-schedule",
                  "SGD whose rate falls tenfold every 20,000 steps: 0.01 * 0.1^(t / 20,000)",
                  Duration.ofSeconds(8),
                  10)
              .in(Section.SCHEDULES),
          "exponential",
          new SGD(new Exponential(0.01, 0.1, 20_000)),
          ReferenceFigure.accuracy(0.8662),
          costsNothing("exponential decay", AFTER_TEN));
    }
  }

  /**
   * The rate falls from epoch to epoch. On the drawn images an epoch is so short that the rate has
   * fallen before the network has learnt much.
   */
  @AutoService(Experiment.class)
  public static final class ExponentialPerEpoch extends Schedules {

    public ExponentialPerEpoch() {
      super(
          new About(
                  "exponential-per-epoch",
                  "SGD whose rate falls tenfold every 20 epochs, and is constant within one",
                  Duration.ofSeconds(20),
                  25)
              .in(Section.SCHEDULES),
          "exponential per epoch",
          new SGD(new PerEpoch(new Exponential(0.01, 0.1, 20))),
          ReferenceFigure.accuracy(0.8812),
          costsNothing("exponential decay by epochs", ACCURACY).onRealImages());
    }
  }

  /**
   * The chapter changes the rate at steps 50,000 and 80,000, which a run of ten epochs of 1719
   * steps never reaches: the book's figure is in fact that of the constant rate 0.01.
   */
  @AutoService(Experiment.class)
  public static final class PiecewiseSchedule extends Schedules {

    public PiecewiseSchedule() {
      super(
          new About(
                  "piecewise-schedule",
                  "SGD with a rate of 0.01, then 0.005, then 0.001",
                  Duration.ofSeconds(8),
                  10)
              .in(Section.SCHEDULES),
          "piecewise constant",
          new SGD(new PiecewiseConstant(List.of(50_000, 80_000), List.of(0.01, 0.005, 0.001))),
          ReferenceFigure.accuracy(0.8716),
          costsNothing("a piecewise constant rate", AFTER_TEN));
    }
  }

  /** The rate is halved when the validation loss has not improved for five epochs. */
  @AutoService(Experiment.class)
  public static final class PerformanceSchedule extends Schedules {

    public PerformanceSchedule() {
      super(
          new About(
                  "performance-schedule",
                  "SGD with a rate of 0.01, halved after five epochs without a better validation loss",
                  Duration.ofSeconds(20),
                  25)
              .in(Section.SCHEDULES),
          "performance",
          new SGD(0.01),
          ReferenceFigure.accuracy(0.8868),
          costsNothing("halving the rate on a plateau", ACCURACY));
    }

    @Override
    public void run(Context context) {
      ReduceOnPlateau plateau =
          ReduceOnPlateau.builder()
              .monitor(
                  Monitor.validationLoss(context.images(DRAWN_IMAGES).validation().batches(500)))
              .factor(0.5)
              .patience(5)
              .build();
      train(context, 32, new SGD(0.01), plateau);
      context.report("reductions of the rate", plateau.reductions());
    }
  }

  /**
   * The rate rises to a peak in the first half, falls back in the second, and at the end falls to a
   * thousandth of its first value. The learning-rate finder, by which the chapter chooses the peak,
   * is run before.
   */
  @AutoService(Experiment.class)
  public static final class OneCycleSchedule extends Schedules {

    private static final int BATCH = 128;
    private static final double PEAK = 0.1;
    private static final String SUGGESTED = "learning rate that the finder suggests";

    public OneCycleSchedule() {
      super(
          new About(
                  "one-cycle",
                  "SGD whose rate rises to a peak, falls back, and ends far below the start",
                  Duration.ofSeconds(12),
                  25)
              .in(Section.SCHEDULES),
          "1cycle",
          new SGD(PEAK),
          ReferenceFigure.accuracy(0.8920),
          new Claim(
              "1cycle beats a constant rate over the same number of epochs",
              averages -> averages.get(ACCURACY) > averages.get("constant-rate", ACCURACY)),
          new Claim(
                  "the finder suggests a rate within a factor of ten of the chapter's choice of 0.1",
                  averages -> averages.get(SUGGESTED) >= 0.01 && averages.get(SUGGESTED) <= 1)
              .onAllImages());
    }

    @Override
    public void run(Context context) {
      ImageData data = context.images(DRAWN_IMAGES);
      find(context, data);
      int steps = Steps.total(context.epochs(), data.train().size(), BATCH);
      train(context, BATCH, new SGD(OneCycle.geron(PEAK, steps)));
    }

    /**
     * Goes beyond the chapter's range of 1e-4 to 1, so that the picture shows the loss rise again.
     */
    private static void find(Context context, ImageData data) {
      LearningRateSweep found =
          LearningRateFinder.builder(network(context, new SGD(PEAK)))
              .startRate(1e-4)
              .endRate(10)
              .steps(200)
              .seeds(3)
              .build()
              .sweep(data.train().shuffledBatches(BATCH, context.seed()));
      context.report(SUGGESTED, found.valley(), ReferenceFigure.shown(0.1));
      context.report("lowest suggestion of a single sweep", found.spread().lowest());
      context.report("highest suggestion of a single sweep", found.spread().highest());
      context.picture(
          "learning-rate finder",
          LineChart.titled("")
              .xLabel("learning rate")
              .yLabel("loss")
              .logX()
              .line("loss", found.rates(), found.losses())
              .line("smoothed", found.rates(), found.smoothed())
              .marker("suggestion", found.valley())
              .build());
    }
  }

  /**
   * Claims that a schedule ends at most 0.01 below the accuracy that the constant rate has after as
   * many epochs.
   */
  private static Claim costsNothing(String schedule, String metricOfConstantRate) {
    return new Claim(
        schedule + " costs at most 0.01 of accuracy compared with a constant rate",
        averages ->
            averages.get(ACCURACY) >= averages.get("constant-rate", metricOfConstantRate) - 0.01);
  }

  /** Trains the network, and reports its accuracy after the last epoch. */
  final History train(Context context, int batch, SGD chosen, TrainingListener... more) {
    ImageData data = context.images(DRAWN_IMAGES);
    MultiLayerNetwork net = network(context, chosen);
    History history = new History(Monitor.validationAccuracy(data.validation().batches(500)));
    net.setListeners(context.progress(line), history);
    net.addListeners(more);
    net.fit(data.train().shuffledBatches(batch, context.seed()), context.epochs());
    context.curve("validation accuracy by schedule", line, history.of(ACCURACY));
    context.curve("learning rate by schedule", line, history.of(History.LEARNING_RATE));
    context.report(ACCURACY, history.last(ACCURACY), book);
    return history;
  }

  private static MultiLayerNetwork network(Context context, SGD optimizer) {
    MultiLayerConfiguration layers =
        new NeuralNetConfiguration.Builder()
            .seed(context.seed())
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
    MultiLayerNetwork net = new MultiLayerNetwork(optimizer.configure(layers));
    net.init();
    return net;
  }
}
