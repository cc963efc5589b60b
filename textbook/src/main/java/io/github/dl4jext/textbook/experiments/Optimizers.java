package io.github.dl4jext.textbook.experiments;

import com.google.auto.service.AutoService;
import io.github.dl4jext.spi.Optimizer;
import io.github.dl4jext.spi.Plugins;
import io.github.dl4jext.textbook.Context;
import io.github.dl4jext.textbook.Experiment;
import io.github.dl4jext.textbook.data.ImageData;
import java.time.Duration;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * The nine optimizers of the chapter on the same network of three hidden layers of 100 units, with
 * the chapter's stars for the speed and the quality of convergence beside what was measured.
 */
@AutoService(Experiment.class)
public final class Optimizers implements Experiment {

  /** One row of the chapter's table; no figure where the chapter gives none. */
  private record Row(String name, String spec, String speed, String quality, Double book) {}

  private static final List<Row> CHAPTER =
      List.of(
          new Row("SGD", "sgd(learningRate=0.001)", "*", "***", null),
          new Row("momentum", "momentum(learningRate=0.001, momentum=0.9)", "**", "***", 0.8672),
          new Row("Nesterov", "nesterov(learningRate=0.001, momentum=0.9)", "**", "***", 0.8708),
          new Row("AdaGrad", "adagrad(learningRate=0.001)", "***", "*", 0.8424),
          new Row("RMSprop", "rmsprop(learningRate=0.001, rho=0.9)", "***", "** to ***", 0.8636),
          new Row("Adam", "adam(learningRate=0.001)", "***", "** to ***", 0.8696),
          new Row("AdaMax", "adamax(learningRate=0.001)", "***", "** to ***", 0.8780),
          new Row("NAdam", "nadam(learningRate=0.001)", "***", "** to ***", 0.8740),
          new Row(
              "AdamW", "adamw(learningRate=0.001, weightDecay=1e-5)", "***", "** to ***", 0.8702));

  private static final int BATCH = 32;
  private static final int DRAWN_IMAGES = 3_000;

  @Override
  public String name() {
    return "optimizers";
  }

  @Override
  public String title() {
    return "the nine optimizers of the chapter on the same 3x100 network";
  }

  @Override
  public Duration cost() {
    return Duration.ofSeconds(60);
  }

  @Override
  public int defaultEpochs() {
    return 10;
  }

  @Override
  public void run(Context context) {
    ImageData data = Images.plain(context, DRAWN_IMAGES);
    for (Row row : CHAPTER) {
      Optimizer optimizer = Plugins.installed().create(Optimizer.class, row.spec());
      MultiLayerNetwork net =
          new MultiLayerNetwork(optimizer.configure(ThreeLayers.configuration(context.seed())));
      net.init();
      net.setListeners(context.progress(row.name()));
      DataSetIterator batches = data.train().shuffledBatches(BATCH, context.seed());
      double[] accuracy = new double[context.epochs()];
      for (int epoch = 0; epoch < accuracy.length; epoch++) {
        net.fit(batches);
        accuracy[epoch] = net.evaluate(data.validation().batches(500)).accuracy();
      }
      context.curve("validation accuracy by optimizer", row.name(), accuracy);
      context.report(
          "after 1 epoch, " + row.name() + " (chapter: speed " + row.speed() + ")", accuracy[0]);
      context.report(
          "validation accuracy, " + row.name() + " (chapter: quality " + row.quality() + ")",
          accuracy[accuracy.length - 1],
          row.book());
    }
  }
}
