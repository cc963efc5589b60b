package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.activations.ReLU;
import io.github.dl4jext.activations.initializers.HeUniform;
import io.github.dl4jext.listeners.monitoring.History;
import io.github.dl4jext.listeners.monitoring.Monitor;
import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.schedules.Cosine;
import io.github.dl4jext.schedules.CosineRestarts;
import io.github.dl4jext.schedules.Exponential;
import io.github.dl4jext.schedules.PerEpoch;
import io.github.dl4jext.schedules.Warmup;
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
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The schedules of the chapter's edition for PyTorch, each by epochs, with 0.05 as the highest
 * rate: exponential decay, a linear warm-up, cosine annealing, and cosine with warm restarts. The
 * edition prints figures for the constant rate, the exponential decay and the warm-up. In the
 * edition a performance schedule follows the warm-up; it does not act within the ten epochs that
 * are shown, and is a constant rate here.
 */
@AutoService(Experiment.class)
public final class SchedulesFromPyTorch implements Experiment {

  private static final int DRAWN_IMAGES = 1_000;
  private static final double RATE = 0.05;
  private static final String ACCURACY = "validation accuracy";

  private static final String CONSTANT = "constant";
  private static final String EXPONENTIAL = "exponential 0.9";
  private static final String WARMUP = "warm-up";
  private static final String COSINE = "cosine";
  private static final String RESTARTS = "cosine with restarts";

  /** A schedule with the edition's figure, or null where it has none. */
  private record Row(String name, ISchedule byEpoch, ReferenceFigure book) {}

  private static List<Row> rows(int epochs) {
    return List.of(
        new Row(CONSTANT, new FixedSchedule(RATE), ReferenceFigure.accuracy(0.8710)),
        new Row(EXPONENTIAL, new Exponential(RATE, 0.9, 1), ReferenceFigure.accuracy(0.8836)),
        new Row(
            WARMUP, new Warmup(new FixedSchedule(RATE), 3, 0.1), ReferenceFigure.accuracy(0.8730)),
        new Row(COSINE, new Cosine(RATE, 0.001, epochs), null),
        new Row(RESTARTS, new CosineRestarts(RATE, 0.001, 2, 2), null));
  }

  @Override
  public About about() {
    return new About(
            "schedules-pytorch",
            "exponential decay, warm-up, cosine, and cosine with restarts, by epochs from 0.05",
            Duration.ofSeconds(10),
            10)
        .in(Section.SCHEDULES);
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        beats(EXPONENTIAL),
        beats(COSINE),
        new Claim(
                "a warm-up costs at most 0.02 of accuracy compared with the constant rate",
                averages -> averages.get(last(WARMUP)) >= averages.get(last(CONSTANT)) - 0.02)
            .onRealImages());
  }

  private static Claim beats(String name) {
    return new Claim(
        name + " beats the constant rate",
        averages -> averages.get(last(name)) > averages.get(last(CONSTANT)));
  }

  private static String early(String name) {
    return "after 1 epoch, " + name;
  }

  private static String last(String name) {
    return ACCURACY + ", " + name;
  }

  @Override
  public void run(Context context) {
    ImageData data = context.images(DRAWN_IMAGES);
    for (Row row : rows(context.epochs())) {
      MultiLayerNetwork net =
          new MultiLayerNetwork(
              new SGD(new PerEpoch(row.byEpoch())).configure(network(context.seed())));
      net.init();
      History history = new History(Monitor.validationAccuracy(data.validation().batches(500)));
      net.setListeners(context.progress(row.name()), history);
      net.fit(data.train().shuffledBatches(32, context.seed()), context.epochs());
      context.curve("accuracy by schedule of the newer edition", row.name(), history.of(ACCURACY));
      context.curve(
          "rate by schedule of the newer edition", row.name(), history.of(History.LEARNING_RATE));
      context.report(early(row.name()), history.of(ACCURACY)[0]);
      context.report(last(row.name()), history.last(ACCURACY), row.book());
    }
  }

  private static MultiLayerConfiguration network(long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .activation(new ReLU())
        .weightInit(new HeUniform())
        .list()
        .layer(new DenseLayer.Builder().nIn(LabelledImages.PIXELS).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
        .layer(new DenseLayer.Builder().nIn(100).nOut(100).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(100)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }
}
