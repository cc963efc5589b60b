package io.github.dl4jext.textbook.experiments;

import io.github.dl4jext.optimizers.SGD;
import io.github.dl4jext.textbook.Context;
import io.github.dl4jext.textbook.data.ImageData;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Trains {@link ThreeLayers} by plain SGD with a rate that changes, and reports what it came to.
 */
final class ScheduledTraining {

  private static final int DRAWN_IMAGES = 3_000;

  private ScheduledTraining() {}

  /** The images of every schedule's experiment. */
  static ImageData images(Context context) {
    return Images.plain(context, DRAWN_IMAGES);
  }

  /**
   * Reports the validation accuracy, and accuracy and rate after each epoch.
   *
   * @param what the schedule's name in the charts
   * @param listeners beside the progress bar
   */
  static void run(
      Context context,
      ImageData data,
      String what,
      SGD optimizer,
      int batch,
      double book,
      TrainingListener... listeners) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(optimizer.configure(ThreeLayers.configuration(context.seed())));
    net.init();
    net.setListeners(context.progress(what));
    net.addListeners(listeners);
    DataSetIterator batches = data.train().shuffledBatches(batch, context.seed());
    double[] accuracy = new double[context.epochs()];
    double[] rates = new double[context.epochs()];
    for (int epoch = 0; epoch < accuracy.length; epoch++) {
      net.fit(batches);
      accuracy[epoch] = net.evaluate(data.validation().batches(500)).accuracy();
      rates[epoch] = net.getLearningRate(0);
    }
    context.curve("validation accuracy by schedule", what, accuracy);
    context.curve("learning rate by schedule", what, rates);
    context.report("validation accuracy", accuracy[accuracy.length - 1], book);
  }
}
